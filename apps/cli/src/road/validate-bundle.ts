import { join } from 'node:path';
import { type Issue, issue, Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { type Bundle, curveAt, forecast } from '@myocast/model';
import type { Outcome } from '@myocast/predictors';
import { takeRows } from '@myocast/survival';
import { readDataSet } from '@myocast/study';
import { type OutOfFold, type ValidationRecord, validationRecord } from '@myocast/validation';
import { softwareVersion } from '../software.ts';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import { differencesOf, wasTrainedOn } from './model-and-study.ts';
import { predictionsCsv } from './predictions-csv.ts';
import type { StudySource } from './study-source.ts';
import { studyScores } from './study-scores.ts';
import { trainingPatients } from './training-patients.ts';
import { horizonOf, oracle, type ValidationOptions } from './validate-study.ts';

export interface ExternalOptions extends Pick<ValidationOptions, 'seed' | 'bootstraps' | 'horizonDays'> {
  /** The subjects are others than those that the model was trained on, whatever their names. */
  readonly otherSubjects: boolean;
}

/**
 * External validation: the forecasts of a bundle as it is, for the subjects of a study
 * that it has not learned from, against what became of them. Nothing is fitted.
 * Writes external-validation/record.json and predictions.csv.
 *
 * @throws StoppedByIssues where the bundle was trained on this data set, or forecasts another outcome
 */
export async function validateBundle(
  folder: string,
  source: StudySource,
  bundlePath: string,
  bundle: Bundle,
  options: ExternalOptions,
  terminal: Terminal,
): Promise<ValidationRecord> {
  const { card } = bundle;
  const differences = differencesOf(card, source);
  stopUnlessComparable(bundle, source, folder);
  const { rows, notes, issues } = options.otherSubjects
    ? { rows: [...source.table.subjects.keys()], notes: [], issues: [] }
    : await unseenRows(bundlePath, bundle, source);
  terminal.list(issues);
  if (rows.length === 0)
    throw new StoppedByIssues([
      issue(
        'empty-input',
        folder,
        'expected subjects that the model was not trained on, found the names of those it was (--other-subjects says that they are others)',
      ),
    ]);
  const outcome = outcomeOf(source.outcome, rows);
  const horizonDays = horizonOf({ outcome }, options.horizonDays);
  const dataSet = valueOrStop(await readDataSet(folder));
  const { scored } = await studyScores(folder, dataSet);
  const forecasts = await forecast(bundle, source.table, rows);
  const day = horizonDays ?? bundle.plan.intervalEnds.at(-1)!;
  if (horizonDays !== null && day > bundle.plan.intervalEnds.at(-1)!)
    throw new StoppedByIssues([
      issue(
        'bad-value',
        '--horizon-days',
        `expected a day up to ${Math.floor(bundle.plan.intervalEnds.at(-1)!)}, where the model's forecasts end, found ${day}`,
      ),
    ]);
  const risk = Float64Array.from(forecasts, ({ timesDays, composite }) =>
    curveAt(timesDays, composite.risk, day),
  );
  const predictions: OutOfFold[] = [
    { name: 'multimodal', label: 'Multimodal, as it is', risk, incidenceAtHorizon: risk },
    ...(await oracle(folder, source.table.subjects)).map(({ name, label, risks }) => ({
      name,
      label,
      risk: takeRows(risks, rows),
      incidenceAtHorizon: null,
    })),
  ];
  const abstaining = forecasts.filter(({ abstains }) => abstains !== null).length;
  const record = validationRecord({
    study: source.name,
    dataSet: source.dataSet,
    design: `external: ${card.name} as it was trained on ${trainedOn(bundle)}, nothing fitted here`,
    fitted: 'elsewhere',
    outcome,
    centres: rows.map((row) => source.table.centres[row]!),
    predictions,
    horizonDays,
    seed: options.seed,
    random: new Random(options.seed).fork('external validation'),
    bootstraps: options.bootstraps,
    softwareVersion,
    scored: scored.map((one) => ({ ...one, results: rows.map((row) => one.results[row]!) })),
    remarks: [
      ...differences.map((difference) => `another study, ${difference}`),
      ...notes,
      `${abstaining} of ${rows.length} forecasts abstain; they are judged with the others.`,
    ],
  });
  const out = join(folder, 'external-validation');
  await writeFileAtomic(
    join(out, 'predictions.csv'),
    predictionsCsv(
      {
        subjects: rows.map((row) => source.table.subjects[row]!),
        centres: rows.map((row) => source.table.centres[row]!),
        outcome,
      },
      predictions,
    ),
  );
  await writeFileAtomic(join(out, 'record.json'), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

function trainedOn({ card: { study, dataSet, subjects } }: Bundle): string {
  return `${subjects} subjects of ${study?.name ?? 'a table'} (data set ${dataSet.slice(0, 8)})`;
}

function stopUnlessComparable(
  { card, plan }: Bundle,
  { dataSet, outcome }: StudySource,
  folder: string,
): void {
  if (card.dataSet === dataSet)
    throw new StoppedByIssues([
      issue(
        'bad-value',
        folder,
        'expected subjects that the model has not seen, found the data set it was trained on',
      ),
    ]);
  const list = ({ compositeName, compositeCauses }: Pick<Outcome, 'compositeName' | 'compositeCauses'>) =>
    `${compositeName} (${[...compositeCauses].sort().join(', ')})`;
  if (plan.compositeName !== outcome.compositeName || list(plan) !== list(outcome))
    throw new StoppedByIssues([
      issue('bad-value', folder, `expected the outcome of the model, ${list(plan)}, found ${list(outcome)}`),
    ]);
  if (plan.timed !== (outcome.days !== null))
    throw new StoppedByIssues([
      issue(
        'bad-value',
        folder,
        'expected an outcome with days where the model has them, and none where not',
      ),
    ]);
}

/** The subjects that the model was not trained on, as far as that is known here. */
async function unseenRows(bundlePath: string, { card }: Bundle, source: StudySource) {
  const { subjects } = source.table;
  const all = [...subjects.keys()];
  const issues: Issue[] = [];
  const patients = await trainingPatients(bundlePath, card, issues);
  const isSeen = wasTrainedOn(card, source, patients);
  if (isSeen === null)
    return {
      rows: all,
      notes: [
        `The model was trained on another freeze of this study and whom it has seen is not known here${'whyNot' in patients ? ` (${patients.whyNot})` : ''}: subjects of both are judged as if they were new.`,
      ],
      issues,
    };
  const rows = all.filter((row) => !isSeen(subjects[row]!));
  const left = all.length - rows.length;
  return {
    rows,
    notes: left > 0 ? [`${left} subjects that the model was trained on are left out.`] : [],
    issues,
  };
}

const outcomeOf = (outcome: Outcome, rows: readonly number[]): Outcome => ({
  ...outcome,
  cause: Uint8Array.from(rows, (row) => outcome.cause[row]!),
  days: outcome.days && takeRows(outcome.days, rows),
});
