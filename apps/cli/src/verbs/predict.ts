import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Checked, type Issue, issue, refused, accepted } from '@myocast/base';
import {
  type Bundle,
  type Forecast,
  forecast,
  horizonsOf,
  intervalWords,
  type Patient,
  patientsOf,
  patientTable,
  readBundle,
} from '@myocast/model';
import type { PredictorTable } from '@myocast/predictors';
import { readTable } from '@myocast/study';
import { z } from 'zod';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { explainSubjects } from '../road/explain-subjects.ts';
import { closingLines, forecastLines, withRisks } from '../road/forecast-lines.ts';
import { forecastsAt } from '../road/landmarks.ts';
import { type StudySource, studySource } from '../road/study-source.ts';
import { apartFromOrigin } from '../road/table-origin.ts';
import { trainingPatients } from '../road/training-patients.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly bundle: string;
  readonly study?: string;
  readonly subject?: string;
  readonly at?: string;
  readonly courses?: string;
  readonly table?: string;
  readonly patient?: string;
  readonly id?: string;
  readonly ignore: readonly string[];
  readonly explain?: string | true;
  readonly trainedOn?: string;
  readonly horizonDays?: number;
  readonly seed: number;
}

/** `predict`: a model bundle and patients to risks by cause. */
export const predictVerb: Verb = (program, action) => {
  const command = program
    .command('predict')
    .description('forecast patients with a model bundle; any predictor or sequence may be missing')
    .requiredOption('--bundle <file>', 'model bundle (.myocast)')
    .option('--table <csv>', 'patients as rows')
    .option('--id <column>', 'names of the patients in the table')
    .option('--ignore <columns...>', 'columns of the table that are no predictors', [])
    .option(
      '--patient <json>',
      'one patient: { "subject": "x", "values": { "age": 61, "creatinine": { "value": 1.2, "unit": "mg/dL" } } }',
    )
    .option('--study <dir>', 'the subjects of a study folder')
    .option('--subject <id>', 'only this subject of the study')
    .option('--at <day>', 'forecast from a later day on: days from the index date, or visit-1, visit-2 …')
    .option(
      '--courses <csv>',
      'what is known since the index date: subject, what (event, visit, exam, end), name, day, value, known_day',
    )
    .option(
      '--explain [dir]',
      'write why: <subject>.json and .html (default: explanations, of a study in its folder)',
    )
    .option(
      '--trained-on <dir>',
      'study the model was trained on, to explain against its patients (default: --study, where it is that)',
    )
    .option(
      '--horizon-days <n>',
      'day of the risk that is explained (default: the last that is printed)',
      wholeNumber(1),
    )
    .option('--seed <n>', 'seed of the random orders of an explanation', wholeNumber(0), 1);
  command.action(
    action<Options>(async (options, terminal) => {
      const sources = [options.table, options.patient, options.study].filter(
        (source) => source !== undefined,
      );
      if (sources.length !== 1) command.error('error: expected one of --table, --patient and --study');
      if (options.at !== undefined && options.explain !== undefined)
        command.error('error: --explain explains forecasts from the index date, not --at');
      const issues: Issue[] = [];
      const bundle = valueOrStop(await readBundle(options.bundle), issues);
      const { table, source } = await patientsFrom(options, bundle, issues);
      const rows = rowsOf(table, options.subject);
      const forecasts =
        options.at === undefined
          ? await forecast(bundle, table, rows)
          : await forecastsAt(
              { at: options.at, courses: options.courses },
              bundle,
              { table, rows, outcome: source?.outcome ?? null },
              issues,
            );
      const explained = await explanationsOf(
        options,
        bundle,
        { table, rows, forecasts, source },
        issues,
        terminal,
      );
      terminal.list(issues);
      terminal.result(
        {
          model: bundle.card.name,
          trainedOn: bundle.card.trainedOn,
          interval: intervalWords,
          forecasts: forecasts.map(withRisks(bundle)),
          ...(explained ? { explanations: explained.files, faithfulness: explained.faithfulness } : {}),
          issues,
        },
        [
          ...forecasts.flatMap((entry) => forecastLines(bundle, entry)),
          ...closingLines,
          ...(explained?.lines ?? []),
        ],
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

/** The patients, and the study they are of. */
async function patientsFrom(options: Options, { card }: Bundle, issues: Issue[]) {
  if (options.study !== undefined) {
    const source = valueOrStop(await studySource(options.study), issues);
    return { table: source.table, source };
  }
  return { table: await typedPatients(options, card, issues), source: null };
}

async function typedPatients(
  options: Options,
  { predictors }: Bundle['card'],
  issues: Issue[],
): Promise<PredictorTable> {
  if (options.patient !== undefined) {
    const read = patientTable(predictors, [valueOrStop(await readPatient(options.patient))]);
    const unread = read.issues.filter(({ kind }) => kind === 'unknown-unit' || kind === 'bad-value');
    // One patient with a value that is not understood is another patient.
    if (unread.length > 0) throw new StoppedByIssues(unread);
    return valueOrStop(read, issues);
  }
  const text = valueOrStop(await readTable(options.table!), issues);
  const { rest } = valueOrStop(await apartFromOrigin(text), issues);
  return valueOrStop(patientTable(predictors, patientsOf(rest, options.id ?? null, options.ignore)), issues);
}

interface Patients {
  readonly table: PredictorTable;
  readonly rows: readonly number[];
  readonly forecasts: readonly Forecast[];
  readonly source: StudySource | null;
}

/** Explanations of these patients where they are asked for. */
async function explanationsOf(
  options: Options,
  bundle: Bundle,
  { table, rows, forecasts, source }: Patients,
  issues: Issue[],
  terminal: Terminal,
) {
  if (options.explain === undefined) return null;
  const given =
    options.trainedOn === undefined ? source : await trainingStudy(options.trainedOn, bundle, issues);
  const training = given?.dataSet === bundle.card.dataSet ? given : null;
  const horizonDays = explainedDays(options, bundle);
  const folder = options.study === undefined ? 'explanations' : join(options.study, 'explanations');
  const out = options.explain === true ? folder : options.explain;
  const patients = await trainingPatients(options.bundle, bundle.card, issues);
  const task = {
    bundle,
    table,
    rows,
    forecasts,
    training,
    patients,
    study: source?.name ?? null,
    horizonDays,
    out,
  };
  return explainSubjects({ ...task, seed: options.seed }, terminal);
}

/** The day of the risk that is explained: the one asked for, or the last that is printed. */
function explainedDays({ horizonDays }: Options, bundle: Bundle): number {
  const asked = horizonDays ?? horizonsOf(bundle.plan).at(-1)!.days;
  const last = bundle.plan.intervalEnds.at(-1)!;
  if (asked <= last) return asked;
  throw new StoppedByIssues([
    issue('bad-value', '--horizon-days', `expected at most ${last}, the end of follow-up, found ${asked}`),
  ]);
}

async function trainingStudy(folder: string, { card }: Bundle, issues: Issue[]): Promise<StudySource> {
  const source = valueOrStop(await studySource(folder), issues);
  if (source.dataSet === card.dataSet) return source;
  throw new StoppedByIssues([
    issue(
      'bad-value',
      folder,
      `expected the data set of hash ${card.dataSet} that the model was trained on, found ${source.dataSet}`,
    ),
  ]);
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
