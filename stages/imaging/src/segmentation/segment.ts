import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Mask, spacingMm, type Volume } from '@myocast/dicom';
import { cineLabel, lgeLabel, type SegmentedKind } from '../records.ts';
import { findHeart } from './find-heart.ts';
import { keepLargestComponent } from './largest-component.ts';
import type { Segmenter, WindowScores } from './segmenter.ts';
import { meanFeatures, SliceFeatures } from './slice-features.ts';
import { fineZoomMm, forEachCovered, type SlicePixels, usualFieldOfViewMm, type View } from './view.ts';
import { runWindows } from './windows.ts';

export interface Segmentation {
  readonly mask: Mask;
  /** Mean probability of the label that was chosen, over the labelled pixels: 0 to 1. */
  readonly confidence: number;
  /** What the encoder saw in each slice. */
  readonly features: SliceFeatures;
}

/** A heart of which the network is less sure than this is flagged. */
const lowConfidence = 0.75;

/**
 * Labels every phase and slice of a short-axis volume, on the volume's own grid.
 *
 * The heart is first looked for in the first phase, in coarse windows around the
 * middle of the images; then every slice is labelled in a fine window around the
 * centre that was found. Scores, not labels, are brought back to the grid. In each phase the largest connected piece is kept, and
 * stray pieces of the cavities go.
 *
 * Refused when the images show no contrast or no heart is found.
 */
export async function segment(
  volume: Volume,
  segmenter: Segmenter,
  path: string,
): Promise<Checked<Segmentation>> {
  const [phases, slices] = volume.shape;
  if (isConstant(volume.data))
    return refused(issue('quality-flag', path, 'expected images with contrast, found one constant value'));
  const shown = { slice: (index: number) => sliceAt(volume, index), phases, slices };
  const heart = await findHeart(shown, segmenter);
  if (heart === null)
    return refused(issue('quality-flag', path, 'expected a heart in the images, found none'));
  const { window } = segmenter.card;
  const zoomMm = fineZoomMm(window, heart, sliceAt(volume, 0).pixelMm);
  const view: View = { centre: heart.centre, zoomMm, turn: 0, size: window.size };
  const labels = new Uint8Array(volume.data.length);
  const sure = Array.from({ length: phases * slices }, () => ({ sum: 0, count: 0 }));
  const features = new SliceFeatures(phases, slices);
  const pixels = volume.shape[2] * volume.shape[3];
  await runWindows(shown, segmenter, [...sure.keys()], view, (index, scores, at) => {
    const own = labels.subarray(index * pixels, (index + 1) * pixels);
    label(sliceAt(volume, index), view, scores, at, segmenter.classes, own, sure[index]!);
    features.set(index, meanFeatures(scores, at, segmenter.classes));
  });
  keepLargestComponent(labels, volume.shape);
  tidyCavities(labels, volume.shape, segmenter.card.kind);
  const count = sure.reduce((total, slice) => total + slice.count, 0);
  if (count === 0) return refused(issue('quality-flag', path, 'expected a heart in the images, found none'));
  const confidence = sure.reduce((total, slice) => total + slice.sum, 0) / count;
  const mask: Mask = { shape: volume.shape, data: labels, affine: volume.affine };
  return accepted({ mask, confidence, features }, flags(volume, confidence, path));
}

function flags({ shape: [, slices], affine }: Volume, confidence: number, path: string): Issue[] {
  const issues: Issue[] = [];
  if (slices === 1)
    issues.push(issue('quality-flag', path, 'expected a stack of slices, found one: not the whole heart'));
  if (confidence < lowConfidence)
    issues.push(
      issue(
        'quality-flag',
        path,
        `the network is unsure of its contours: confidence ${confidence.toFixed(2)}`,
      ),
    );
  if (affine === null)
    issues.push(
      issue('quality-flag', path, `no pixel size: a field of view of ${usualFieldOfViewMm} mm was assumed`),
    );
  return issues;
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

/** The pixels of slice `index` (phase-major) with their size. */
function sliceAt(volume: Volume, index: number): SlicePixels {
  const [, , rows, columns] = volume.shape;
  const count = rows * columns;
  const pixelMm: readonly [number, number] = volume.affine
    ? [spacingMm(volume.affine)[1], spacingMm(volume.affine)[2]]
    : [usualFieldOfViewMm / rows, usualFieldOfViewMm / columns];
  return { pixels: volume.data.subarray(index * count, (index + 1) * count), rows, columns, pixelMm };
}

/** Scores of the window, bilinear, to the label with the highest on the slice's own grid. */
function label(
  slice: SlicePixels,
  view: View,
  { logits, size }: WindowScores,
  at: number,
  classes: number,
  labels: Uint8Array,
  sure: { sum: number; count: number },
): void {
  const area = size * size;
  const scores = new Float64Array(classes);
  forEachCovered(slice, view, (place, y, x) => {
    const top = Math.min(Math.floor(y), size - 2);
    const left = Math.min(Math.floor(x), size - 2);
    const down = y - top;
    const right = x - left;
    let best = 0;
    for (let c = 0; c < classes; c++) {
      const corner = (at * classes + c) * area + top * size + left;
      scores[c] =
        (1 - down) * ((1 - right) * logits[corner]! + right * logits[corner + 1]!) +
        down * ((1 - right) * logits[corner + size]! + right * logits[corner + size + 1]!);
      if (scores[c]! > scores[best]!) best = c;
    }
    if (best === 0) return;
    labels[place] = best;
    let total = 0;
    for (let c = 0; c < classes; c++) total += Math.exp(scores[c]! - scores[best]!);
    sure.sum += 1 / total;
    sure.count++;
  });
}

function isConstant(data: Float32Array): boolean {
  const first = data[0];
  return data.every((value) => value === first);
}
