import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Provider } from '@myocast/autodiff';
import { accepted, type Checked, contentHash, type Issue, issue, Random, refused } from '@myocast/base';
import { readJsonFile, writeFolderAtomic } from '@myocast/base/files';
import type { SegmentedKind } from '../records.ts';
import { annotatedDataset, annotatedSlices } from './annotated-slices.ts';
import { type Dataset, heldOutCases } from './dataset.ts';
import { labelNames } from './label-names.ts';
import { parametersOf, sizesOf } from './onnx-parameters.ts';
import { meanDice } from './mean-dice.ts';
import { loadSegmenter, readWeights, type SegmenterCard } from './segmenter.ts';
import { sliceSource } from './slice-source.ts';
import {
  exportSegmenter,
  type SegmenterConfig,
  segmenterDefaults,
  type SegmenterWeights,
  type TrainingState,
  trainSegmenter,
  type ValidationPoint,
} from './train-segmenter.ts';
import type { LabelledSlice } from './training-batch.ts';
import type { WindowPlan } from './view.ts';
import { planFor, usualPlans } from './window-plan.ts';

export interface TrainingOrder {
  readonly kind: SegmentedKind;
  /** Annotated images in one of the layouts of `findDataset`; null for phantoms alone. */
  readonly data: string | null;
  /** Cases that training never sees. */
  readonly heldOut: 'every fifth' | readonly string[];
  /** Share of the slices that are phantoms, 0 to 1; 1 without data. */
  readonly phantoms: number;
  readonly steps: number;
  /**
   * Scores without a better one after which training stops, on every eighth of the
   * training cases, which it then does not learn from; 0 for all steps and all cases.
   */
  readonly patience: number;
  readonly seed: number;
  readonly threads: number;
  /** Where the steps run; default 'cpu'. */
  readonly provider?: Provider | undefined;
  /** Weights to go on from, by name or folder; null to begin anew. */
  readonly from: string | null;
  /** Folder of the weights. */
  readonly out: string;
  /** Under which terms the images may be used; it goes into the card. */
  readonly licence: string;
}

/** `training.json` beside the weights: which order, how far it came and how it went. */
export interface TrainingHistory {
  readonly order: string;
  readonly step: number;
  /** Mean loss of each 20 steps. */
  readonly losses: readonly number[];
  /** Mean Dice of the cases that tell when to stop. */
  readonly scores: readonly ValidationPoint[];
}

const stepsPerLoss = 20;
const stepsPerScore = 200;
/** Of the training cases, where they tell when to stop. */
const scoringEvery = 8;

/**
 * Trains segmentation weights on phantoms, annotated images or both, and writes
 * network and card. What is written every 100 steps is whole: the same order given
 * again goes on from there and ends with the same bytes.
 */
export async function trainOnDataset(
  order: TrainingOrder,
  onStep?: (step: number, loss: number) => void,
): Promise<Checked<SegmenterCard>> {
  const read = await trainingImages(order);
  if (!read.ok) return read;
  const name = orderName(order);
  const begin = await beginning(order, name, read.value);
  if (!begin.ok) return begin;
  const { config, start, resume, history, learnedBefore } = begin.value;
  const card = cardOf(order, config, read.value, learnedBefore);
  const random = new Random(order.seed);
  const losses = new Losses(history);
  const save = (state: TrainingState, done: boolean) =>
    writeWeights(order.out, card, exportSegmenter(state.weights, config, random, {}), {
      history: { order: name, step: state.step, losses: losses.means, scores: state.scores },
      checkpoint: done ? null : state.checkpoint,
    });
  const { images, scoring } = read.value;
  const source = sliceSource(
    order.kind,
    order.data === null ? 1 : order.phantoms,
    images,
    config.classes - 1,
  );
  const state = await trainSegmenter(source, config, random, {
    start,
    resume,
    early: scoring && {
      score: (weights) => scoreOf(weights, config, card, scoring, order.threads),
      every: stepsPerScore,
      patience: order.patience,
    },
    onStep: (step, loss) => {
      losses.add(loss);
      onStep?.(step, loss);
    },
    onCheckpoint: async (reached) => void (await save(reached, false)),
  });
  return accepted(await save(state, true), read.issues);
}

