import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, contentHash, type Issue, issue, Random, refused } from '@myocast/base';
import { readJsonFile, writeFolderAtomic } from '@myocast/base/files';
import { spacingMm } from '@myocast/dicom';
import { phantomSample } from '@myocast/simulation';
import type { SegmentedKind } from '../records.ts';
import { findDataset, heldOutCases, readAnnotated } from './dataset.ts';
import { parametersOf, sizesOf } from './onnx-parameters.ts';
import { readWeights, type SegmenterCard } from './segmenter.ts';
import {
  exportSegmenter,
  type SegmenterConfig,
  segmenterDefaults,
  type SegmenterWeights,
  trainSegmenter,
} from './train-segmenter.ts';
import { type SlicePixels, usualFieldOfViewMm, usualWindow, type WindowPlan } from './view.ts';

export interface TrainingOrder {
  readonly kind: SegmentedKind;
  /** Annotated images in one of the layouts of `findDataset`; null for phantoms alone. */
  readonly data: string | null;
  /** Share of the slices that are phantoms, 0 to 1; 1 without data. */
  readonly phantoms: number;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
  /** Weights to go on from, by name or folder; null to begin anew. */
  readonly from: string | null;
  /** Folder of the weights. */
  readonly out: string;
  /** Pixels along a side of the window; null for that of the weights to go on from. */
  readonly windowPixels: number | null;
  /** Under which terms the images may be used; it goes into the card. */
  readonly licence: string;
}

/** `training.json` beside unfinished weights: which order, and how far it came. */
interface Progress {
  readonly order: string;
  readonly stepsDone: number;
}

const labelNames: Readonly<Record<SegmentedKind, readonly string[]>> = {
  'cine-sax': ['right ventricle', 'myocardium', 'left ventricle'],
  'lge-sax': ['left ventricle', 'normal myocardium', 'infarct', 'microvascular obstruction'],
  't2-sax': ['left ventricle', 'normal myocardium', 'oedema'],
  'cine-lax': ['left ventricle', 'myocardium', 'left atrium'],
};

/**
 * Trains segmentation weights on phantoms, annotated images or both, and writes
 * network and card. Every fifth case is kept out and named in the card. What is
 * written every 100 steps is whole: the same order given again goes on from there.
 */
export async function trainOnDataset(
  order: TrainingOrder,
  onStep?: (step: number, loss: number) => void,
): Promise<Checked<SegmenterCard>> {
  const annotated = await annotatedSlices(order);
  if (!annotated.ok) return annotated;
  const { slices, heldOut, cases } = annotated.value;
  const name = contentHash({ ...order, threads: 0 });
  const begin = await beginning(order, name);
  if (!begin.ok) return begin;
  const { start, stepsDone, window } = begin.value;
  const config: SegmenterConfig = {
    ...segmenterDefaults,
    ...(start ? sizesOf(start.parameters) : {}),
    window: order.windowPixels === null ? window : windowOf(order.windowPixels),
    classes: labelNames[order.kind].length + 1,
    turns: order.kind === 'lge-sax',
    steps: order.steps,
    learningRate: order.from === null ? 2e-3 : 1.5e-3,
    threads: order.threads,
  };
  const card = cardOf(order, config, { heldOut, cases });
  const save = (step: number, weights: SegmenterWeights) =>
    writeWeights(order.out, card, exportSegmenter(weights, config, new Random(order.seed), {}), {
      order: name,
      stepsDone: step,
    });
  const weights = await trainSegmenter(sourceOf(order, slices), config, new Random(order.seed), {
    ...(start ? { start } : {}),
    stepsDone,
    ...(onStep ? { onStep } : {}),
    onCheckpoint: async (step, done) => void (await save(step, done)),
  });
  return accepted(await save(order.steps, weights), annotated.issues);
}

interface Beginning {
  readonly start: SegmenterWeights | null;
  readonly stepsDone: number;
  readonly window: WindowPlan;
}

/** Goes on from what the same order left behind, else from the weights it names, else anew. */
async function beginning({ out, from }: TrainingOrder, name: string): Promise<Checked<Beginning>> {
  const begun = await readJsonFile<Progress>(join(out, 'training.json'));
  const resumed = begun?.order === name;
  const source = resumed ? out : from;
  if (source === null) return accepted({ start: null, stepsDone: 0, window: usualWindow });
  const weights = await readWeights(source);
  if (!weights.ok) return weights;
  return accepted({
    start: { parameters: parametersOf(weights.value.network) },
    stepsDone: resumed ? begun.stepsDone : 0,
    window: weights.value.card.window,
  });
}

interface Annotated {
  readonly slices: readonly SlicePixels[];
  readonly heldOut: readonly string[];
  readonly cases: number;
}

