import { resolve, join } from 'node:path';
import { readStudyFolder, reportInput, writeReport } from '@myocast/report';
import { existingPaths } from '../existing-paths.ts';
import { StoppedByIssues } from '../terminal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly study: string;
  readonly out?: string;
}

export const reportVerb: Verb = (program, action) => {
  program
    .command('report')
    .description('write the report page of a validated study')
    .requiredOption('--study <folder>', 'the study folder')
    .option('--out <file>', 'where to write it (default: report/index.html in the study folder)')
    .action(
      action<Options>(async ({ study, out }, terminal) => {
        await existingPaths([study], 'a study folder');
        const folder = await readStudyFolder(resolve(study));
        const read = reportInput(folder, program.version() ?? '');
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
