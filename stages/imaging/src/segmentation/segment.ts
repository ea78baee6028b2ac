import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Mask, spacingMm, type Volume } from '@myocast/dicom';
import { cineLabel, lgeLabel, type SegmentedKind } from '../records.ts';
import { keepLargestComponent } from './largest-component.ts';
import { meanFeatures, SliceFeatures } from './slice-features.ts';
import type { Segmenter, WindowScores } from './segmenter.ts';
import {
  fineZoomMm,
  forEachCovered,
  normalise,
  sampleView,
  searchZoomMm,
  type SlicePixels,
  usualFieldOfViewMm,
  type View,
  windowSize,
} from './view.ts';

export interface Segmentation {
  readonly mask: Mask;
  /** Mean probability of the label that was chosen, over the labelled pixels: 0 to 1. */
  readonly confidence: number;
  /** What the encoder saw in each slice. */
  readonly features: SliceFeatures;
}

const batchSize = 4;
const area = windowSize * windowSize;

/**
 * Labels every phase and slice of a short-axis volume, on the volume's own grid.
 *
 * The heart is first looked for in the first phase, in coarse windows around the
 * middle of the images; then every slice is labelled in a fine window around the
 * centre that was found. Scores, not labels, are brought back to the grid. In
 * each phase the largest connected piece is kept, and stray pieces of the cavities go.
 *
 * Refused when the images show no contrast or no heart is found.
 */
export async function segment(
  volume: Volume,
  segmenter: Segmenter,
  path: string,
): Promise<Checked<Segmentation>> {
  const [phases, slices] = volume.shape;
  const issues: Issue[] = [];
  if (isConstant(volume.data))
    return refused(issue('quality-flag', path, 'expected images with contrast, found one constant value'));
  const centre = await findHeart(volume, segmenter);
  if (centre === null)
    return refused(issue('quality-flag', path, 'expected a heart in the images, found none'));
  if (slices === 1)
    issues.push(issue('quality-flag', path, 'expected a stack of slices, found one: not the whole heart'));
  const view: View = { centre, zoomMm: fineZoomMm, turn: 0 };
  const labels = new Uint8Array(volume.data.length);
  const confidence = { sum: 0, count: 0 };
  const features = new SliceFeatures(phases, slices);
  const all = Array.from({ length: phases * slices }, (_, index) => index);
  await runWindows(volume, segmenter, all, view, (index, scores, at) => {
    const own = labels.subarray(index * slicePixels(volume), (index + 1) * slicePixels(volume));
    label(volume, view, scores, at, segmenter.classes, own, confidence);
    features.set(index, meanFeatures(scores, at, segmenter.classes));
  });
  keepLargestComponent(labels, volume.shape);
  tidyCavities(labels, volume.shape, segmenter.card.kind);
  if (confidence.count === 0)
    return refused(issue('quality-flag', path, 'expected a heart in the images, found none'));
  return accepted(
    {
      mask: { shape: volume.shape, data: labels, affine: volume.affine },
      confidence: confidence.sum / confidence.count,
      features,
    },
    issues,
  );
}

/**
 * The LV cavity is one piece in every slice (an emptied ventricle may be broken
 * from slice to slice), the RV one piece in the whole phase.
 */
function tidyCavities(labels: Uint8Array, shape: Volume['shape'], kind: SegmentedKind): void {
  const [phases, slices, rows, columns] = shape;
  const cavity = kind === 'cine-sax' ? cineLabel.leftVentricle : lgeLabel.leftVentricle;
  keepLargestComponent(labels, [phases * slices, 1, rows, columns], cavity);
  if (kind === 'cine-sax') keepLargestComponent(labels, shape, cineLabel.rightVentricle);
}

function slicePixels({ shape: [, , rows, columns] }: Volume): number {
  return rows * columns;
}

