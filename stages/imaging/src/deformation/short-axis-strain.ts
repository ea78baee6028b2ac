import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import { ahaSegments, type SegmentReference } from '../quantification/segments.ts';
import { expectedAreas } from './incompressible-wall.ts';
import type { SegmentCurves, ShortAxisStrain, TrackingQuality } from './records.ts';
import { rayAngle, ringPoints } from './ring-contour.ts';
import { type BeatTiming, strainCurve, strainPercent, type TrackedLength } from './strain-curve.ts';
import { followedThroughPlanes, type LongAxisMotion, type SegmentOfPiece } from './through-plane.ts';
import {
  drawnPhases,
  type ShortAxisInput,
  smallestDrawn,
  smallestFollowed,
  type TrackedSlice,
  trackSlice,
} from './track-slices.ts';
import { wallBehind } from './wall-area.ts';
import type { WallBand } from './wall-band.ts';
import { middleOfWall, pieces, wallThicknesses } from './wall-lengths.ts';

const path = 'cine-sax';

/**
 * Circumferential and radial strain from a short-axis cine: the wall of every slice
 * is followed from end-diastole through the beat, by the images and by what contours
 * there are. A slice in which the wall is gone at end-systole, because the base has
 * moved through it, is left out and counted. The wall is softly held to the area
 * that incompressible muscle has (`expectedAreas`).
 *
 * @param motion of the base, from long axes; null where there are none
 * @returns refused ('not-estimable') with one phase, without contours at end-diastole, or
 *   where no slice could be followed; what to be careful with comes as 'quality-flag'
 */
export function shortAxisStrain(
  input: ShortAxisInput,
  motion: LongAxisMotion | null = null,
): Checked<ShortAxisStrain> {
  const obstacle = obstacleTo(input);
  if (obstacle !== null) return refused(issue('not-estimable', path, obstacle));
  const stack = followStack(input, motion);
  if (stack.slices.length === 0)
    return refused(
      issue(
        'not-estimable',
        path,
        `expected slices whose wall can be followed, found none in ${stack.leftOut} with a wall`,
      ),
    );
  const strain = strainOf(input, stack, motion);
  return strain === null
    ? refused(
        issue('not-estimable', path, 'expected phases beside end-diastole that can be followed, found none'),
      )
    : accepted(strain, flagsOf(input, strain));
}

/** The slices that were followed, how many were not, and the phase of end-systole. */
interface FollowedStack {
  readonly slices: readonly TrackedSlice[];
  readonly leftOut: number;
  readonly esPhase: number;
  readonly drawn: readonly boolean[];
}

function followStack(input: ShortAxisInput, motion: LongAxisMotion | null): FollowedStack {
  const drawn = drawnPhases(input.mask);
  const known = input.esPhase ?? smallestDrawn(input.mask, drawn);
  const expected = expectedAreas(input.mask, input.edPhase, known, motion);
  const tried = Array.from({ length: input.mask.shape[1] }, (_, z) =>
    trackSlice(input, z, drawn, known, expected),
  );
  const slices = tried.filter((slice) => slice !== null && slice !== 'lost');
  return {
    slices,
    leftOut: tried.filter((slice) => slice === 'lost').length,
    esPhase: known ?? smallestFollowed(slices, drawn.length),
    drawn,
  };
}

function strainOf(
  { mask, edPhase, reference, timesMs }: ShortAxisInput,
  { slices, leftOut, esPhase, drawn }: FollowedStack,
  motion: LongAxisMotion | null,
): ShortAxisStrain | null {
  const timing: BeatTiming = { edPhase, esPhase, timesMs };
  const segmentOf = segmentsOf(mask, edPhase, reference);
  const curve = (measure: Measure, direction: -1 | 1, segment: number | null) => {
    const wanted = (z: number, point: number) => segment === null || segmentOf(z, point) === segment;
    const parts = slices.map((slice) => trackedLength(slice, measure, wanted));
    return strainCurve(strainPercent(parts, edPhase), direction, timing);
  };
  const circumferential = curve(aroundMiddle, -1, null);
  const endocardialCircumferential = curve(aroundCavity, -1, null);
  const radial = curve(across, 1, null);
  if (!circumferential || !endocardialCircumferential || !radial) return null;
  const bySegment = (measure: Measure, direction: -1 | 1): SegmentCurves =>
    Array.from({ length: 16 }, (_, at) => curve(measure, direction, at + 1));
  const followed = motion && followedThroughPlanes(mask, slices, edPhase, esPhase, motion, segmentOf);
  return {
    edPhase,
    esPhase,
    slices: slices.length,
    slicesFollowed: slices.map(({ z }) => z),
    slicesLeftOut: leftOut,
    circumferential,
    endocardialCircumferential,
    radial,
    segmentCircumferential: bySegment(aroundMiddle, -1),
    segmentRadial: bySegment(across, 1),
    circumferentialFollowedPercent: followed && followed.globalPercent,
    segmentCircumferentialFollowedPercent: followed
      ? followed.segmentPercent
      : Array.from({ length: 16 }, () => null),
    quality: qualityOf(slices, drawn),
  };
}

