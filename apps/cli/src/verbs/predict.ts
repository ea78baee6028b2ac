import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { type Bundle, type Forecast, forecast, horizonsOf, intervalWords, readBundle } from '@myocast/model';
import type { PredictorTable } from '@myocast/predictors';
import { StoppedByIssues, type Terminal, valueOrStop } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { explainSubjects } from '../road/explain-subjects.ts';
import { closingLines, forecastLines, withRisks } from '../road/forecast-lines.ts';
import { keepForecasts } from '../road/forecasts.ts';
import { forecastsAt } from '../road/landmarks.ts';
import { type StudySource, studySource } from '../road/study-source.ts';
import { differencesOf, trainedOnNote } from '../road/model-and-study.ts';
import { patientOfRecord, patientsOfTable } from '../road/typed-patients.ts';
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
    .option(
      '--ignore <columns...>',
      'columns of the table, or names in the record, that are no predictors',
      [],
    )
    .option(
      '--patient <json>',
      'one patient: { "subject": "x", "values": { "age": 61, "creatinine": { "value": 1.2, "unit": "mg/dL" } } }',
    )
    .option('--study <dir>', 'the subjects of a study folder')
    .option('--subject <id>', 'only this subject of the study')
    .option('--at <day>', 'forecast from a later day on: days from the index date, or visit-1, visit-2 …')
    .option(
      '--courses <csv>',
      'what is known since the index date (examples/courses.csv): subject, what (event, visit, exam, end), name, day, value, known_day',
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
      const wrong = wrongUse(options);
      if (wrong !== null) command.error(`error: ${wrong}`);
      const issues: Issue[] = [];
      const bundle = valueOrStop(await readBundle(options.bundle), issues);
      const patients = await patientsFrom(options, bundle, issues);
      const { table, source } = patients;
      const differences = source === null ? [] : differencesOf(bundle.card, source);
      const notes = await notesOf(options, bundle, patients, differences, issues);
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
      // Forecasts from a later day may leave out subjects.
      const rowOf = new Map(rows.map((row) => [table.subjects[row]!, row]));
      const noteOf = ({ subject }: Forecast) => notes(rowOf.get(subject)!);
      const kept = await keepForecasts(options, forecasts);
      terminal.list(issues);
      terminal.result(
        {
          model: bundle.card.name,
          trainedOn: bundle.card.trainedOn,
          interval: intervalWords,
          differences,
          forecasts: forecasts.map((entry) => ({ notes: noteOf(entry), ...withRisks(bundle)(entry) })),
          ...(explained ? { explanations: explained.files, faithfulness: explained.faithfulness } : {}),
          issues,
        },
        [
          ...forecasts.flatMap((entry) => forecastLines(bundle, entry, noteOf(entry))),
          ...closingLines,
          ...kept,
          ...(explained?.lines ?? []),
        ],
      );
    }),
  );
};

function wrongUse({ table, patient, study, at, explain }: Options): string | null {
  if ([table, patient, study].filter((source) => source !== undefined).length !== 1)
    return 'expected one of --table, --patient and --study';
  return at !== undefined && explain !== undefined
    ? '--explain explains forecasts from the index date, not --at'
    : null;
}

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

/** The patients, the study they are of, and what of them was not taken. */
async function patientsFrom(options: Options, { card }: Bundle, issues: Issue[]) {
  if (options.study !== undefined) {
    const source = valueOrStop(await studySource(options.study), issues);
    return { table: source.table, source, notTaken: [] };
  }
  const { table, patient, id = null, ignore } = options;
  const typed =
    patient === undefined
      ? await patientsOfTable(table!, card.predictors, { id, ignore }, issues)
      : await patientOfRecord(patient, card.predictors, ignore);
  return { ...typed, source: null };
}

/** Of each row what is to be known before its numbers: the training set, another study, values that were not taken. */
async function notesOf(
  options: Options,
  { card }: Bundle,
  { table, source, notTaken }: Awaited<ReturnType<typeof patientsFrom>>,
  differences: readonly string[],
  issues: Issue[],
): Promise<(row: number) => string[]> {
  const patients = source && (await trainingPatients(options.bundle, card, issues));
  const seenNote = source && patients ? trainedOnNote(card, source, patients) : () => null;
  return (row) => {
    const seen = seenNote(table.subjects[row]!);
    return [
      ...(seen === null ? [] : [seen]),
      ...differences.map((words) => `ANOTHER STUDY: ${words}`),
      ...(notTaken[row] ?? []).map((words) => `NOT TAKEN, as if missing: ${words}`),
    ];
  };
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
