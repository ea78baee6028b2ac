import { averageAxis, degreesBetween, type Affine, type Volume } from '@myocast/dicom';
import { beatAgreement, ghosting, phaseJumps } from './beat.ts';
import { cavityAreas } from './cavity.ts';
import { findHeart, type HeartRegion } from './heart-region.ts';
import { isSigned, nulling } from './nulling.ts';
import { heartValues, noiseOf, quantile, valueFaults } from './signal.ts';
import { median } from '../../median.ts';
import { sliceShifts } from './slice-shifts.ts';
import { type SmallStack, smallStack } from './small-stack.ts';
import { graded, inDoubt, type MeasureName, type QualityMeasure } from './thresholds.ts';

/** A series that the study cannot do without, with its pixels. */
export interface EssentialSeries {
  readonly kind: 'cine-sax' | 'lge-sax';
  readonly volume: Volume;
  readonly emptySlices: readonly number[];
  readonly variant: 'phase-sensitive' | 'magnitude' | null;
  /** Whether the affine says how the patient lies in the images, and not only how large a voxel is. */
  readonly oriented: boolean;
}

/** A series as the measures see it. */
interface Seen extends EssentialSeries {
  readonly stack: SmallStack;
  readonly heart: HeartRegion;
}

/** Smaller images are no anatomy. */
const smallestEdge = 32;
/** In fewer slices the heart may change from each to the next. */
const enoughSlices = 6;
const noHeart = 'the heart was not found in the cine';

/**
 * How good the short-axis cine and late enhancement of an exam are: each measure with its
 * value, its limits and how it was found. The heart is found by its beat in the cine and looked
 * for at the same place of the patient in the late enhancement.
 */
export function examQuality(series: readonly EssentialSeries[]): readonly QualityMeasure[] {
  const seen: Seen[] = [];
  for (const one of series.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))) {
    const stack = smallStack(one.volume, one.emptySlices);
    const cine = seen.find(({ kind }) => kind === 'cine-sax');
    const heart = cine ? heartBeside(cine, one.volume, stack) : findHeart(stack);
    seen.push({ ...one, stack, heart });
  }
  const [cine, lge] = (['cine-sax', 'lge-sax'] as const).map((kind) => seen.find((one) => one.kind === kind));
  return seen.flatMap((one) => [
    ...shapeMeasures(one),
    ...(Math.min(...one.stack.shape.slice(2)) < smallestEdge
      ? []
      : [
          ...(one.kind === 'cine-sax' ? cineMeasures(one) : lgeMeasures(one)),
          shiftMeasure(one),
          noiseMeasure(one),
        ]),
    ...(one === lge && cine ? [overlapMeasure(cine, one)] : []),
  ]);
}

/** What can be said of any series. */
function shapeMeasures(one: Seen): readonly QualityMeasure[] {
  const { kind, volume, emptySlices, stack } = one;
  const say = sayer(kind);
  const faults = valueFaults(volume, stack.slices);
  const shown = stack.slices.length - faults.blankSlices.length;
  const blank = faults.blankSlices.map((slice) => slice + 1).join(', ');
  return [
    say('slices', shown, shown < volume.shape[1] ? `of ${volume.shape[1]}, the others show nothing` : ''),
    say('empty-slices', emptySlices.length, emptySlices.map((slice) => `slice ${slice + 1}`).join(', ')),
    ...(kind === 'cine-sax' ? [say('phases', volume.shape[0], ''), gapMeasure(volume)] : []),
    say('blank-slices', faults.blankSlices.length, blank && `slice ${blank}`),
    say('bad-values', faults.badValues, ''),
    clippedMeasure(one, faults.highest),
    axisMeasure(one),
  ];
}

const sayer =
  (kind: QualityMeasure['series']) =>
  (name: MeasureName, value: number | null, note: string, bySlice?: readonly (number | null)[]) =>
    graded(kind, name, value, note, bySlice);

/** A phase that every slice lacks shows in the times alone. */
function gapMeasure({ triggerTimesMs: times }: Volume): QualityMeasure {
  if (times === null || times.length < 4)
    return graded(
      'cine-sax',
      'phase-gap',
      null,
      times === null ? 'no times of the phases' : 'too few phases',
    );
  const steps = times.slice(1).map((ms, index) => ms - times[index]!);
  const most = Math.max(...steps);
  const at = steps.indexOf(most);
  const note = `${Math.round(most)} ms after phase ${at + 1}`;
  return graded('cine-sax', 'phase-gap', most / median(steps), note);
}

function clippedMeasure({ kind, volume, stack, heart }: Seen, highest: number): QualityMeasure {
  const values = heartValues(stack, heart);
  const [low] = [quantile(values, 0.02)];
  const limit = highest - 1e-3 * (highest - low);
  const share = values.reduce((count, value) => count + Number(value >= limit), 0) / values.length;
  const constant = volume.data.length > 0 && highest === low;
  return graded(kind, 'clipped', constant ? null : 100 * share, constant ? 'one value throughout' : '');
}

