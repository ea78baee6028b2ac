import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { type Bundle, type Forecast, missingItems, placeInPopulation, unusualWords } from '@myocast/model';
import {
  type Explanation,
  explain,
  faithfulness,
  faithfulnessLines,
  inputLabels,
  nearestPatients,
  openForecastRisk,
  type PatientFile,
  patientKey,
} from '@myocast/model/explanation';
import type { PredictorTable } from '@myocast/predictors';
import { renderExplanation } from '@myocast/report';
import type { Terminal } from '../terminal.ts';
import type { StudySource } from './study-source.ts';

export interface ExplainTask {
  readonly bundle: Bundle;
  readonly table: PredictorTable;
  /** Subjects to explain */
  readonly rows: readonly number[];
  /** Their forecasts, in the same order */
  readonly forecasts: readonly Forecast[];
  /** The study the model was trained on, whose rows can stand in for what is hidden; null where it is not at hand */
  readonly training: Pick<StudySource, 'table'> | null;
  /** Its training patients, or why they are not known here */
  readonly patients: PatientFile | { readonly whyNot: string };
  /** Study of the subjects; null for a table or a patient of none */
  readonly study: string | null;
  readonly horizonDays: number;
  readonly out: string;
  readonly seed: number;
}

function cautionOf(bundle: Bundle, { abstains, missing, distance }: Forecast) {
  return {
    abstains,
    missingItems: missingItems(bundle, missing),
    unusual: unusualWords(bundle, distance),
  };
}

/** Training patients that are shown beside a subject. */
const neighbours = 10;
/** Fewer subjects than this say nothing about the explanations of a model. */
const fewestForFaithfulness = 10;
/** More subjects than this make the statement no better for the time it takes. */
const mostForFaithfulness = 60;

/**
 * Writes `<out>/<subject>.json` and `<subject>.html` for every row, and with ten subjects or more
 * `faithfulness.json`; gives the lines to show.
 */
export async function explainSubjects(task: ExplainTask, terminal: Terminal) {
  const { bundle, table, rows, training, horizonDays, out } = task;
  const random = new Random(task.seed).fork('explanations');
  const company = companyOf(task);
  const references = training && { table: training.table, rows: [...training.table.subjects.keys()] };
  const model = await openForecastRisk(bundle, table, rows, { horizonDays, references });
  await mkdir(out, { recursive: true });
  const names = fileNames(rows.map((row) => table.subjects[row]!));
  const bar = terminal.bar('explain', rows.length);
  const explanations: Explanation[] = [];
  try {
    for (const [index, row] of rows.entries()) {
      const context = {
        composite: bundle.plan.compositeName,
        labels: inputLabels(table, row),
        ...cautionOf(bundle, task.forecasts[index]!),
        ...company(row),
      };
      const explanation = await explain(model, index, context, random);
      explanations.push(explanation);
      const path = join(out, names[index]!);
      await writeFileAtomic(`${path}.json`, `${canonicalJson(explanation)}\n`);
      const { name, trainedOn } = bundle.card;
      await writeFileAtomic(`${path}.html`, renderExplanation({ explanation, model: name, trainedOn }));
      bar.advance();
    }
    bar.done();
    const judged = await judge(model, rows.length, out, random, table === training?.table);
    return {
      files: names.map((name) => join(out, `${name}.json`)),
      faithfulness: judged?.found ?? null,
      lines: [
        ...(judged?.lines ?? []),
        ...('whyNot' in task.patients ? [`nearest patients: not shown, ${task.patients.whyNot}`] : []),
        `explanations: ${out}`,
      ],
      explanations,
    };
  } finally {
    await model.close();
  }
}

/**
 * How far a row is from the training population, and who of it is nearest. A subject of the study that the model was
 * trained on is not its own neighbour.
 */
function companyOf({ bundle, table, patients, study, horizonDays }: ExplainTask) {
  const { plan, population } = bundle;
  const { scaler, timed } = plan;
  if (population === null)
    return () => ({ place: null, nearest: null, whyNoNearest: 'too few were trained on to say who is near' });
  return (row: number) => {
    const place = placeInPopulation(population, scaler, table, row);
    if ('whyNot' in patients) return { place, nearest: null, whyNoNearest: patients.whyNot };
    const own =
      study === patients.study
        ? patients.keys.indexOf(patientKey(patients.dataSet, table.subjects[row]!))
        : -1;
    const config = {
      count: neighbours,
      horizonDays: timed ? horizonDays : null,
      itself: own < 0 ? null : own,
    };
    return {
      place,
      nearest: nearestPatients(population, patients.map, scaler, table, row, config),
      whyNoNearest: null,
    };
  };
}

async function judge(
  model: Parameters<typeof faithfulness>[0],
  count: number,
  out: string,
  random: Random,
  trainedOn: boolean,
) {
  if (count < fewestForFaithfulness) return null;
  const step = Math.ceil(count / mostForFaithfulness);
  const subjects = [...Array(count).keys()].filter((index) => index % step === 0);
  const found = {
    ...(await faithfulness(model, subjects, random.fork('faithfulness'))),
    heldOut: !trainedOn,
  };
  await writeFileAtomic(join(out, 'faithfulness.json'), `${canonicalJson(found)}\n`);
  const note = trainedOn ? ['  (on subjects that the model was trained on)'] : [];
  return { found, lines: [...faithfulnessLines(found), ...note] };
}

/** A name that is a file's for each subject; subjects of one name are told apart by a number. */
function fileNames(subjects: readonly string[]): string[] {
  const used = new Map<string, number>([['faithfulness', 1]]);
  return subjects.map((subject) => {
    const safe = subject.replace(/[^\w.-]+/g, '-').replace(/^\.+/, '') || 'subject';
    const before = used.get(safe) ?? 0;
    used.set(safe, before + 1);
    return before === 0 ? safe : `${safe}-${before + 1}`;
  });
}
