import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash, Random } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import { competitors, type ForecastCompetitor } from '@myocast/model';
import { faithfulnessSubjects } from '@myocast/model/explanation';
import { readDataSet, readTable } from '@myocast/study';
import { takeRows } from '@myocast/survival';
import {
  auditPredictors,
  auditSplits,
  centreSplits,
  crossValidate,
  type FoldRecord,
  type Split,
  stratifiedFolds,
  subgroupsOf,
  type ValidationRecord,
  validationRecord,
} from '@myocast/validation';
import { softwareVersion } from '../software.ts';
import { type Terminal, valueOrStop } from '../terminal.ts';
import { predictionsCsv } from './predictions-csv.ts';
import type { StudySource } from './study-source.ts';
import { studyScores } from './study-scores.ts';

export interface ValidationOptions {
  readonly seed: number;
  readonly bootstraps: number;
  /** Null: 730 days, or the median follow-up where that is shorter. */
  readonly horizonDays: number | null;
  readonly folds: number;
  /** Of the multimodal model (`ForecastConfig`). */
  readonly centreBalance: number;
}

/**
 * Judges every model on subjects that it has not seen, with each centre held out
 * once, or by stratified folds in a study of one centre, and writes
 * validation/record.json and predictions.csv. A fold that was finished before is
 * not fitted again.
 */
export async function validateStudy(
  folder: string,
  source: StudySource,
  options: ValidationOptions,
  terminal: Terminal,
): Promise<ValidationRecord> {
  const { table, outcome } = source;
  const random = new Random(options.seed).fork('validation');
  const horizonDays = horizonOf(source, options.horizonDays);
  const { splits, design } = splitsOf(source, options.folds, random);
  const audits = [...auditPredictors(table, outcome), auditSplits(splits, table.subjects.length)];
  terminal.list(audits.flatMap(({ issues }) => issues));
  const dataSet = valueOrStop(await readDataSet(folder));
  const { scored } = await studyScores(folder, dataSet);
  const bar = terminal.bar('validate', 1000);
  let shown = 0;
  const show = (share: number) => {
    const now = Math.min(1000, Math.floor(1000 * share));
    bar.advance(now - shown);
    shown = Math.max(shown, now);
  };
  // Fitting takes nearly all of the time, and the multimodal model nearly all of the fitting.
  let fitted = 0;
  const models: ForecastCompetitor[] = [
    ...competitors({
      columns: table.columns,
      horizonDays,
      forecast: { centreBalance: options.centreBalance },
      explainedRows: Math.ceil(faithfulnessSubjects / splits.length),
      onProgress: (done, total) => show((0.85 * (fitted + done / total)) / splits.length),
    }),
    ...(await oracle(folder, table.subjects)).map(({ name, label, risks }) => ({
      name,
      label,
      fitPredict: async ({ test }: { test: readonly number[] }) => ({
        risk: takeRows(risks, test),
        incidenceAtHorizon: null,
      }),
    })),
  ];
  const predictions = await crossValidate({
    table,
    outcome,
    splits,
    competitors: models,
    random,
    onProgress: (done) => {
      fitted = Math.min(done, splits.length);
      show((0.85 * fitted) / splits.length);
    },
    ...foldStore(folder, source, options),
  });
  const record = validationRecord({
    study: source.name,
    dataSet: source.dataSet,
    design,
    outcome,
    centres: table.centres,
    predictions,
    horizonDays,
    seed: options.seed,
    random: random.fork('intervals'),
    bootstraps: options.bootstraps,
    softwareVersion,
    audits,
    scored,
    subgroups: subgroupsOf(table),
    onProgress: (done, total) => show(0.85 + (0.15 * done) / total),
  });
  bar.done();
  await writeFileAtomic(
    join(folder, 'validation', 'predictions.csv'),
    predictionsCsv({ ...table, outcome }, predictions),
  );
  await writeFileAtomic(join(folder, 'validation', 'record.json'), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

const usualHorizonDays = 730;

/** Day of Brier score and calibration: as asked, else two years or the median follow-up; null for a yes/no outcome. */
export function horizonOf(
  { outcome: { days } }: Pick<StudySource, 'outcome'>,
  asked: number | null,
): number | null {
  if (days === null) return null;
  const median = days.toSorted()[Math.floor(days.length / 2)]!;
  return asked ?? Math.min(usualHorizonDays, median);
}

function splitsOf(
  { table: { centres }, outcome }: StudySource,
  folds: number,
  random: Random,
): { splits: readonly Split[]; design: string } {
  if (new Set(centres).size > 1)
    return {
      splits: centreSplits(centres),
      design: 'internal-external: each centre held out once, models fitted on the others',
    };
  return {
    splits: stratifiedFolds([...outcome.cause].map(String), folds, random.fork('folds')),
    design: `${folds}-fold cross-validation, folds balanced by outcome (one centre)`,
  };
}

/** What could be known at best: in a virtual study, the linear predictor of the true hazards. */
export async function oracle(
  folder: string,
  subjects: readonly string[],
): Promise<{ name: string; label: string; risks: Float64Array }[]> {
  const path = join(folder, 'source', 'truth.csv');
  if (!existsSync(path)) return [];
  const { columns, rows } = valueOrStop(await readTable(path));
  const [subject, hazard] = [columns.indexOf('subject'), columns.indexOf('oracle_log_hazard')];
  const truth = new Map(rows.map((row) => [row[subject]!, Number(row[hazard])]));
  const risks = Float64Array.from(subjects, (name) => truth.get(name)!);
  return [{ name: 'oracle', label: 'Oracle (true hazards)', risks }];
}

/** Folds are kept under the hash of all that their predictions depend on. */
function foldStore(
  folder: string,
  { dataSet, table }: StudySource,
  { seed, horizonDays, folds, centreBalance }: ValidationOptions,
) {
  const key = contentHash({
    dataSet,
    columns: table.columns,
    values: contentHash(new Uint8Array(table.values.buffer)),
    segments: table.segments.map(({ name, values }) => ({
      name,
      values: contentHash(new Uint8Array(values.buffer)),
    })),
    slices: table.slices.map((own) =>
      own.map(({ encoder, values }) => ({
        encoder,
        values: contentHash(new Uint8Array(values.slice().buffer)),
      })),
    ),
    seed,
    horizonDays,
    folds,
    explained: faithfulnessSubjects,
    centreBalance,
    softwareVersion,
  }).slice(0, 16);
  const file = (competitor: string, split: string) =>
    join(folder, 'validation', 'folds', key, `${competitor}, ${split.replaceAll(/[^\w. -]/g, '_')}.json`);
  return {
    readFold: (competitor: string, split: string) => readJsonFile<FoldRecord>(file(competitor, split)),
    writeFold: (record: FoldRecord) =>
      writeFileAtomic(file(record.competitor, record.split), JSON.stringify(record)),
  };
}
