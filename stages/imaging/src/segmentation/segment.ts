import { accepted, type Checked, issue, refused } from '@myocast/base';
import { type Mask, spacingMm, type Volume } from '@myocast/dicom';
import { findHeart, type FoundHeart } from './find-heart.ts';
import { pixelMmByHeart } from './heart-box.ts';
import { firstNotFinite } from '../volume/nifti-voxels.ts';
import { chooseLabels } from './choose-labels.ts';
import { type Repairs, tidy } from './tidy.ts';
import { type ProbabilityMaps, probabilityMaps } from './probability-maps.ts';
import type { Segmenter } from './segmenter.ts';
import { segmentationFlags } from './segmentation-flags.ts';
import { asItIs, type Showing } from './showing.ts';
import { meanFeatures, SliceFeatures } from './slice-features.ts';
import { fineZoomMm, type SlicePixels, usualPixelMm, type View } from './view.ts';
import type { ShownSlices } from './windows.ts';

export interface Segmentation {
  readonly mask: Mask;
  /** Mean probability of the label that was chosen, over the labelled pixels: 0 to 1. */
  readonly confidence: number;
  /** What the encoder saw in each slice. */
  readonly features: SliceFeatures;
  /** What was mended, by rule. */
  readonly repairs: Repairs;
  readonly maps: ProbabilityMaps;
  /** Where the windows of the maps lie. */
  readonly view: View;
  /** [y, x] of the slices: as given, or as the heart in them tells. */
  readonly pixelMm: readonly [number, number];
  /** False where the heart was only supposed to be there, as another series of the exam shows it. */
  readonly heartSeen: boolean;
}

export interface SegmentOptions {
  /** How each window is shown to the network; what the weights' card says where it is not given. */
  readonly showings?: readonly Showing[];
  /** Where another series of the exam shows the heart: [row, column] in pixels of the slices. */
  readonly supposedCentre?: readonly [row: number, column: number];
}

/**
 * Labels every phase and slice of a volume, on the volume's own grid.
 *
 * The heart is first looked for in coarse windows; then every slice is labelled in a
 * fine window around it, shown in one or several ways whose probabilities are
 * averaged. Phases and slices that contradict their neighbours are voted on again,
 * and what no heart looks like is mended (`tidy`). Probabilities, not labels, are
 * brought back to the grid.
 *
 * Refused when the images hold numbers that are none, show no contrast, or no heart is found.
 */
export async function segment(
  volume: Volume,
  segmenter: Segmenter,
  path: string,
  options: SegmentOptions = {},
): Promise<Checked<Segmentation>> {
  const obstacle = obstacleTo(volume);
  if (obstacle !== null) return refused(issue('quality-flag', path, obstacle));
  const noHeart = () =>
    refused<Segmentation>(issue('quality-flag', path, 'expected a heart in the images, found none'));
  const located = await locate(volume, segmenter, options.supposedCentre);
  if (located === null) return noHeart();
  const { shown, heart } = located;
  const [phases, slices] = volume.shape;
  const { card } = segmenter;
  const zoomMm = fineZoomMm(card.window, heart, shown.slice(0).pixelMm);
  const view: View = { centre: heart.centre, zoomMm, turn: 0, size: card.window.size };
  const features = new SliceFeatures(phases, slices);
  const showings = options.showings ?? card.showings ?? [asItIs];
  const maps = await probabilityMaps(shown, segmenter, view, showings, (index, scores, at) =>
    features.set(index, meanFeatures(scores, at, segmenter.classes)),
  );
  const { labels, repairs, confidence } = tidy(maps, card.kind, volume.shape, (index, out, sure) =>
    chooseLabels(shown.slice(index), view, maps, index, out, sure),
  );
  if (confidence === null) return noHeart();
  const mask: Mask = { shape: volume.shape, data: labels, affine: volume.affine };
  const found: Segmentation = {
    mask,
    confidence,
    features,
    repairs,
    maps,
    view,
    pixelMm: shown.slice(0).pixelMm,
    heartSeen: heart.seen,
  };
  return accepted(found, segmentationFlags(volume, found, card.kind, path));
}

interface Located {
  readonly shown: ShownSlices;
  readonly heart: FoundHeart;
}

/**
 * The heart, and the slices with the pixel size they are seen in. Images that carry
 * none may have been squeezed: the heart found in them tells by how much, and is
 * looked for again in images that are not.
 */
async function locate(
  volume: Volume,
  segmenter: Segmenter,
  supposed: SegmentOptions['supposedCentre'],
): Promise<Located | null> {
  const [, , rows, columns] = volume.shape;
  const spacing = volume.affine && spacingMm(volume.affine);
  const shown = shownAt(volume, spacing ? [spacing[1], spacing[2]] : usualPixelMm(rows, columns));
  const heart = await findHeart(shown, segmenter, supposed);
  if (heart === null) return null;
  const squeezed = !spacing && segmenter.card.window.heartShare !== undefined;
  return squeezed ? unsqueezed(volume, segmenter, { shown, heart }) : { shown, heart };
}

async function unsqueezed(volume: Volume, segmenter: Segmenter, first: Located): Promise<Located> {
  let located = first;
  for (let look = 0; look < looksAtSqueezed && located.heart.seen; look++) {
    const shown = shownAt(volume, pixelMmByHeart(located.heart));
    const heart = await findHeart(shown, segmenter, located.heart.centre);
    if (!heart?.seen) break;
    located = { shown, heart };
  }
  return located;
}

function shownAt(volume: Volume, pixelMm: readonly [number, number]): ShownSlices {
  const [phases, slices] = volume.shape;
  return { slice: (index) => sliceAt(volume, index, pixelMm), phases, slices };
}

/** Each look corrects the one before; after two it changes by less than hearts differ. */
const looksAtSqueezed = 2;

/** A heart of 100 mm in pixels of 4 mm, hardly seen. */
const fewestPixels = 24;

/** Why a volume cannot be segmented at all; null where it can. */
function obstacleTo({ data, shape }: Volume): string | null {
  const bad = firstNotFinite(data);
  if (bad >= 0) return `expected numbers in all voxels, found ${data[bad]} at voxel ${bad}`;
  if (shape[2] < fewestPixels || shape[3] < fewestPixels)
    return `expected images of at least ${fewestPixels} × ${fewestPixels} pixels, found ${shape[2]} × ${shape[3]}: are slices and rows exchanged?`;
  const first = data[0];
  return data.every((value) => value === first)
    ? 'expected images with contrast, found one constant value'
    : null;
}

/** The pixels of slice `index` (phase-major) with their size. */
function sliceAt(volume: Volume, index: number, pixelMm: readonly [number, number]): SlicePixels {
  const [, , rows, columns] = volume.shape;
  const count = rows * columns;
  return { pixels: volume.data.subarray(index * count, (index + 1) * count), rows, columns, pixelMm };
}
