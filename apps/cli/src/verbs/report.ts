import { resolve, join } from 'node:path';
import { studyReport, writeReport } from '@myocast/report';
import { existingPaths } from '../existing-paths.ts';
import { StoppedByIssues } from '../terminal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly study: string;
  readonly out?: string;
  readonly weights: readonly string[];
}

export const reportVerb: Verb = (program, action) => {
  program
    .command('report')
    .description('write the report page of a validated study')
    .requiredOption('--study <folder>', 'the study folder')
    .option('--out <file>', 'where to write it (default: report/index.html in the study folder)')
    .option(
      '--weights <folder...>',
      'weights that segmented the study, for their cards; those of the software are found by name',
      [],
    )
    .action(
      action<Options>(async ({ study, out, weights }, terminal) => {
        await existingPaths([study], 'a study folder');
        const read = await studyReport(resolve(study), program.version() ?? '', weights);
        if (!read.ok)
          throw new StoppedByIssues(
            read.issues.map((entry) => ({ ...entry, path: join(study, entry.path) })),
          );
        const input = read.value;
        const file = resolve(out ?? join(study, 'report', 'index.html'));
        await writeReport(input, file);
        terminal.result({ report: file, dataSet: input.dataSet.hash, issues: input.issues.length }, [
          `report: ${file}`,
          `${input.issues.length} issues on the way are listed in it`,
        ]);
      }),
    );
};