/** What is trained, whatever it runs on and wherever it goes. */
export function orderName({
  threads: _threads,
  provider: _provider,
  out: _out,
  ...what
}: TrainingOrder): string {
  return contentHash(what);
}

/** What training reads of an order's data. */
interface TrainingImages {
  readonly images: readonly LabelledSlice[];
  readonly cases: number;
  readonly heldOut: readonly string[];
  /** All others. */
  readonly learned: readonly string[];
  readonly hasPixelSize: boolean;
  /** The cases that tell when to stop. */
  readonly scoring: { readonly dataset: Dataset; readonly cases: ReadonlySet<string> } | undefined;
}

async function trainingImages({
  data,
  kind,
  heldOut,
  patience,
}: TrainingOrder): Promise<Checked<TrainingImages>> {
  if (data === null)
    return accepted({
      images: [],
      cases: 0,
      heldOut: [],
      learned: [],
      hasPixelSize: true,
      scoring: undefined,
    });
  const found = await annotatedDataset(data, kind);
  if (!found.ok) return found;
  const dataset = found.value;
  const out = heldOut === 'every fifth' ? heldOutCases(dataset.stacks) : heldOut;
  const names = [...new Set(dataset.stacks.map(({ name }) => name))].sort();
  const left = names.filter((name) => !out.includes(name));
  const scored = new Set(patience > 0 ? left.filter((_, index) => index % scoringEvery === 3) : []);
  const read = await annotatedSlices(dataset, new Set(left.filter((name) => !scored.has(name))));
  if (!read.ok) return read;
  return accepted(
    {
      images: read.value.slices,
      cases: read.value.cases,
      heldOut: out,
      learned: left,
      hasPixelSize: dataset.layout !== 'emidec',
      scoring: scored.size > 0 ? { dataset, cases: scored } : undefined,
    },
    read.issues,
  );
}

interface Beginning {
  readonly config: SegmenterConfig;
  readonly start?: SegmenterWeights | undefined;
  readonly resume?: TrainingState | undefined;
  readonly history: TrainingHistory | null;
  /** Cases that the weights to begin with learned from. */
  readonly learnedBefore: readonly string[];
}

/** Goes on from what the same order left behind, else from the weights it names, else anew. */
async function beginning(
  order: TrainingOrder,
  name: string,
  images: TrainingImages,
): Promise<Checked<Beginning>> {
  const history = await readJsonFile<TrainingHistory>(join(order.out, 'training.json'));
  const resumed = history?.order === name;
  const source = resumed ? order.out : order.from;
  if (source === null)
    return accepted({
      config: configOf(order, anewPlan(order.kind, images), segmenterDefaults),
      history: null,
      learnedBefore: [],
    });
  const weights = await readWeights(source, order.kind);
  if (!weights.ok) return weights;
  const { card, network } = weights.value;
  const seen = seenBefore(card, source, images.heldOut);
  if (seen !== null) return refused(seen);
  const parameters = parametersOf(network);
  const config = configOf(order, card.window, sizesOf(parameters));
  const begun = { config, history, learnedBefore: card.learnedFrom };
  if (!resumed) return accepted({ ...begun, start: { parameters }, history: null });
  const checkpoint = await readFile(join(order.out, 'checkpoint.bin')).catch(() => null);
  if (checkpoint === null)
    return accepted({ ...begun, config: { ...config, steps: 0 }, start: { parameters } });
  const { step, scores } = history;
  return accepted({ ...begun, resume: { step, checkpoint, weights: { parameters }, scores } });
}

/** Weights that have learned from a case that is kept out would be measured on what they know. */
function seenBefore(card: SegmenterCard, where: string, heldOut: readonly string[]): Issue | null {
  const known = heldOut.filter((name) => card.learnedFrom.includes(name));
  if (known.length === 0) return null;
  return issue(
    'bad-value',
    where,
    `expected weights that have not seen the ${heldOut.length} cases kept out, found that they learned from ${known.length} of them (${known.slice(0, 3).join(', ')}${known.length > 3 ? ', …' : ''})`,
  );
}

