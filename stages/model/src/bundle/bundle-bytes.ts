import {
  accepted,
  canonicalJson,
  type Checked,
  contentHash,
  issue,
  type IssueKind,
  refused,
} from '@myocast/base';
import { inspectModel } from '@myocast/autodiff/model-bytes';
import { readTrees, type ScoreTrees, storedTrees } from '@myocast/survival/learners';
import * as z from 'zod';
import { forecastWith, type RunMember } from '../forecast.ts';
import { intervalWords } from '../interval-words.ts';
import type { ModelCard } from '../records.ts';
import type { ForecastPlan, TrainedForecast } from '../train.ts';
import { type Entries, packEntries, unpackEntries } from './container.ts';
import { developmentOf } from './development.ts';
import { cardSchema, forecastSchema, populationSchema, type TestVector, vectorsSchema } from './schemas.ts';
import {
  drawVectors,
  vectorDifference,
  vectorTable,
  vectorTolerance,
  withForecasts,
} from './test-vectors.ts';

/** A trained forecast as it was read from a bundle. */
export interface Bundle extends TrainedForecast {
  readonly card: ModelCard;
}

/** What only the one who trains knows of a model; the rest of its card is in the plan. */
export type CardFacts = Pick<
  ModelCard,
  | 'name'
  | 'softwareVersion'
  | 'commit'
  | 'seed'
  | 'dataSet'
  | 'study'
  | 'predictors'
  | 'faithfulness'
  | 'patients'
  | 'trainedOn'
  | 'intendedUse'
>;

/**
 * A model bundle as bytes: `card.json`, `forecast.json` (scaler, intervals, calibration, posterior, what training
 * decided), `member-1.onnx` and so on, where trees are heard `trees-1.json` and so on, `population.json`, and
 * `test-vectors.json` with what the model forecasts here.
 * The same model and facts give the same bytes.
 */
export async function encodeBundle(
  run: RunMember,
  trained: TrainedForecast,
  facts: CardFacts,
): Promise<{ readonly bytes: Uint8Array; readonly card: ModelCard }> {
  const { plan, members, trees, population } = trained;
  const inputs = drawVectors(plan.scaler, facts.predictors);
  const forecasts = await forecastWith(run, trained, vectorTable(plan.scaler, inputs), [...inputs.keys()]);
  const names = members.map((_, index) => `member-${index + 1}.onnx`);
  const treeNames = trees.map((_, index) => `trees-${index + 1}.json`);
  const contents = new Map<string, Uint8Array>([
    ['forecast.json', json({ format: 'myocast-forecast 4', ...plan, members: names, trees: treeNames })],
    ...names.map((name, index): [string, Uint8Array] => [name, members[index]!]),
    ...treeNames.map((name, index): [string, Uint8Array] => [name, json(storedTrees(trees[index]!))]),
    ['population.json', json(population)],
    ['test-vectors.json', json({ vectors: withForecasts(plan, inputs, forecasts) })],
  ]);
  const card: ModelCard = {
    ...facts,
    subjects: plan.training.subjects,
    events: plan.training.events,
    outcome: {
      causes: plan.causes,
      compositeName: plan.compositeName,
      horizonDays: plan.timed ? plan.intervalEnds.at(-1)! : null,
    },
    interval: intervalWords,
    sequences: plan.scaler.slices.map(({ kind, encoder }) => ({ kind, encoder })),
    development: developmentOf(plan),
    holds: whatItHolds(facts.patients),
    files: Object.fromEntries([...contents].map(([name, bytes]) => [name, contentHash(bytes)])),
  };
  return { bytes: packEntries(new Map([['card.json', json(card)], ...contents])), card };
}

function whatItHolds(patients: CardFacts['patients']): string {
  const own =
    'no row of a patient; counts, means, spreads, correlations and sorted distances of the training rows, principal axes of image features, fitted coefficients, networks and trees, whose cuts lie between the values of two patients';
  return patients === null
    ? own
    : `${own}. The places and outcomes of its ${patients.subjects} training patients are in a file of their own, which stays in the study that developed it`;
}

/** The card of a bundle whose entries are those that it names; the networks are not run. */
export function decodeCard(bytes: Uint8Array, path: string): Checked<ModelCard> {
  const opened = openEntries(bytes, path);
  return opened.ok ? accepted(opened.value.card) : opened;
}

/**
 * Reads a bundle, and runs its test vectors. Refused, with one issue, when the bytes are not those of a bundle,
 * when an entry is missing, one too many or not the one that the card names, when a network is not one of
 * standard operators with its weights inside, when trees are not of the model's columns, and when the forecasts of the test vectors differ from those that
 * the bundle was written with.
 *
 * @param path what issues call the bundle
 */
export async function decodeBundle(
  run: RunMember,
  bytes: Uint8Array,
  path: string,
): Promise<Checked<Bundle>> {
  const opened = openEntries(bytes, path);
  if (!opened.ok) return opened;
  const { card, entries } = opened.value;
  const forecast = parse(entries, 'forecast.json', forecastSchema, path);
  if (!forecast.ok) return forecast;
  const population = parse(entries, 'population.json', populationSchema, path);
  if (!population.ok) return population;
  const vectors = parse(entries, 'test-vectors.json', vectorsSchema, path);
  if (!vectors.ok) return vectors;
  const members = membersOf(entries, forecast.value.members, path);
  if (!members.ok) return members;
  const trees = treesOf(entries, forecast.value, path);
  if (!trees.ok) return trees;
  const { format: _format, members: _members, trees: _trees, ...plan } = forecast.value;
  // What the schema leaves open is tried by the test vectors.
  const bundle: Bundle = {
    plan: plan as unknown as ForecastPlan,
    members: members.value,
    trees: trees.value,
    population: population.value,
    card,
  };
  return verified(run, bundle, vectors.value.vectors, path);
}