function obstacleTo({ image, mask, edPhase }: ShortAxisInput): string | null {
  if (mask.shape[0] < 2) return `expected at least 2 phases, found ${mask.shape[0]}`;
  if (image && image.shape.join() !== mask.shape.join())
    return `expected an image of [${mask.shape.join(', ')}], found [${image.shape.join(', ')}]`;
  const drawn = drawnPhases(mask);
  if (!drawn[edPhase]) return 'expected contours at end-diastole, found none';
  if (image === null && drawn.filter(Boolean).length < 2)
    return 'expected images, or contours of a second phase, found neither';
  return null;
}

/** AHA segment of the piece of a ring behind a point. */
function segmentsOf(mask: Mask, edPhase: number, reference: SegmentReference): SegmentOfPiece {
  const { segmentAt } = ahaSegments(mask, edPhase, reference);
  const known = Array.from({ length: mask.shape[1] * ringPoints }, (_, at) =>
    segmentAt(Math.floor(at / ringPoints), rayAngle((at % ringPoints) + 0.5)),
  );
  return (z, point) => known[z * ringPoints + point]!;
}

/** A length at each point of a band. */
type Measure = (band: WallBand) => Float64Array;
const aroundMiddle: Measure = (band) => pieces(middleOfWall(band), true);
const aroundCavity: Measure = ({ inner }) => pieces(inner, true);
const across: Measure = wallThicknesses;

/** A length of the pieces of a slice that are wanted and have wall at both ends. */
function trackedLength(
  { z, bands, followed }: TrackedSlice,
  measure: Measure,
  wanted: (z: number, point: number) => boolean,
): TrackedLength {
  const lengths = bands.map((band) => {
    const values = measure(band);
    let sum = 0;
    for (let point = 0; point < band.count; point++)
      if (wallBehind(band, point) && wanted(z, point)) sum += values[point]!;
    return sum;
  });
  return { lengths, followed };
}

function qualityOf(slices: readonly TrackedSlice[], drawn: readonly boolean[]): TrackingQuality {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const disagreements = slices.flatMap(({ disagreementMm }) => disagreementMm ?? []);
  const contours = drawn.filter(Boolean).length > 1;
  const byImage = slices.some((slice) => slice.byImage);
  return {
    from: !byImage ? 'contours' : contours ? 'image and contours' : 'image',
    returnErrorMm: mean(slices.map(({ returnErrorMm }) => returnErrorMm)),
    disagreementMm: disagreements.length > 0 ? mean(disagreements) : null,
    phasesRejected: slices.reduce((sum, { followed }) => sum + followed.filter((one) => !one).length, 0),
    phasesTotal: slices.length * drawn.length,
  };
}

/** Fewer phases than these show no course of the beat. */
const fewestPhases = 10;

function flagsOf({ mask }: ShortAxisInput, { quality, slices, slicesLeftOut }: ShortAxisStrain): Issue[] {
  const doubts: string[] = [];
  if (mask.shape[0] < fewestPhases)
    doubts.push(
      `expected at least ${fewestPhases} phases, found ${mask.shape[0]}: strain holds at these phases, its peak may lie between them`,
    );
  if (quality.from === 'contours')
    doubts.push('strain is that of the contours alone: how the wall moves along itself was not seen');
  if (slicesLeftOut > slices)
    doubts.push(`${slicesLeftOut} of ${slicesLeftOut + slices} slices could not be followed`);
  if (quality.phasesRejected > 0.2 * quality.phasesTotal)
    doubts.push(`${quality.phasesRejected} of ${quality.phasesTotal} phases of slices could not be followed`);
  return doubts.map((message) => issue('quality-flag', path, message));
}
