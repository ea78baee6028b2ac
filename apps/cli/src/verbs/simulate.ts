import {
  clinicalPlan,
  type ImagingPlan,
  quickPlan,
  type Sequence,
  sequences,
  simulate,
} from '@myocast/simulation';
import { InvalidArgumentError, Option } from 'commander';
import { valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly patients: number;
  readonly centres: number;
  readonly seed: number;
  readonly workers: number;
  readonly out: string;
  readonly images: 'quick' | 'clinical';
  readonly sequences?: readonly Sequence[];
  readonly truthMasks: boolean;
  readonly truthSegmentations: boolean;
}

/** The plan of a name, with the sequences given instead of its own: what is asked for by name is in every exam. */
function planOf({ images, sequences: wanted }: Options): Partial<ImagingPlan> {
  const plan = images === 'clinical' ? clinicalPlan : quickPlan;
  return wanted ? { ...plan, sequences: wanted, inEveryExam: true } : plan;
}

function sequenceList(text: string): readonly Sequence[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const known = sequences.find((one) => one === name.trim());
    if (known === undefined)
      throw new InvalidArgumentError(`expected some of ${sequences.join(', ')}, got "${name}"`);
    return known;
  });
}

export const simulateVerb: Verb = (program, action) => {
  program
    .command('simulate')
    .description('write a virtual study: clinical table, follow-up, cine, LGE and more as DICOM')
    .requiredOption('--out <folder>', 'where to write it')
    .option('--patients <n>', 'how many patients', wholeNumber(1), 120)
    .option('--centres <n>', 'how many centres', wholeNumber(1), 4)
    .option('--seed <n>', 'the same seed gives the same bytes', wholeNumber(0), 1)
    .option('--workers <n>', 'threads', wholeNumber(0), 2)
    .addOption(
      new Option('--images <plan>', 'quick: 10 phases of 128 pixels; clinical: a whole exam of 208 pixels')
        .choices(['quick', 'clinical'])
        .default('quick'),
    )
    .option(
      '--sequences <list>',
      'by name, with commas, instead of those of the plan, each in every exam (those of the plan are missing as in practice); none: tables alone',
      sequenceList,
    )
    .option('--truth-masks', 'also write the labels behind the images, as NIfTI masks', false)
    .option('--truth-segmentations', 'also write them as DICOM segmentation objects', false)
    .action(
      action<Options>(async (options, terminal) => {
        const { patients, centres, seed, workers, out, truthMasks, truthSegmentations } = options;
        const bar = terminal.bar('simulate', patients);
        const usual = options.images === 'quick' && options.sequences === undefined;
        const config = {
          patients,
          centres,
          seed,
          ...(usual ? {} : { imaging: planOf(options) }),
          ...(truthMasks ? { truthMasks } : {}),
          ...(truthSegmentations ? { truthSegmentations } : {}),
        };
        const checked = await simulate(config, out, {
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