/** The pixels of slice `index` (phase-major) with their size. */
function sliceAt(volume: Volume, index: number): SlicePixels {
  const [, , rows, columns] = volume.shape;
  const count = rows * columns;
  const pixelMm: readonly [number, number] = volume.affine
    ? [spacingMm(volume.affine)[1], spacingMm(volume.affine)[2]]
    : [usualFieldOfViewMm / rows, usualFieldOfViewMm / columns];
  return { pixels: volume.data.subarray(index * count, (index + 1) * count), rows, columns, pixelMm };
}

async function runWindows(
  volume: Volume,
  segmenter: Segmenter,
  indices: readonly number[],
  view: View,
  use: (index: number, scores: WindowScores, at: number) => void,
): Promise<void> {
  for (let from = 0; from < indices.length; from += batchSize) {
    const batch = indices.slice(from, from + batchSize);
    const images = new Float32Array(batch.length * area);
    for (const [at, index] of batch.entries()) {
      const { image, inside } = sampleView(sliceAt(volume, index), view);
      normalise(image, inside);
      images.set(image, at * area);
    }
    const scores = await segmenter.run(images);
    for (const [at, index] of batch.entries()) use(index, scores, at);
  }
}

/** Fewer labelled pixels of a coarse window than these are no heart. */
const fewestHeartPixels = 30;

/** Median place of what looks like heart in the first phase, in pixels [row, column]. */
async function findHeart(volume: Volume, segmenter: Segmenter): Promise<readonly [number, number] | null> {
  const [, slices, rows, columns] = volume.shape;
  const view: View = { centre: [(rows - 1) / 2, (columns - 1) / 2], zoomMm: searchZoomMm, turn: 0 };
  const found: { row: number; column: number }[] = [];
  const indices = Array.from({ length: slices }, (_, z) => z);
  const { pixelMm } = sliceAt(volume, 0);
  await runWindows(volume, segmenter, indices, view, (_, { logits }, at) => {
    const middle = (windowSize - 1) / 2;
    for (let place = 0; place < area; place++) {
      if (bestClass(logits, at, segmenter.classes, place) === 0) continue;
      found.push({
        row: view.centre[0] + ((Math.floor(place / windowSize) - middle) * view.zoomMm) / pixelMm[0],
        column: view.centre[1] + (((place % windowSize) - middle) * view.zoomMm) / pixelMm[1],
      });
    }
  });
  if (found.length < fewestHeartPixels) return null;
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return [median(found.map(({ row }) => row)), median(found.map(({ column }) => column))];
}

function bestClass(logits: Float32Array, at: number, classes: number, place: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++)
    if (logits[(at * classes + c) * area + place]! > logits[(at * classes + best) * area + place]!) best = c;
  return best;
}

/** Scores of the window, bilinear, to the label with the highest on the slice's own grid. */
function label(
  volume: Volume,
  view: View,
  { logits }: WindowScores,
  at: number,
  classes: number,
  labels: Uint8Array,
  confidence: { sum: number; count: number },
): void {
  const scores = new Float64Array(classes);
  forEachCovered(sliceAt(volume, 0), view, (place, y, x) => {
    const top = Math.min(Math.floor(y), windowSize - 2);
    const left = Math.min(Math.floor(x), windowSize - 2);
    const down = y - top;
    const right = x - left;
    let best = 0;
    for (let c = 0; c < classes; c++) {
      const corner = (at * classes + c) * area + top * windowSize + left;
      scores[c] =
        (1 - down) * ((1 - right) * logits[corner]! + right * logits[corner + 1]!) +
        down * ((1 - right) * logits[corner + windowSize]! + right * logits[corner + windowSize + 1]!);
      if (scores[c]! > scores[best]!) best = c;
    }
    if (best === 0) return;
    labels[place] = best;
    const total = scores.reduce((sum, score) => sum + Math.exp(score - scores[best]!), 0);
    confidence.sum += 1 / total;
    confidence.count++;
  });
}

function isConstant(data: Float32Array): boolean {
  const first = data[0];
  return data.every((value) => value === first);
}