function axisMeasure({ kind, oriented, volume: { affine } }: Seen): QualityMeasure {
  if (affine === null || !oriented) return graded(kind, 'off-axis', null, 'no orientation');
  return graded(kind, 'off-axis', degreesBetween(normalOf(affine), averageAxis), '');
}

function normalOf(affine: Affine): readonly [number, number, number] {
  return [affine[2]!, affine[6]!, affine[10]!];
}

function cineMeasures({ kind, stack, heart }: Seen): readonly QualityMeasure[] {
  const say = sayer(kind);
  const beat = heart.beatBySlice;
  if (beat === null) {
    const names = ['end-slice-heart', 'beat-agreement', 'phase-jump', 'ghosting'] as const;
    return names.map((name) => say(name, null, 'one phase'));
  }
  const moving = beatMeasure(stack, heart, beat);
  if (heart.found === 'nowhere' || moving.grade === 'fail') {
    const names = ['end-slice-heart', 'beat-agreement', 'phase-jump', 'ghosting'] as const;
    return [moving, ...names.map((name) => say(name, null, 'nothing moves'))];
  }
  const ghost = ghosting(stack, heart);
  const few = stack.shape[0] < 5 ? 'too few phases' : null;
  return [
    moving,
    endMeasure(stack, heart, beat),
    worst(kind, 'beat-agreement', few ? null : beatAgreement(stack, heart), few ?? ''),
    worst(kind, 'phase-jump', few ? null : phaseJumps(stack, heart), few ?? ''),
    say('ghosting', ghost, ghost === null ? 'no room beside the heart' : ''),
  ];
}

/** Mean change from phase to phase of the liveliest slice, as a share of the range of values there. */
function beatMeasure(stack: SmallStack, heart: HeartRegion, beat: readonly number[]): QualityMeasure {
  const values = heartValues(stack, heart);
  const range = quantile(values, 0.98) - quantile(values, 0.02);
  const most = Math.max(...stack.slices.map((slice) => beat[slice]!));
  if (most > 0 && !(range > 0)) return inDoubt('cine-sax', 'beat', 'one value at the first phase');
  const share = most > 0 ? (100 * most) / range : 0;
  return graded('cine-sax', 'beat', share, share > 0 ? '' : 'nothing moves');
}

/**
 * A stack that ends within the ventricle shows cavity and beat at both ends: the geometric
 * mean of the two, each as a share of the slice that has most of it.
 */
function endMeasure(stack: SmallStack, heart: HeartRegion, beat: readonly number[]): QualityMeasure {
  if (stack.slices.length < 4) return graded('cine-sax', 'end-slice-heart', null, 'fewer than four slices');
  const areas = cavityAreas(stack, heart);
  const [mostBeat, mostArea] = [Math.max(...beat), Math.max(...areas)];
  if (!(mostBeat > 0 && mostArea > 0)) return inDoubt('cine-sax', 'end-slice-heart', 'no bright cavity');
  const bySlice = beat.map((one, slice) => 100 * Math.sqrt((one / mostBeat) * (areas[slice]! / mostArea)));
  const least = Math.min(bySlice[stack.slices[0]!]!, bySlice[stack.slices.at(-1)!]!);
  return graded('cine-sax', 'end-slice-heart', least, 'bright cavity and change through the beat', bySlice);
}

function lgeMeasures({ kind, stack, heart, variant }: Seen): readonly QualityMeasure[] {
  if (variant === 'phase-sensitive' || (variant !== 'magnitude' && isSigned(stack)))
    return [graded(kind, 'nulling', null, 'a phase-sensitive image does not depend on it')];
  if (heart.found === 'nowhere') return [graded(kind, 'nulling', null, noHeart)];
  const bySlice = nulling(stack, heart);
  const known = bySlice.filter((value) => value !== null);
  if (known.length === 0) return [inDoubt(kind, 'nulling', 'no contrast')];
  const note = `median of ${known.length} slices; heart found ${heart.found}`;
  return [graded(kind, 'nulling', median(known), note, bySlice)];
}

/** The worst slice decides, and is named. */
function worst(
  kind: QualityMeasure['series'],
  name: MeasureName,
  bySlice: readonly (number | null)[] | null,
  why: string,
): QualityMeasure {
  const known = (bySlice ?? []).filter((value) => value !== null);
  if (bySlice === null || known.length === 0)
    return why ? graded(kind, name, null, why) : inDoubt(kind, name, 'no slice that moves');
  const value = name === 'beat-agreement' ? Math.min(...known) : Math.max(...known);
  return graded(kind, name, value, `slice ${bySlice.indexOf(value) + 1}`, bySlice);
}

const notMeasured = (kind: QualityMeasure['series'], name: MeasureName, why: string) =>
  graded(kind, name, null, why);

