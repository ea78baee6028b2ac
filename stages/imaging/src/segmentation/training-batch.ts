import type { Random } from '@myocast/base';
import { disturb } from './disturb.ts';
import type { HeartBox } from './heart-box.ts';
import { fineZoomMm, normalise, type SlicePixels, sampleView, type View, type WindowPlan } from './view.ts';
import { randomWarp } from './warp.ts';

/** A slice with its labels, and where the heart lies in the stack that it is of. */
export interface LabelledSlice extends SlicePixels {
  readonly labels: Uint8Array;
  /** Null where there is no heart. */
  readonly heart: HeartBox | null;
}

/** Gives the next annotated slice. */
export type SliceSource = (random: Random) => LabelledSlice;

/** Images [n, 1, size, size] and one-hot labels [n, classes, size, size]. */
export interface TrainingBatch {
  readonly images: Float32Array;
  readonly targets: Float32Array;
}

export interface BatchPlan {
  /** Slices in a batch. */
  readonly batch: number;
  /** Background included. */
  readonly classes: number;
  /** Whether sources may be turned by any amount, and squeezed until the heart is found, as images without geometry are. */
  readonly turns: boolean;
  readonly window: WindowPlan;
}

/** Share of the windows that show a heart as it is segmented; the others show where it is looked for. */
const fineShare = 0.85;

/**
 * A batch of augmented windows: most at about the fine zoom around the heart, the
 * others at about the search zoom around the middle of the slice. Half of them are
 * mirrored, most are bent.
 * Item i depends on the random stream and i alone.
 */
export function trainingBatch(
  source: SliceSource,
  { batch, classes, turns, window }: BatchPlan,
  random: Random,
): TrainingBatch {
  const area = window.size ** 2;
  const images = new Float32Array(batch * area);
  const targets = new Float32Array(batch * classes * area);
  for (let item = 0; item < batch; item++) {
    const stream = random.fork(item);
    const fine = stream.chance(fineShare);
    const slice = stretched(source(stream.fork('slice')), turns && !fine, stream);
    const view = randomView(slice, fine, turns, window, stream);
    const warp = stream.chance(0.7) ? randomWarp(window.size, stream.uniform(0, 4), stream) : undefined;
    const { image, labels, inside } = sampleView(slice, view, warp);
    disturb(image, inside, window.size, stream);
    normalise(image, inside);
    const mirrored = stream.chance(0.5);
    for (let place = 0; place < area; place++) {
      const from = mirrored ? place + window.size - 1 - 2 * (place % window.size) : place;
      images[item * area + place] = image[from]!;
      targets[(item * classes + labels[from]!) * area + place] = 1;
    }
  }
  return { images, targets };
}

/** Images without pixel sizes are squeezed up to this: to half or twice their height for their width. */
const mostSqueezed = 0.42;

/** Pixels are rarely exactly as wide and high as the source says, or as the heart in it tells. */
function stretched(slice: LabelledSlice, squeezed: boolean, random: Random): LabelledSlice {
  const spread =
    squeezed && random.chance(0.6) ? random.uniform(-mostSqueezed, mostSqueezed) : random.normal(0, 0.05);
  return {
    ...slice,
    pixelMm: [slice.pixelMm[0] * Math.exp(spread), slice.pixelMm[1] * Math.exp(-spread)],
  };
}

function randomView(
  slice: LabelledSlice,
  fine: boolean,
  turns: boolean,
  window: WindowPlan,
  random: Random,
): View {
  const { heart, pixelMm, rows, columns } = slice;
  const middle: readonly [number, number] = [(rows - 1) / 2, (columns - 1) / 2];
  const centre = (fine && heart?.centre) || middle;
  const shiftMm = () => random.normal(0, fine ? 8 : 14);
  const zoomMm = fine
    ? fineZoomMm(window, heart, pixelMm) * random.uniform(0.8, 1.23)
    : window.searchMm * random.uniform(0.85, 1.15);
  return {
    centre: [centre[0] + shiftMm() / pixelMm[0], centre[1] + shiftMm() / pixelMm[1]],
    zoomMm,
    size: window.size,
    turn: random.chance(turns ? 0.6 : 0.2) ? random.uniform(-Math.PI, Math.PI) : random.normal(0, 0.3),
  };
}
