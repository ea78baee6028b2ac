import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { type FetchedExam, fetchExam } from '@myocast/imaging/archive';
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
  readonly out: string;
}

export function fetchCommand(archive: Command, action: Action): void {
  const command = archive
    .command('fetch')
    .description('fetch exams as they are (WADO-RS), results included; goes on where it was cut off')
    .requiredOption('--from <address>', 'the archive: https://host/dicom-web')
    .requiredOption('--out <folder>', 'one folder an exam goes here, named by its StudyInstanceUID');
  withAccessOptions(withQueryOptions(command)).action(
    action<Options>(async (options, terminal) => {
      const issues: Issue[] = [];
      const from = await archiveAt(options.from, options);
      const exams = await examsOf(from, options, issues);
      const fetched: FetchedExam[] = [];
      for (const { studyUid } of exams) {
        const one = await fetchExam(from, studyUid, join(options.out, studyUid));
        if (one.ok) fetched.push(one.value);
        issues.push(...one.issues);
      }
      if (fetched.length === 0) {
        const none = issue('empty-input', options.from, 'expected an exam to fetch, found none');
        throw new StoppedByIssues(issues.length > 0 ? issues : [none]);
      }
      const lines = fetched.map(
        ({ studyUid, listed, fetched: now, alreadyThere, missing }) =>
          `${studyUid}: ${listed} instances, ${now} fetched, ${alreadyThere} there before, ${missing} missing`,
      );
      terminal.result({ exams: fetched, issues }, lines);
      terminal.list(issues);
      const incomplete = fetched.some(({ missing }) => missing > 0) || fetched.length < exams.length;
      if (incomplete) process.exitCode = 1;
    }),
  );
}