function shiftMeasure({ kind, volume, stack, heart }: Seen): QualityMeasure {
  const shifts = sliceShifts(stack, heart);
  if (stack.pixelMm === null) return graded(kind, 'slice-shift', null, 'no geometry');
  if (shifts.length === 0) {
    const say = stack.slices.length >= enoughSlices ? inDoubt : notMeasured;
    return say(kind, 'slice-shift', 'fewer than four neighbouring slices are alike');
  }
  const bySlice: (number | null)[] = Array.from({ length: volume.shape[1] }, () => null);
  for (const { slice, rows, columns } of shifts) bySlice[slice] = Math.hypot(rows, columns) * stack.pixelMm;
  const most = Math.max(...bySlice.map((mm) => mm ?? 0));
  return graded(kind, 'slice-shift', most, `slice ${bySlice.indexOf(most) + 1}, within the plane`, bySlice);
}

function noiseMeasure({ kind, volume, stack, heart }: Seen): QualityMeasure {
  const noise = noiseOf(volume, stack.slices);
  if (noise === null) return inDoubt(kind, 'noise', 'too few pixels with signal');
  if (noise.sigma === 0) return graded(kind, 'noise', null, 'no noise: the images are filtered or made');
  if (kind === 'lge-sax' && heart.found === 'nowhere') return graded(kind, 'noise', null, noHeart);
  const values = heartValues(stack, heart);
  const signal = quantile(values, 0.9) - quantile(values, kind === 'cine-sax' ? 0.02 : 0.1);
  const what = kind === 'cine-sax' ? 'bright tissue' : 'bright over dark tissue';
  return graded(kind, 'noise', signal / noise.sigma, `${what} over noise ${noise.method}`);
}

/** The share of the length of the cine stack that the late enhancement covers. */
function overlapMeasure(cine: Seen, lge: Seen): QualityMeasure {
  const [a, b] = [cine.volume.affine, lge.volume.affine];
  if (a === null || b === null) return graded('lge-sax', 'stack-overlap', null, 'no geometry');
  const normal = normalOf(a);
  const length = Math.hypot(...normal);
  const middle = [lge.volume.shape[3] / 2, lge.volume.shape[2] / 2] as const;
  const along = (affine: Affine, [column, row]: readonly [number, number], slice: number) =>
    [0, 1, 2].reduce((sum, axis) => {
      const line = affine.slice(axis * 4, axis * 4 + 4) as [number, number, number, number];
      return sum + (line[0] * column + line[1] * row + line[2] * slice + line[3]) * (normal[axis]! / length);
    }, 0);
  const range = (affine: Affine, at: readonly [number, number], slices: number) =>
    [along(affine, at, -0.5), along(affine, at, slices - 0.5)].sort((x, y) => x - y) as [number, number];
  const [from, to] = range(a, [cine.volume.shape[3] / 2, cine.volume.shape[2] / 2], cine.volume.shape[1]);
  const [low, high] = range(b, middle, lge.volume.shape[1]);
  const shared = Math.max(0, Math.min(to, high) - Math.max(from, low));
  return graded(
    'lge-sax',
    'stack-overlap',
    (100 * shared) / (to - from),
    `${Math.round(shared)} of ${Math.round(to - from)} mm`,
  );
}

/** The heart of another series: at its place in the cine; without a geometry, in the middle. */
function heartBeside(cine: Seen, volume: Volume, stack: SmallStack): HeartRegion {
  const here = carried(cine, volume, stack) ?? findHeart(stack);
  return cine.heart.found === 'nowhere' ? { ...here, found: 'nowhere' } : here;
}

/** Where the heart of the cine lies in another volume of the same patient; null where that lies outside. */
function carried(cine: Seen, volume: Volume, stack: SmallStack): HeartRegion | null {
  const [from, to] = [cine.volume.affine, volume.affine];
  if (from === null || to === null) return null;
  const scale = cine.volume.shape[3] / cine.stack.shape[3];
  const place = [cine.heart.column * scale, cine.heart.row * scale, (cine.volume.shape[1] - 1) / 2];
  const point = [0, 1, 2].map(
    (axis) => place.reduce((sum, at, index) => sum + from[axis * 4 + index]! * at, 0) + from[axis * 4 + 3]!,
  );
  const off = point.map((mm, axis) => mm - to[axis * 4 + 3]!);
  const along = (axis: number) => {
    const step = [to[axis]!, to[4 + axis]!, to[8 + axis]!];
    const length2 = step.reduce((sum, mm) => sum + mm * mm, 0);
    return step.reduce((sum, mm, index) => sum + mm * off[index]!, 0) / length2;
  };
  const own = volume.shape[3] / stack.shape[3];
  const [column, row] = [along(0) / own, along(1) / own];
  const inside = row > 0 && column > 0 && row < stack.shape[2] && column < stack.shape[3];
  return inside
    ? { row, column, beat: null, beatBySlice: null, found: 'by its place in another series' }
    : null;
}
