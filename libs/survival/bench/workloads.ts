import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@myocast/base';

/** What every program is timed on, in the order of the report. */
export const jobs = [
  'cox',
  'concordance',
  'aalen-johansen',
  'forest',
  'uno-bootstrap',
  'integrated-brier',
] as const;
export type Job = (typeof jobs)[number];

/** The days of the integrated Brier score. */
export const brierDays = Array.from({ length: 100 }, (_, k) => 20 + 15 * k);
export const resamples = 1000;
export const unoTau = 1500;

type Column = readonly [name: string, value: (row: number) => number];

/** Writes one CSV a job into the folder; says which jobs lack their real table. */
export function writeWorkloads(folder: string, shared: string): Map<Job, string> {
  const missing = new Map<Job, string>();
  const real = (job: Job, file: string, rows: number) => {
    const path = join(shared, 'survival', file);
    if (!existsSync(path)) missing.set(job, `${file} is not there`);
    else writeFileSync(join(folder, `${job}.csv`), firstRows(readFileSync(path, 'utf8'), rows));
  };
  real('cox', 'deepsurv_support_train.csv', 7098);
  real('forest', 'deepsurv_metabric_train.csv', 1500);
  writeFileSync(join(folder, 'concordance.csv'), cohort('concordance', 40_000));
  writeFileSync(join(folder, 'aalen-johansen.csv'), competingCohort(10_000));
  writeFileSync(join(folder, 'uno-bootstrap.csv'), cohort('uno', 800));
  writeFileSync(join(folder, 'draws.csv'), draws(800));
  writeFileSync(join(folder, 'integrated-brier.csv'), predictedCohort(1775));
  return missing;
}

function firstRows(text: string, rows: number): string {
  return `${text
    .trim()
    .split('\n')
    .slice(0, rows + 1)
    .join('\n')}\n`;
}

/** Follow-up of n subjects whose hazard rises with their risk; times in days with two decimals. */
function followed(label: string, n: number) {
  const random = new Random(`bench ${label}`);
  return Array.from({ length: n }, () => {
    const risk = random.normal();
    const own = -Math.log(1 - random.uniform()) * 1500 * Math.exp(-0.7 * risk);
    const censoring = 300 + 2400 * random.uniform();
    const time = Math.max(0.01, Math.round(Math.min(own, censoring) * 100) / 100);
    return { risk, time, event: own <= censoring ? 1 : 0, second: random.uniform() };
  });
}

function cohort(label: string, n: number): string {
  const rows = followed(label, n);
  return csv(n, [
    ['time', (row) => rows[row]!.time],
    ['event', (row) => rows[row]!.event],
    ['risk', (row) => rows[row]!.risk],
  ]);
}

/** Whole days, so that there are ties; two of five events are of the competing cause. */
function competingCohort(n: number): string {
  const rows = followed('competing', n);
  return csv(n, [
    ['time', (row) => Math.ceil(rows[row]!.time)],
    ['event', (row) => (rows[row]!.event === 0 ? 0 : rows[row]!.second < 0.6 ? 1 : 2)],
  ]);
}

/** Each subject's predicted survival on every day, from the hazard that made the times. */
function predictedCohort(n: number): string {
  const rows = followed('brier', n);
  return csv(n, [
    ['time', (row) => rows[row]!.time],
    ['event', (row) => rows[row]!.event],
    ...brierDays.map(
      (day): Column => [`s${day}`, (row) => Math.exp((-day / 1500) * Math.exp(0.7 * rows[row]!.risk))],
    ),
  ]);
}

/** One line a resample: the rows drawn, from 0. */
function draws(n: number): string {
  const random = new Random('bench draws');
  const lines = Array.from({ length: resamples }, () =>
    Array.from({ length: n }, () => random.integer(n)).join(','),
  );
  return `${lines.join('\n')}\n`;
}

function csv(n: number, columns: readonly Column[]): string {
  const lines = [columns.map(([name]) => name).join(',')];
  for (let row = 0; row < n; row++) lines.push(columns.map(([, value]) => value(row)).join(','));
  return `${lines.join('\n')}\n`;
}
