import { readFile } from 'node:fs/promises';
import { contentHash, type Issue, issue, Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import {
  type ForecastConfig,
  type LandmarkRecord,
  type ModelCard,
  predictorDefinitions,
  type TrainedForecast,
  trainForecast,
  writeBundle,
} from '@myocast/model';
import {
  encodePatients,
  faithfulnessRecord,
  faithfulnessSubjects,
  forecastCurves,
  mapPatients,
} from '@myocast/model/explanation';
import type { PredictorTable } from '@myocast/predictors';
import { codeCommit } from '../code-commit.ts';
import { softwareVersion } from '../software.ts';
import { StoppedByIssues, type Terminal } from '../terminal.ts';
import { faithfulnessText } from './faithfulness-text.ts';
import { trainedLandmark } from './landmarks.ts';
import type { StudySource } from './study-source.ts';
import { patientsPathOf } from './training-patients.ts';

/** Two years: the day of the risk whose explanations are judged, where follow-up reaches it. */
const explainedHorizonDays = 730;
/** With fewer events of the composite than this there is nothing to learn. */
const fewestEvents = 8;

/** Trains the forecast on all subjects of the source and writes the bundle; gives the lines to show. */
export async function trainBundle(
  source: StudySource,
  out: string,
  { seed, centreBalance }: { readonly seed: number } & Pick<ForecastConfig, 'centreBalance'>,
  terminal: Terminal,
  coursesPath?: string,
) {
  const { name, dataSet, table, outcome, origin, variables, riskGroups } = source;
  const rows = [...table.subjects.keys()];
  const events = Object.fromEntries(
    outcome.causes.map((cause, c) => [cause, outcome.cause.filter((code) => code === c + 1).length]),
  );
  const composite = outcome.compositeCauses.reduce((sum, cause) => sum + events[cause]!, 0);
  if (composite < fewestEvents)
    throw new StoppedByIssues([
      issue(
        'too-few-events',
        name,
        `expected at least ${fewestEvents} events of ${outcome.compositeName}, found ${composite}`,
      ),
    ]);
  const bar = terminal.bar('train', 100);
  let shown = 0;
  const baseline = await trainForecast({
    table,
    outcome,
    rows,
    riskGroups,
    config: { centreBalance },
    random: new Random(seed).fork('final model'),
    onProgress: (done, total) => {
      const now = Math.floor((100 * done) / total);
      bar.advance(now - shown);
      shown = now;
    },
  });
  bar.done();
  const issues: Issue[] = [];
  const landmark = await trainedLandmark(
    baseline,
    { table, outcome },
    coursesPath,
    new Random(seed).fork('landmarks'),
    issues,
  );
  terminal.list(issues);
  const trained = landmark === null ? baseline : { ...baseline, plan: { ...baseline.plan, landmark } };
  const { scaler, training } = trained.plan;
  const faithfulness = await faithfulnessOf(trained, table, rows, new Random(seed).fork('faithfulness'));
  const beside = patientsOf(trained, { name, dataSet, table, outcome });
  if (beside) await writeFileAtomic(patientsPathOf(out), beside.bytes);
  const card = await writeBundle(trained, out, {
    name: `Forecast of ${outcome.compositeName} (${name})`,
    softwareVersion,
    commit: await codeCommit(),
    seed,
    dataSet,
    study: trainedStudy(source),
    faithfulness,
    patients: beside?.patients ?? null,
    predictors: predictorDefinitions(trained.plan, table.columns, variables),
    trainedOn: origin,
    intendedUse: 'Research only. Not a medical device; not for decisions about patients.',
  });
  await writeLog(out);
  const lines = [
    `${rows.length} ${subjectsOf(source)}, ${composite} events of ${outcome.compositeName}, ${scaler.columns.length} columns, sequences: ${card.sequences.map(({ kind }) => kind).join(', ') || 'none'}`,
    ...developmentLines(card),
    `ridge penalty ${Number(training.penalty.toPrecision(3))}, network trained for ${training.epochs} passes (0: the ridge regression alone), survival trees heard with a weight of ${trained.plan.voice.weight} (0: not at all)`,
    ...balanceLine(centreBalance),
    ...(landmark ? [landmarkLine(landmark.training)] : []),
    ...faithfulnessText(faithfulness),
    `model bundle: ${out}`,
    ...(beside ? [`training patients, to stay in this study: ${patientsPathOf(out)}`] : []),
  ];
  return { card, training, lines };
}

function trainedStudy({ name, timeZero, definition }: StudySource): ModelCard['study'] {
  return definition === null ? null : { name, timeZero, definition };
}

function subjectsOf({ origin }: StudySource): string {
  return origin === 'real patients' ? 'subjects' : `subjects (${origin})`;
}

/** When the bundle was written, in a file beside it: the bundle's bytes are those of its data, seed and software alone. */
async function writeLog(out: string): Promise<void> {
  const log = { written: new Date().toISOString(), sha256: contentHash(await readFile(out)) };
  await writeFileAtomic(`${out.replace(/\.myocast$/, '')}.log.json`, `${JSON.stringify(log)}\n`);
}

/** How faithful the explanations are to the model, by some of the subjects that it was trained on. */
async function faithfulnessOf(
  trained: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
  random: Random,
) {
  const { intervalEnds, timed } = trained.plan;
  const horizonDays = Math.min(explainedHorizonDays, intervalEnds.at(-1)!);
  const found = await forecastCurves(
    trained,
    table,
    rows,
    { most: faithfulnessSubjects, horizonDays },
    random,
  );
  return faithfulnessRecord(found, { heldOut: false, horizonDays: timed ? horizonDays : null }, random);
}

/** The file of the training patients; null where too few were trained on to say who is near. */
function patientsOf(
  { population, plan }: TrainedForecast,
  { name, dataSet, table, outcome }: Pick<StudySource, 'name' | 'dataSet' | 'table' | 'outcome'>,
) {
  if (population === null) return null;
  const map = mapPatients(population, plan.scaler, table, [...table.subjects.keys()], outcome);
  return encodePatients({ study: name, dataSet }, table.subjects, map);
}

function balanceLine(balance: number): string[] {
  if (balance === 0) return [];
  const power = Number((1 - balance).toFixed(6));
  return [`centre balance ${balance}: a centre of m patients counted as m^${power}`];
}

function developmentLines({ development }: ModelCard): string[] {
  const { effectiveParameters, affordableParameters, verdict } = development;
  const decided = `${effectiveParameters.toFixed(1)} effective parameters`;
  return [
    affordableParameters === null
      ? decided
      : `${decided}, where so many subjects and events afford ${affordableParameters.toFixed(1)} (riley2019)`,
    ...(verdict === null ? [] : [`  ${verdict}`]),
  ];
}

function landmarkLine({ landmarks, events, terms, stiffness }: LandmarkRecord): string {
  const known = terms.map(({ term }) => term).join(', ');
  return `landmarks: ${landmarks.length} visits, ${events} events after one; ${stiffness === null ? 'the forecast given survival is as good' : `known by then: ${known}`}`;
}
