import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Mask, Volume } from '@myocast/dicom';
import type { SegmentReference } from '../quantification/segments.ts';
import { type ImageWindow, windowAround } from './image-window.ts';
import {
  isLongAxisCavity,
  isLongAxisVentricle,
  longAxisContour,
  longAxisPoints,
} from './long-axis-contour.ts';
import { segmentsAlong, wallsOf } from './long-axis-walls.ts';
import { contrastOf, phaseLooks } from './phase-looks.ts';
import type { LongAxisKind, LongAxisStrain, TrackedFrom, TrackingQuality } from './records.ts';
import type { FitSettings, PhaseLook } from './register-band.ts';
import { type BeatTiming, type StrainCurve, strainCurve, strainPercent } from './strain-curve.ts';
import { followedPhases, returnErrorMm, type TrackedBand, trackBand } from './track-band.ts';
import { longAxisOf, type WallBand } from './wall-band.ts';
import { middleOfWall, pieces } from './wall-lengths.ts';

const marginMm = 18;
/** Pieces of the splines from insertion to insertion. */
const spans = 14;
const limits = { disagreementMm: 3, misfitMm: 3 };
const mostReturnErrorMm = 4;

/**
 * A smooth wall does not show how it slides along itself between apex and insertions:
 * unless the image says otherwise by more than this, it shortens evenly.
 */
const evenMm = 3;

/** Along the wall only the insertions, the apex and what the image shows hold it: it bends little. */
export const longAxisSettings: FitSettings = {
  imageTolerance: 0.15,
  contourMm: 1,
  bendAcross: 0.02,
  bendAlong: 1,
  shear: 0.1,
  slide: 0.0005,
  steps: [4, 4],
};

/** A long-axis cine with its mask. */
export interface LongAxisInput {
  readonly view: LongAxisKind;
  readonly image: Volume | null;
  /** 1 LV cavity, 2 myocardium, 3 left atrium; only end-diastole must have contours. */
  readonly mask: Mask;
  /** Null: the phase with the largest cavity. */
  readonly edPhase: number | null;
  readonly esPhase: number | null;
  /** How the short axis is turned, to tell the walls apart. */
  readonly reference: SegmentReference | null;
  readonly timesMs: readonly number[] | null;
}

/** What was followed, beside the strain made of it. */
export interface TrackedLongAxis {
  readonly strain: LongAxisStrain;
  /** [t] */
  readonly bands: readonly WallBand[];
}

/**
 * Longitudinal strain and the way of the mitral insertions from one long axis: the
 * wall is followed from end-diastole through the beat, by the image, by what contours
 * there are, and by their ends at the valve.
 *
 * @returns refused ('not-estimable') with one phase, without a wall at end-diastole, lost on the way, or
 *   with a motion beyond that of hearts
 */
export function longAxisStrain(input: LongAxisInput): Checked<TrackedLongAxis> {
  const { view, mask } = input;
  const window = windowAround(mask, 0, isLongAxisVentricle, marginMm);
  const areas = cavityAreas(mask);
  const edPhase = input.edPhase ?? areas.indexOf(Math.max(...areas));
  const band = window && longAxisContour(mask, edPhase, window);
  const obstacle = obstacleTo(input, band, areas.filter((area) => area > 0).length);
  if (obstacle !== null || !window || !band) return refused(issue('not-estimable', view, obstacle ?? noWall));
  return followView(input, band, edPhase, looksOf(input, edPhase, window, areas));
}

function followView(
  input: LongAxisInput,
  band: WallBand,
  edPhase: number,
  looks: readonly PhaseLook[],
): Checked<TrackedLongAxis> {
  const refuse = (message: string) => refused<TrackedLongAxis>(issue('not-estimable', input.view, message));
  const from = followedBy(looks, edPhase);
  if (from === null) return refuse(nothingToFollow);
  const tracked = trackBand(band, looks, edPhase, spans, longAxisSettings);
  const lengths = tracked.bands.map(({ inner }) => sum(pieces(inner, false)));
  const esPhase = input.esPhase ?? lengths.indexOf(Math.min(...lengths));
  const error = returnErrorMm(
    band,
    tracked.bands[esPhase]!,
    looks,
    edPhase,
    esPhase,
    spans,
    longAxisSettings,
  );
  if (error > mostReturnErrorMm)
    return refuse(
      `expected the wall to come back from end-systole to ${mostReturnErrorMm} mm, found it ${error.toFixed(1)} mm away`,
    );
  const timing = { edPhase, esPhase, timesMs: input.timesMs };
  const strain = strainOf(input, tracked, timing, { from, returnErrorMm: error });
  if (strain === null) return refuse('expected phases beside end-diastole that can be followed, found none');
  const lost = beyondHearts(strain);
  if (lost !== null) return refuse(lost);
  return accepted({ strain, bands: tracked.bands }, flagsOf(input.view, from, tracked.bands.length));
}

/** Healthy walls shorten by 20 % and their mitral insertions move by 12 to 17 mm: twice as much is a lost contour. */
const beyond = { shorteningPercent: 40, mapseMm: 30 } as const;

/** What says that the contours were lost; null where nothing does. */
function beyondHearts({ longitudinal: { peakPercent }, mapseMm }: LongAxisStrain): string | null {
  const { shorteningPercent, mapseMm: most } = beyond;
  if (peakPercent < -shorteningPercent)
    return `expected a wall that shortens by at most ${shorteningPercent} %, found ${(-peakPercent).toFixed(1)} %`;
  const far = (mapseMm ?? []).find(({ mm }) => mm > most);
  return far
    ? `expected a mitral way of at most ${most} mm, found ${far.mm.toFixed(1)} mm (${far.wall})`
    : null;
}

