import type { Issue } from '@myocast/base';
import { readBundle } from '@myocast/model';
import { studySource } from '../road/study-source.ts';
import { validateBundle } from '../road/validate-bundle.ts';
import { validateStudy } from '../road/validate-study.ts';
import { validationLines } from '../road/validation-lines.ts';
import { valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { shareNumber } from '../share-number.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly study: string;
  readonly bundle?: string;
  readonly otherSubjects: boolean;
  readonly seed: number;
  readonly bootstraps: number;
  readonly folds: number;
  readonly centreBalance: number;
  readonly horizonDays?: number;
}

/** `validate`: every model on subjects it has not seen, side by side. */
export const validateVerb: Verb = (program, action) => {
  program
    .command('validate')
    .description(
      'judge the forecast and its comparators on centres (or folds) they have not seen, or a bundle on another study',
    )
    .requiredOption('--study <dir>', 'study folder with a frozen data set')
    .option(
      '--bundle <file>',
      'external validation: judge this model bundle as it is on the study; nothing is fitted',
    )
    .option(
      '--other-subjects',
      'with --bundle: nobody of the study was trained on, even where a subject has the same name',
      false,
    )
    .option('--seed <n>', 'seed of every random number', wholeNumber(0), 1)
    .option('--bootstraps <n>', 'resamples for each interval', wholeNumber(10), 200)
    .option('--folds <n>', 'folds in a study of one centre', wholeNumber(2), 5)
    .option(
      '--centre-balance <share>',
      'count of unequal centres in training of the multimodal model: 0 every patient alike, 1 every centre alike, 0.5 between',
      shareNumber,
      0,
    )
    .option(
      '--horizon-days <n>',
      'day of Brier score and calibration (default 730, or the median follow-up)',
      wholeNumber(1),
    )
    .action(
      action<Options>(async (options, terminal) => {
        const issues: Issue[] = [];
        const source = valueOrStop(await studySource(options.study), issues);
        const chosen = { ...options, horizonDays: options.horizonDays ?? null };
        const record =
          options.bundle === undefined
            ? await validateStudy(options.study, source, chosen, terminal)
            : await validateBundle(
                options.study,
                source,
                options.bundle,
                valueOrStop(await readBundle(options.bundle), issues),
                chosen,
                terminal,
              );
        terminal.result(record, [
          ...validationLines(record),
          ...(options.bundle === undefined ? [] : ['', ...record.notes]),
        ]);
        terminal.list(issues);
      }),
    );
};
