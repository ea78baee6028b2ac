import type { Random } from '@myocast/base';
import { normalise, type SlicePixels, sampleView, type View, type WindowPlan } from './view.ts';

/** Gives the next annotated slice; `labels` must be there. */
export type SliceSource = (random: Random) => SlicePixels;

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
  /** Whether sources may be turned or stretched by any amount, as images without geometry are. */
  readonly turns: boolean;
  readonly window: WindowPlan;
}

/**
 * A batch of augmented windows: three in four at about the fine zoom around the
 * heart, the others at about the search zoom around the middle of the slice.
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
    const slice = stretched(source(stream.fork('slice')), turns, stream);
    const { image, labels, inside } = sampleView(slice, randomView(slice, turns, window, stream));
    disturb(image, inside, window.size, stream);
    normalise(image, inside);
    images.set(image, item * area);
    for (let place = 0; place < area; place++) targets[(item * classes + labels[place]!) * area + place] = 1;
  }
  return { images, targets };
}

/** Pixels are rarely exactly as wide and high as the source says. */
function stretched(slice: SlicePixels, turns: boolean, random: Random): SlicePixels {
  const spread = turns && random.chance(0.5) ? random.uniform(-0.3, 0.3) : random.normal(0, 0.05);
  return {
    ...slice,
    pixelMm: [slice.pixelMm[0] * Math.exp(spread), slice.pixelMm[1] * Math.exp(-spread)],
  };
}

function randomView(slice: SlicePixels, turns: boolean, window: WindowPlan, random: Random): View {
  const middle: readonly [number, number] = [(slice.rows - 1) / 2, (slice.columns - 1) / 2];
  const fine = random.chance(0.75);
  const centre = (fine && heartCentre(slice)) || middle;
  const shiftMm = () => random.normal(0, fine ? 9 : 14);
  return {
    centre: [centre[0] + shiftMm() / slice.pixelMm[0], centre[1] + shiftMm() / slice.pixelMm[1]],
    zoomMm: fine ? window.fineMm * random.uniform(0.8, 1.23) : window.searchMm * random.uniform(0.85, 1.15),
    size: window.size,
    turn: random.chance(turns ? 0.5 : 0.1) ? random.uniform(-Math.PI, Math.PI) : random.normal(0, 0.3),
  };
}

function heartCentre({ labels, columns }: SlicePixels): readonly [number, number] | null {
  let count = 0;
  let rowSum = 0;
  let columnSum = 0;
  labels?.forEach((label, place) => {
    if (label === 0) return;
    count++;
    rowSum += Math.floor(place / columns);
    columnSum += place % columns;
  });
  return count === 0 ? null : [rowSum / count, columnSum / count];
}

/** Coil shading, contrast curve and noise, all within what scanners do. */
function disturb(image: Float32Array, inside: Uint8Array, size: number, random: Random): void {
  let top = 0;
  for (const value of image) top = Math.max(top, value);
  if (top <= 0) return;
  const gamma = Math.exp(random.normal(0, 0.2));
  const tiltX = random.normal(0, 0.25);
  const tiltY = random.normal(0, 0.25);
  const noise = random.chance(0.5) ? random.uniform(0, 0.05) : 0;
  for (let place = 0; place < image.length; place++) {
    if (!inside[place]) continue;
    const x = (place % size) / size - 0.5;
    const y = Math.floor(place / size) / size - 0.5;
    const shaded = (Math.max(0, image[place]!) / top) ** gamma * Math.exp(tiltX * x + tiltY * y);
    image[place] = noise > 0 ? shaded + random.normal(0, noise) : shaded;
  }
}
