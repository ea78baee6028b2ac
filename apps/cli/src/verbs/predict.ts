import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Checked, type Issue, issue, refused, accepted } from '@myocast/base';
import {
  type Bundle,
  curveAt,
  type Forecast,
  forecast,
  type Patient,
  patientsOf,
  patientTable,
  readBundle,
} from '@myocast/model';
import type { PredictorTable } from '@myocast/predictors';
import { readTable } from '@myocast/study';
import { z } from 'zod';
import { StoppedByIssues, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { studySource } from '../road/study-source.ts';

interface Options {
  readonly bundle: string;
  readonly study?: string;
  readonly subject?: string;
  readonly table?: string;
  readonly patient?: string;
  readonly id?: string;
  readonly ignore: readonly string[];
}

/** `predict`: a model bundle and patients to risks by cause. */
export const predictVerb: Verb = (program, action) => {
  const command = program
    .command('predict')
    .description('forecast patients with a model bundle; any predictor or sequence may be missing')
    .requiredOption('--bundle <dir>', 'model bundle')
    .option('--table <csv>', 'patients as rows')
    .option('--id <column>', 'names of the patients in the table')
    .option('--ignore <columns...>', 'columns of the table that are no predictors', [])
    .option('--patient <json>', 'one patient: { "subject": "x", "values": { "age": 61 } }')
    .option('--study <dir>', 'the subjects of a study folder')
    .option('--subject <id>', 'only this subject of the study');
  command.action(
    action<Options>(async (options, terminal) => {
      const sources = [options.table, options.patient, options.study].filter(
        (source) => source !== undefined,
      );
      if (sources.length !== 1) command.error('error: expected one of --table, --patient and --study');
      const issues: Issue[] = [];
      const bundle = valueOrStop(await readBundle(options.bundle), issues);
      const table = await patientsFrom(options, bundle, issues);
      const forecasts = await forecast(bundle, table, rowsOf(table, options.subject));
      terminal.list(issues);
      terminal.result(
        {
          model: bundle.card.name,
          trainedOn: bundle.card.trainedOn,
          forecasts: forecasts.map(withRisks(bundle)),
          issues,
        },
        forecasts.flatMap((entry) => linesOf(bundle, entry)),
      );
    }),
  );
};

function rowsOf({ subjects }: PredictorTable, subject: string | undefined): number[] {
  const rows = [...subjects.keys()].filter((row) => subject === undefined || subjects[row] === subject);
  if (rows.length > 0) return rows;
  throw new StoppedByIssues([
    issue(
      'unknown-subject',
      subject ?? 'subjects',
      'expected a subject to forecast, found none of this name',
    ),
  ]);
}

async function patientsFrom(options: Options, { plan }: Bundle, issues: Issue[]): Promise<PredictorTable> {
  if (options.study !== undefined) return valueOrStop(await studySource(options.study), issues).table;
  if (options.patient !== undefined)
    return valueOrStop(patientTable(plan, [valueOrStop(await readPatient(options.patient))]), issues);
  const text = valueOrStop(await readTable(options.table!), issues);
  return valueOrStop(patientTable(plan, patientsOf(text, options.id ?? null, options.ignore)), issues);
}

const patientSchema = z.object({
  subject: z.string().default('patient'),
  values: z.record(z.string(), z.unknown()),
});

async function readPatient(path: string): Promise<Checked<Patient>> {
  const where = basename(path);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null)
    return refused(issue('not-readable', path, 'expected a JSON file, found none that can be read'));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refused(issue('not-readable', where, `expected JSON, found: ${(error as Error).message}`));
  }
  const parsed = patientSchema.safeParse(document);
  if (parsed.success) return accepted(parsed.data);
  const [problem] = parsed.error.issues;
  return refused(issue('bad-value', `${where} ${problem!.path.join('.')}`, problem!.message));
}

/** 1, 2 and 5 years as far as anyone was followed, and the end of follow-up. */
function horizonsOf({ plan }: Bundle): { label: string; days: number }[] {
  const end = plan.intervalEnds.at(-1)!;
  if (!plan.timed) return [{ label: 'risk', days: end }];
  const years = [1, 2, 5].map((year) => ({ label: `${year} y`, days: year * 365.25 }));
  const within = years.filter(({ days }) => days <= end);
  return within.length > 0 ? within : [{ label: `${end} d`, days: end }];
}

const withRisks = (bundle: Bundle) => (entry: Forecast) => ({
  ...entry,
  risks: horizonsOf(bundle).map(({ label, days }) => {
    const at = (curve: readonly number[]) => curveAt(entry.timesDays, curve, days);
    return {
      at: label,
      days: bundle.plan.timed ? days : null,
      [bundle.plan.compositeName]: at(entry.composite.risk),
      low: at(entry.composite.low),
      high: at(entry.composite.high),
      causes: Object.fromEntries(Object.entries(entry.incidence).map(([cause, curve]) => [cause, at(curve)])),
    };
  }),
});

function linesOf(bundle: Bundle, entry: Forecast): string[] {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const { missing } = entry;
  const risks = horizonsOf(bundle).flatMap(({ label, days }) => {
    const at = (curve: readonly number[]) => percent(curveAt(entry.timesDays, curve, days));
    const { risk, low, high } = entry.composite;
    const causes = Object.entries(entry.incidence).map(([cause, curve]) => `${cause} ${at(curve)}`);
    return [
      `  ${label}: ${bundle.plan.compositeName} ${at(risk)} (ensemble range ${at(low)} to ${at(high)})`,
      ...(causes.length > 1 ? [`       ${causes.join(', ')}`] : []),
    ];
  });
  const absent = missing.length > 0 ? [`  missing: ${missing.join(', ')}`] : [];
  return [entry.subject, ...risks, ...absent];
}
