import { type Issue, issue } from '@myocast/base';
import type { Command } from 'commander';
import {
  type AccessOptions,
  archiveAt,
  examsOf,
  type QueryOptions,
  withAccessOptions,
  withQueryOptions,
} from '../../archive-options.ts';
import { StoppedByIssues } from '../../terminal.ts';
import type { Action } from '../../verb.ts';

interface Options extends AccessOptions, QueryOptions {
  readonly from: string;
}

export function findCommand(archive: Command, action: Action): void {
  const command = archive
    .command('find')
    .description('the exams of an archive that fit (QIDO-RS); shows identifying values')
    .requiredOption('--from <address>', 'the archive: https://host/dicom-web');
  withAccessOptions(withQueryOptions(command)).action(
    action<Options>(async (options, terminal) => {
      const issues: Issue[] = [];
      const exams = await examsOf(await archiveAt(options.from, options), options, issues);
      if (exams.length === 0)
        throw new StoppedByIssues([
          ...issues,
          issue('empty-input', options.from, 'expected an exam that fits, found none'),
        ]);
      const lines = exams.map(
        ({ studyUid, studyDate, accession, patientId, modalities, description }) =>
          `${studyDate} ${accession || '-'} ${patientId || '-'} ${modalities.join('+') || '-'} ${studyUid} ${description}`,
      );
      terminal.result({ exams, issues }, [...lines, `${exams.length} exams`]);
      terminal.list(issues);
    }),
  );
}
