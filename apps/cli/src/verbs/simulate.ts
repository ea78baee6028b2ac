import { simulate } from '@myocast/simulation';
import { valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly patients: number;
  readonly centres: number;
  readonly seed: number;
  readonly workers: number;
  readonly out: string;
}

export const simulateVerb: Verb = (program, action) => {
  program
    .command('simulate')
    .description('write a virtual study: clinical table, follow-up, cine and LGE as DICOM')
    .requiredOption('--out <folder>', 'where to write it')
    .option('--patients <n>', 'how many patients', wholeNumber(1), 120)
    .option('--centres <n>', 'how many centres', wholeNumber(1), 4)
    .option('--seed <n>', 'the same seed gives the same bytes', wholeNumber(0), 1)
    .option('--workers <n>', 'threads', wholeNumber(0), 2)
    .action(
      action<Options>(async ({ patients, centres, seed, workers, out }, terminal) => {
        const bar = terminal.bar('simulate', patients);
        const checked = await simulate({ patients, centres, seed }, out, {
          workers,
          onProgress: () => bar.advance(),
        }).finally(() => bar.done());
        const summary = valueOrStop(checked);
        const events = Object.entries(summary.firstEvents).map(([cause, count]) => `${count} ${cause}`);
        terminal.result(summary, [
          `${summary.subjects} virtual patients of ${centres} centres in ${out}`,
          `exams: ${summary.examsWritten} written, ${summary.examsThere} already there`,
          `first events: ${events.join(', ') || 'none'}`,
        ]);
      }),
    );
};