function anewPlan(kind: SegmentedKind, { images, hasPixelSize }: TrainingImages): WindowPlan {
  return images.length === 0 ? usualPlans[kind] : planFor(images, hasPixelSize);
}

function configOf(
  { kind, steps, threads, provider, from }: TrainingOrder,
  window: WindowPlan,
  sizes: { base: number; levels: number; widest: number },
): SegmenterConfig {
  return {
    ...segmenterDefaults,
    ...sizes,
    window,
    classes: labelNames[kind].length + 1,
    turns: kind === 'lge-sax',
    steps,
    learningRate: from === null ? segmenterDefaults.learningRate : 0.75 * segmenterDefaults.learningRate,
    threads,
    provider,
  };
}

/** Mean Dice of the weights on the cases that tell when to stop. */
async function scoreOf(
  weights: SegmenterWeights,
  config: SegmenterConfig,
  card: Omit<SegmenterCard, 'network'>,
  { dataset, cases }: NonNullable<TrainingImages['scoring']>,
  threads: number,
): Promise<number> {
  const network = exportSegmenter(weights, config, new Random(0), {});
  const segmenter = await loadSegmenter({ card: { ...card, network: '' }, network }, { threads });
  try {
    return await meanDice(dataset, cases, segmenter);
  } finally {
    await segmenter.close();
  }
}

/** The losses of all steps, 20 at a time. */
class Losses {
  readonly means: number[];
  #sum = 0;
  #count = 0;

  constructor(history: TrainingHistory | null) {
    this.means = [...(history?.losses ?? [])];
  }

  add(loss: number): void {
    this.#sum += loss;
    this.#count++;
    if (this.#count < stepsPerLoss) return;
    this.means.push(this.#sum / this.#count);
    this.#sum = 0;
    this.#count = 0;
  }
}

function cardOf(
  order: TrainingOrder,
  { base, levels, widest, batch, window }: SegmenterConfig,
  { heldOut, learned, cases }: TrainingImages,
  learnedBefore: readonly string[],
): Omit<SegmenterCard, 'network'> {
  const start = order.from === null ? '' : `from ${order.from.split('/').at(-1)}, `;
  const share = order.data === null ? 1 : order.phantoms;
  return {
    name: order.out.split('/').at(-1)!,
    kind: order.kind,
    labels: labelNames[order.kind],
    architecture: `2-D U-Net, ${base} to ${widest} channels, ${levels} levels, instance norm; scores and deepest feature map out`,
    window,
    training: `${start}${order.steps} steps of ${batch} slices, ${Math.round(100 * share)} % phantoms, seed ${order.seed}`,
    data: [
      ...(share > 0 ? ['domain-randomised phantoms of this software'] : []),
      ...(order.data === null ? [] : [`${cases} annotated cases`]),
    ],
    licence: order.data === null ? 'Apache-2.0 (no image data were used)' : order.licence,
    heldOut,
    learnedFrom: [...new Set([...learnedBefore, ...learned])].sort(),
    measured: [],
    intendedUse:
      'Research only; not a medical device. A person looks at every contour before a number is relied on.',
  };
}

async function writeWeights(
  folder: string,
  card: Omit<SegmenterCard, 'network'>,
  network: Uint8Array,
  { history, checkpoint }: { history: TrainingHistory; checkpoint: Uint8Array | null },
): Promise<SegmenterCard> {
  const whole: SegmenterCard = { ...card, network: contentHash(network) };
  await writeFolderAtomic(folder, /\.(onnx|json|bin|svg)$/, async (draft) => {
    await writeFile(join(draft, 'network.onnx'), network);
    await writeFile(join(draft, 'card.json'), `${JSON.stringify(whole, null, 2)}\n`);
    await writeFile(join(draft, 'training.json'), `${JSON.stringify(history)}\n`);
    if (checkpoint !== null) await writeFile(join(draft, 'checkpoint.bin'), checkpoint);
  });
  return whole;
}
