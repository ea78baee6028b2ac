import { type Issue, issue } from '@myocast/base';
import { type Mask, spacingMm, type Volume } from '@myocast/dicom';
import { cineLabel, lgeLabel, type SegmentedKind } from '../records.ts';
import type { Segmentation } from './segment.ts';
import { darkBandShare } from './dark-band.ts';
import { boxOf } from './label-box.ts';
import { usualFieldOfViewMm, usualPixelMm } from './view.ts';

/** A heart of which the network is less sure than this is flagged. */
const lowConfidence = 0.75;
/** How far the labelled heart reaches across a slice, at most over the stack. */
const heartMm = [50, 220] as const;
/** A ventricle in fewer slices is no ventricle from base to apex (exclusion criterion 6). */
const fewestSlices = 3;
/** With more of the slices mended than this, the network has not understood the images. */
const mostMended = 0.25;
/** Above the apex, the RV lies beside the LV. */
const leastWithRv = 0.3;

/** A dark piece of the heart beyond this is a band: see {@link darkBandShare}. */
const mostDark = 0.02;
/** Images whose signal vanishes where the field is off by half of a turn a repetition. */
const bSsfp: readonly SegmentedKind[] = ['cine-sax', 'cine-lax'];

/** Specks below this share of the wall are in every mask of a healthy heart too. */
const leastUncalled = 0.01;
/** No scanner stretches the pixels of an image so far. */
const mostStretched = 2;

/** What of a segmentation should be looked at before it is relied on. */
export function segmentationFlags(
  volume: Volume,
  found: Segmentation,
  kind: SegmentedKind,
  path: string,
): Issue[] {
  const { slices, phases } = { slices: volume.shape[1], phases: volume.shape[0] };
  const wrong: string[] = [];
  const say = (is: boolean, message: () => string) => is && wrong.push(message());
  const shape = shapeOf(found.mask);
  say(!found.heartSeen, () => 'no heart was found where the cine shows it: the contours there are a guess');
  if (kind !== 'cine-lax') {
    say(slices === 1, () => 'expected a stack of slices, found one: not the whole heart');
    say(
      slices > 1 && shape.slices < fewestSlices,
      () => `expected a heart in at least ${fewestSlices} slices, found it in ${shape.slices}`,
    );
  }
  say(
    found.confidence < lowConfidence,
    () => `the network is unsure of its contours: confidence ${found.confidence.toFixed(2)}`,
  );
  const blank = guessedSlices(volume, found.mask);
  say(
    blank.length > 0,
    () =>
      `slice ${blank.map((z) => z + 1).join(', ')} of ${slices} holds one value: the contours there are a guess`,
  );
  const [, rowMm, columnMm] = volume.affine ? spacingMm(volume.affine) : [1, 1, 1];
  say(
    Math.max(rowMm / columnMm, columnMm / rowMm) > mostStretched,
    () =>
      `pixels of ${rowMm.toFixed(1)} × ${columnMm.toFixed(1)} mm: expected square ones, are slices and rows exchanged?`,
  );
  say(volume.affine === null, () => noPixelSize(found, volume));
  say(shape.cut, () => 'the heart is cut by the edge of the images');
  say(
    shape.widthMm !== null && (shape.widthMm < heartMm[0] || shape.widthMm > heartMm[1]),
    () =>
      `expected a heart ${heartMm[0]} to ${heartMm[1]} mm wide, found ${shape.widthMm!.toFixed(0)} mm: is the pixel size right?`,
  );
  const dark = bSsfp.includes(kind) ? darkBandShare(volume, found.mask) : null;
  say(
    dark !== null && dark > mostDark,
    () =>
      `a dark piece of ${(100 * dark!).toFixed(1)} % lies within the contours of the heart: a band of off-resonance, or contours over something else`,
  );
  const { phasesRevoted, slicesRevoted, bareCavities } = found.repairs;
  const mended = phasesRevoted + slicesRevoted + bareCavities;
  say(
    mended > mostMended * phases * Math.max(1, shape.slices),
    () =>
      `${mended} of ${phases * shape.slices} contours had to be mended: they contradict their neighbours or lack a wall`,
  );
  const unsure = uncalledShare(found);
  say(
    unsure > leastUncalled,
    () =>
      `${(100 * unsure).toFixed(1)} % of the myocardium looked like infarct and was not called one, as it was small or unsure: look at it`,
  );
  say(
    kind === 'cine-sax' && shape.withRv < leastWithRv,
    () => `expected an RV beside the LV, found it in ${Math.round(100 * shape.withRv)} % of the slices`,
  );
  return wrong.map((message) => issue('quality-flag', path, message));
}

/** What looked like infarct and was not called one, as a share of the myocardium. */
function uncalledShare({ repairs, mask }: Segmentation): number {
  if (repairs.notCalled.infarct === 0) return 0;
  const wall = mask.data.reduce((count, label) => count + Number(label >= lgeLabel.normalMyocardium), 0);
  return repairs.notCalled.infarct / wall;
}

/** Slices that hold one value in some phase, and contours none the less: their neighbours'. */
function guessedSlices({ shape: [phases, slices, rows, columns], data }: Volume, mask: Mask): number[] {
  const area = rows * columns;
  const blank = new Set<number>();
  for (let index = 0; index < phases * slices; index++) {
    const at = [index * area, (index + 1) * area] as const;
    const slice = data.subarray(...at);
    if (slice.every((value) => value === slice[0]) && mask.data.subarray(...at).some((label) => label > 0))
      blank.add(index % slices);
  }
  return [...blank].sort((a, b) => a - b);
}

function noPixelSize({ pixelMm }: Segmentation, { shape: [, , rows, columns] }: Volume): string {
  const [usual] = usualPixelMm(rows, columns);
  return pixelMm[0] === usual
    ? `no pixel size: a field of view of ${usualFieldOfViewMm} mm was assumed`
    : `no pixel size: ${pixelMm[0].toFixed(2)} × ${pixelMm[1].toFixed(2)} mm were taken, at which the heart is round and of usual size`;
}

/** What the labelled heart looks like in the first phase. */
function shapeOf({ shape: [, slices, rows, columns], data, affine }: Mask) {
  const [, rowMm, columnMm] = affine ? spacingMm(affine) : ([1, 1, 1] as const);
  let [covered, withLv, withBoth, widest] = [0, 0, 0, 0];
  let cut = false;
  for (let z = 0; z < slices; z++) {
    const slice = data.subarray(z * rows * columns, (z + 1) * rows * columns);
    const box = boxOf(slice, columns);
    if (box === null) continue;
    covered++;
    cut ||= touchesEdge(box, rows, columns);
    widest = Math.max(widest, (box.bottom - box.top + 1) * rowMm, (box.right - box.left + 1) * columnMm);
    if (!slice.includes(cineLabel.leftVentricle)) continue;
    withLv++;
    if (slice.includes(cineLabel.rightVentricle)) withBoth++;
  }
  return {
    slices: covered,
    cut,
    /** Null without a pixel size. */
    widthMm: affine && covered > 0 ? widest : null,
    /** Share of the slices with an LV that show an RV. */
    withRv: withLv === 0 ? 0 : withBoth / withLv,
  };
}

const touchesEdge = (
  { top, bottom, left, right }: NonNullable<ReturnType<typeof boxOf>>,
  rows: number,
  columns: number,
) => top === 0 || left === 0 || bottom === rows - 1 || right === columns - 1;