async function verified(
  run: RunMember,
  bundle: Bundle,
  vectors: readonly TestVector[],
  path: string,
): Promise<Checked<Bundle>> {
  const where = `${path} test-vectors.json`;
  try {
    const table = vectorTable(bundle.plan.scaler, vectors);
    const forecasts = await forecastWith(run, bundle, table, [...vectors.keys()]);
    const difference = vectorDifference(bundle.plan, vectors, forecasts);
    if (difference <= vectorTolerance) return accepted(bundle);
    const found = Number.isFinite(difference)
      ? `a difference of ${difference.toPrecision(2)}`
      : 'other curves';
    return refuse(
      'bad-value',
      where,
      `expected the forecasts that the bundle was written with, found ${found}`,
    );
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    return refuse('not-readable', where, `expected a model that forecasts them, found: ${found}`);
  }
}

interface Opened {
  readonly card: ModelCard;
  readonly entries: Entries;
}

/** The entries, when they are those that the card names, with the content it names. */
function openEntries(bytes: Uint8Array, path: string): Checked<Opened> {
  const entries = unpackEntries(bytes, path);
  if (!entries.ok) return entries;
  const card = parse(entries.value, 'card.json', cardSchema, path);
  if (!card.ok) return card;
  const { files } = card.value;
  for (const [name, content] of entries.value) {
    if (name === 'card.json') continue;
    if (!Object.hasOwn(files, name))
      return refuse('bad-value', `${path} ${name}`, 'expected an entry that the card names, found another');
    const found = contentHash(content);
    if (found !== files[name])
      return refuse(
        'bad-value',
        `${path} ${name}`,
        `expected the content of hash ${files[name]}, found ${found}`,
      );
  }
  const absent = Object.keys(files).find((name) => !entries.value.has(name));
  return absent === undefined
    ? accepted({ card: card.value, entries: entries.value })
    : refuse('truncated', `${path} ${absent}`, 'expected an entry that the card names, found none');
}

/** Whether the entries whose names look so are those named, each once. */
function allNamed(
  entries: Entries,
  pattern: RegExp,
  what: string,
  names: readonly string[],
  path: string,
): Checked<null> {
  const there = [...entries.keys()].filter((name) => pattern.test(name));
  if (there.length === names.length && there.every((name) => names.includes(name))) return accepted(null);
  return refuse(
    'bad-value',
    `${path} forecast.json`,
    `expected the ${what} ${there.join(', ') || 'none'}, found ${names.join(', ') || 'none'}`,
  );
}

function membersOf(entries: Entries, names: readonly string[], path: string): Checked<Uint8Array[]> {
  const named = allNamed(entries, /\.onnx$/, 'members', names, path);
  if (!named.ok) return named;
  for (const name of names) {
    try {
      inspectModel(entries.get(name)!);
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : String(cause);
      return refuse('not-readable', `${path} ${name}`, `expected a network of the forecast, found: ${found}`);
    }
  }
  return accepted(names.map((name) => entries.get(name)!));
}

/** One set of trees a member, of the model's columns, where they have a weight; none where they have none. */
function treesOf(
  entries: Entries,
  { members, trees: names, scaler, voice }: z.infer<typeof forecastSchema>,
  path: string,
): Checked<ScoreTrees[]> {
  const named = allNamed(entries, /^trees-/, 'trees', names, path);
  if (!named.ok) return named;
  const expected = voice.weight > 0 ? members.length : 0;
  if (names.length !== expected)
    return refuse(
      'bad-value',
      `${path} forecast.json`,
      `expected ${expected} sets of trees with a weight of ${voice.weight}, found ${names.length}`,
    );
  const trees: ScoreTrees[] = [];
  for (const name of names) {
    const stored = parse(entries, name, z.unknown(), path);
    if (!stored.ok) return stored;
    const read = readTrees(stored.value);
    if (!read.ok) return refuse('not-readable', `${path} ${name}`, read.issues[0]!.message);
    const { columns } = read.value;
    if (columns !== scaler.columns.length)
      return refuse(
        'bad-value',
        `${path} ${name}`,
        `expected trees of ${scaler.columns.length} columns, found ${columns}`,
      );
    trees.push(read.value);
  }
  return accepted(trees);
}

function parse<Value>(
  entries: Entries,
  name: string,
  schema: z.ZodType<Value>,
  path: string,
): Checked<Value> {
  const where = `${path} ${name}`;
  const bytes = entries.get(name);
  if (!bytes) return refuse('truncated', where, 'expected an entry of a model bundle, found none');
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    return refuse('not-readable', where, `expected JSON, found: ${(cause as Error).message}`);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return accepted(parsed.data);
  const [problem] = parsed.error.issues;
  return refuse('bad-value', where, `${problem!.path.join('.') || '$'}: ${problem!.message}`);
}

function refuse<Value>(kind: IssueKind, path: string, message: string): Checked<Value> {
  return refused(issue(kind, path, message));
}

const json = (value: unknown) => new TextEncoder().encode(`${canonicalJson(value)}\n`);
