import type { Random } from '@myocast/base';
import { normalise, type SlicePixels, sampleView, searchZoomMm, type View, windowSize } from './view.ts';

/** Gives the next annotated slice; `labels` must be there. */
export type SliceSource = (random: Random) => SlicePixels;

/** Images [n, 1, 128, 128] and one-hot labels [n, classes, 128, 128]. */
export interface TrainingBatch {
  readonly images: Float32Array;
  readonly targets: Float32Array;
}

/**
 * A batch of augmented windows: three in four at about the fine zoom around the
 * heart, the others at about the search zoom around the middle of the slice.
 * Item i depends on the random stream and i alone.
 *
 * @param turns whether sources may be turned or stretched by any amount, as images
 *   without geometry are
 */
export function trainingBatch(
  source: SliceSource,
  { size, classes, turns }: { size: number; classes: number; turns: boolean },
  random: Random,
): TrainingBatch {
  const area = windowSize * windowSize;
  const images = new Float32Array(size * area);
  const targets = new Float32Array(size * classes * area);
  for (let item = 0; item < size; item++) {
    const stream = random.fork(item);
    const slice = stretched(source(stream.fork('slice')), turns, stream);
    const { image, labels, inside } = sampleView(slice, randomView(slice, turns, stream));
    disturb(image, inside, stream);
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

function randomView(slice: SlicePixels, turns: boolean, random: Random): View {
  const middle: readonly [number, number] = [(slice.rows - 1) / 2, (slice.columns - 1) / 2];
  const fine = random.chance(0.75);
  const centre = (fine && heartCentre(slice)) || middle;
  const shiftMm = () => random.normal(0, fine ? 9 : 14);
  return {
    centre: [centre[0] + shiftMm() / slice.pixelMm[0], centre[1] + shiftMm() / slice.pixelMm[1]],
    zoomMm: fine ? random.uniform(1.2, 1.85) : searchZoomMm * random.uniform(0.85, 1.15),
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
function disturb(image: Float32Array, inside: Uint8Array, random: Random): void {
  let top = 0;
  for (const value of image) top = Math.max(top, value);
  if (top <= 0) return;
  const gamma = Math.exp(random.normal(0, 0.2));
  const tiltX = random.normal(0, 0.25);
  const tiltY = random.normal(0, 0.25);
  const noise = random.chance(0.5) ? random.uniform(0, 0.05) : 0;
  for (let place = 0; place < image.length; place++) {
    if (!inside[place]) continue;
    const x = (place % windowSize) / windowSize - 0.5;
    const y = Math.floor(place / windowSize) / windowSize - 0.5;
    const shaded = (Math.max(0, image[place]!) / top) ** gamma * Math.exp(tiltX * x + tiltY * y);
    image[place] = noise > 0 ? shaded + random.normal(0, noise) : shaded;
  }
}