async function annotatedSlices({ data, kind }: TrainingOrder): Promise<Checked<Annotated>> {
  if (data === null) return accepted({ slices: [], heldOut: [], cases: 0 });
  const dataset = await findDataset(data, kind);
  if (dataset?.kind !== kind)
    return refused(issue('empty-input', data, `expected annotated ${kind} images, found none`));
  const heldOut = heldOutCases(dataset.stacks);
  const issues: Issue[] = [];
  const read = await readAnnotated(dataset, (name) => !heldOut.includes(name));
  issues.push(...read.issues);
  const highest = labelNames[kind].length;
  const slices: SlicePixels[] = [];
  for (const { name, volume, mask } of read.pairs) {
    const wrong = mask.data.find((label) => label > highest);
    if (wrong === undefined) slices.push(...slicesOf(volume, mask));
    else issues.push(issue('bad-value', name, `expected labels 0 to ${highest}, found ${wrong}: not used`));
  }
  if (slices.length === 0)
    return refused(
      issue('empty-input', data, 'expected annotated images to train on, found none'),
      ...issues,
    );
  return accepted({ slices, heldOut, cases: new Set(read.pairs.map(({ name }) => name)).size }, issues);
}

type Pair = Awaited<ReturnType<typeof readAnnotated>>['pairs'][number];

function slicesOf(volume: Pair['volume'], mask: Pair['mask']): SlicePixels[] {
  const [phases, count, rows, columns] = volume.shape;
  const pixels = rows * columns;
  const spacing = volume.affine && spacingMm(volume.affine);
  return Array.from({ length: phases * count }, (_, index) => ({
    pixels: volume.data.subarray(index * pixels, (index + 1) * pixels),
    labels: mask.data.subarray(index * pixels, (index + 1) * pixels),
    rows,
    columns,
    pixelMm: spacing ? [spacing[1], spacing[2]] : [usualFieldOfViewMm / rows, usualFieldOfViewMm / columns],
  }));
}

/** A window of other extent looks for the heart in about the same field. */
function windowOf(size: number): WindowPlan {
  const { fineMm, searchMm, size: usual } = usualWindow;
  return { size, fineMm, searchMm: Math.round((10 * searchMm * usual) / size) / 10 };
}

/**
 * Draws phantoms and annotated slices in the order's proportion. Of the annotated
 * ones, first a label is drawn, then a slice that shows it: what is rare, as
 * microvascular obstruction is, would else be seen in one batch of many only.
 */
function sourceOf({ kind, phantoms }: TrainingOrder, slices: readonly SlicePixels[]) {
  const showing = [slices, ...labelNames[kind].map((_, index) => slices.filter(shows(index + 1)))].filter(
    (group) => group.length > 0,
  );
  return (random: Random): SlicePixels => {
    if (slices.length > 0 && !random.chance(phantoms)) return random.choice(random.choice(showing));
    const { image, label, size, spacingMm: side } = phantomSample(random.fork('phantom'), kind);
    return { pixels: image, labels: label, rows: size, columns: size, pixelMm: [side, side] };
  };
}

const shows = (label: number) => (slice: SlicePixels) => slice.labels?.includes(label) ?? false;

function cardOf(
  order: TrainingOrder,
  { base, levels, batch, window }: SegmenterConfig,
  { heldOut, cases }: Pick<Annotated, 'heldOut' | 'cases'>,
): Omit<SegmenterCard, 'network'> {
  const start = order.from === null ? '' : `from ${order.from.split('/').at(-1)}, `;
  const share = order.data === null ? 1 : order.phantoms;
  return {
    name: order.out.split('/').at(-1)!,
    kind: order.kind,
    labels: labelNames[order.kind],
    architecture: `2-D U-Net, base width ${base}, ${levels} levels, instance norm; scores and deepest feature map out`,
    window,
    training: `${start}${order.steps} steps of ${batch} slices, ${Math.round(100 * share)} % phantoms, seed ${order.seed}`,
    data: [
      ...(share > 0 ? ['domain-randomised phantoms of this software'] : []),
      ...(order.data === null ? [] : [`${cases} annotated cases`]),
    ],
    licence: order.data === null ? 'Apache-2.0 (no image data were used)' : order.licence,
    heldOut,
    measured: [],
    intendedUse:
      'Research only; not a medical device. A person looks at every contour before a number is relied on.',
  };
}

async function writeWeights(
  folder: string,
  card: Omit<SegmenterCard, 'network'>,
  network: Uint8Array,
  progress: Progress,
): Promise<SegmenterCard> {
  const whole: SegmenterCard = { ...card, network: contentHash(network) };
  await writeFolderAtomic(folder, /\.(onnx|json)$/, async (draft) => {
    await writeFile(join(draft, 'network.onnx'), network);
    await writeFile(join(draft, 'card.json'), `${JSON.stringify(whole, null, 2)}\n`);
    await writeFile(join(draft, 'training.json'), `${JSON.stringify(progress)}\n`);
  });
  return whole;
}