/** Null where nothing shows motion. */
function followedBy(looks: readonly PhaseLook[], edPhase: number): TrackedFrom | null {
  const contours = looks.filter(({ inner }) => inner !== null).length > 1;
  if (looks[edPhase]!.images === null) return contours ? 'contours' : null;
  return contours ? 'image and contours' : 'image';
}

const noWall = 'expected a wall around the cavity at end-diastole, found none';
const nothingToFollow = 'expected an image with contrast, or contours of a second phase, found neither';

function obstacleTo({ image, mask }: LongAxisInput, band: WallBand | null, drawn: number): string | null {
  if (mask.shape[0] < 2) return `expected at least 2 phases, found ${mask.shape[0]}`;
  if (mask.shape[1] !== 1) return `expected one slice, found ${mask.shape[1]}`;
  if (image && image.shape.join() !== mask.shape.join())
    return `expected an image of [${mask.shape.join(', ')}], found [${image.shape.join(', ')}]`;
  if (band === null) return 'expected a wall around the cavity at end-diastole, found none';
  return image === null && drawn < 2
    ? 'expected an image, or contours of a second phase, found neither'
    : null;
}

function cavityAreas({ shape, data }: Mask): number[] {
  const length = data.length / shape[0];
  return Array.from(
    { length: shape[0] },
    (_, phase) => data.subarray(phase * length, (phase + 1) * length).filter(isLongAxisCavity).length,
  );
}

function looksOf(
  { image, mask }: LongAxisInput,
  edPhase: number,
  window: ImageWindow,
  areas: readonly number[],
): PhaseLook[] {
  const labels = { isCavity: isLongAxisCavity, isVentricle: isLongAxisVentricle };
  const contrast = image && contrastOf(image, mask, edPhase, 0, window, labels);
  return phaseLooks(image, mask, 0, window, contrast, labels, (phase) => areas[phase]! > 0).map(
    (look, phase) => {
      const contour = longAxisContour(mask, phase, window);
      if (contour === null) return look;
      const last = longAxisPoints - 1;
      const places = Array.from({ length: longAxisPoints }, (_, point) => ({
        x: contour.inner[2 * point]!,
        y: contour.inner[2 * point + 1]!,
        cost: point === 0 || point === last ? 1 : 1 / (evenMm ** 2 * longAxisPoints),
      }));
      return { ...look, places };
    },
  );
}

function strainOf(
  { view, mask, reference }: LongAxisInput,
  tracked: TrackedBand,
  timing: BeatTiming,
  quality: Pick<TrackingQuality, 'from' | 'returnErrorMm'>,
): LongAxisStrain | null {
  const { edPhase, esPhase } = timing;
  const { bands, disagreementMm } = tracked;
  const followed = followedPhases(tracked, limits);
  const inner = bands.map((band) => pieces(band.inner, false));
  const curve = (parts: readonly Float64Array[], wanted: (n: number) => boolean): StrainCurve | null =>
    strainCurve(
      strainPercent(
        [{ lengths: parts.map((part) => sum(part.filter((_, n) => wanted(n)))), followed }],
        edPhase,
      ),
      -1,
      timing,
    );
  const longitudinal = curve(inner, () => true);
  const middle = bands.map((band) => pieces(middleOfWall(band), false));
  const midWallLongitudinal = curve(middle, () => true);
  if (longitudinal === null || midWallLongitudinal === null) return null;
  const walls = wallsOf(view, bands[edPhase]!, mask.affine, reference);
  const segmentOf = walls && segmentsAlong(bands[edPhase]!, walls);
  return {
    view,
    edPhase,
    esPhase,
    longitudinal,
    midWallLongitudinal,
    segments: Array.from({ length: 17 }, (_, at) =>
      segmentOf?.includes(at + 1) ? curve(inner, (n) => segmentOf[n] === at + 1) : null,
    ),
    mapseMm:
      mask.affine &&
      insertionWays(bands, followed, edPhase).map((mm, side) => ({ wall: walls?.[side]?.wall ?? '', mm })),
    quality: {
      ...quality,
      disagreementMm: disagreementMm && sum(disagreementMm) / bands.length,
      phasesRejected: followed.filter((one) => !one).length,
      phasesTotal: bands.length,
    },
  };
}

/** Greatest way of each insertion along the axis at end-diastole, from the middle between them to the apex. */
function insertionWays(bands: readonly WallBand[], followed: readonly boolean[], edPhase: number): number[] {
  const { inner, count } = bands[edPhase]!;
  const [ux, uy] = longAxisOf(bands[edPhase]!);
  return [0, count - 1].map((point) =>
    Math.max(
      ...bands.map((band, phase) =>
        followed[phase]
          ? (band.inner[2 * point]! - inner[2 * point]!) * ux +
            (band.inner[2 * point + 1]! - inner[2 * point + 1]!) * uy
          : 0,
      ),
    ),
  );
}

function flagsOf(view: LongAxisKind, from: TrackedFrom, phases: number): Issue[] {
  const doubts: string[] = [];
  if (phases < 10)
    doubts.push(`expected at least 10 phases, found ${phases}: the peak of strain may lie between them`);
  if (from === 'contours') doubts.push('strain is that of the contours alone');
  if (from === 'image')
    doubts.push(
      'only end-diastole has contours: where the wall shows no structure, its shortening is underestimated',
    );
  return doubts.map((message) => issue('quality-flag', view, message));
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
