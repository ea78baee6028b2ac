import type { Mask, Volume } from '@myocast/dicom';
import type { SegmentReference } from '../quantification/segments.ts';
import { type ImageWindow, windowAround } from './image-window.ts';
import { contrastOf, phaseLooks } from './phase-looks.ts';
import { type ExpectedAreas, nothingExpected } from './incompressible-wall.ts';
import { enclosedArea } from './polyline.ts';
import type { FitSettings } from './register-band.ts';
import { isCavity, isVentricle, ringContour } from './ring-contour.ts';
import { followedPhases, returnErrorMm, trackBand } from './track-band.ts';
import type { WallBand } from './wall-band.ts';

/** Around the ventricle; the wall does not move farther. */
const marginMm = 15;
/** Pieces of the splines round the ring: one for 20°. */
const spans = 18;
const limits = { disagreementMm: 2, misfitMm: 2.5 };
/** Beyond this a slice was lost between end-diastole and end-systole. */
const mostReturnErrorMm = 3;

export const ringSettings: FitSettings = {
  imageTolerance: 0.15,
  contourMm: 1,
  bendAcross: 0.02,
  bendAlong: 1,
  shear: 0.1,
  slide: 0.05,
  steps: [4, 4],
};

/** One slice whose wall was followed. */
export interface TrackedSlice {
  readonly z: number;
  /** [t] */
  readonly bands: readonly WallBand[];
  readonly followed: readonly boolean[];
  readonly disagreementMm: readonly number[] | null;
  readonly returnErrorMm: number;
  /** Whether the image showed motion beside the contours. */
  readonly byImage: boolean;
}

/** What is followed: a cine with its mask, and where in it the beat begins. */
export interface ShortAxisInput {
  /** Null where only contours are known: then motion along the wall is not seen. */
  readonly image: Volume | null;
  /** Cine labels; only the phase `edPhase` must have contours. */
  readonly mask: Mask;
  readonly edPhase: number;
  /** Null: the phase in which the followed cavity is smallest. */
  readonly esPhase: number | null;
  readonly reference: SegmentReference;
  readonly timesMs: readonly number[] | null;
}

/** Which phases have a cavity in any slice. */
export function drawnPhases(mask: Mask): boolean[] {
  const length = mask.data.length / mask.shape[0];
  return Array.from({ length: mask.shape[0] }, (_, phase) =>
    mask.data.subarray(phase * length, (phase + 1) * length).some(isCavity),
  );
}

/** The drawn phase with the smallest cavity; null where only one is drawn. */
export function smallestDrawn(mask: Mask, drawn: readonly boolean[]): number | null {
  if (drawn.filter(Boolean).length < 2) return null;
  const length = mask.data.length / mask.shape[0];
  const volumes = drawn.map((there, phase) =>
    there ? mask.data.subarray(phase * length, (phase + 1) * length).filter(isCavity).length : Infinity,
  );
  return volumes.indexOf(Math.min(...volumes));
}

export function smallestFollowed(slices: readonly Pick<TrackedSlice, 'bands'>[], phases: number): number {
  const volumes = Array.from({ length: phases }, (_, phase) =>
    slices.reduce((sum, { bands }) => sum + Math.abs(enclosedArea(bands[phase]!.inner)), 0),
  );
  return volumes.indexOf(Math.min(...volumes));
}

const labels = { isCavity, isVentricle };

/**
 * Follows the wall of one slice. Null where it has no wall at end-diastole; 'lost' where
 * it could not be followed.
 *
 * @param expected area of the wall by slice and phase; heeded where the image shows motion
 */
export function trackSlice(
  input: ShortAxisInput,
  z: number,
  drawn: readonly boolean[],
  esPhase: number | null,
  expected: ExpectedAreas = nothingExpected,
): TrackedSlice | 'lost' | null {
  const { mask, edPhase } = input;
  const window = windowAround(mask, z, isVentricle, marginMm);
  const ring = window && ringContour(mask, edPhase, z, window);
  if (!window || !ring) return null;
  const gone = esPhase !== null && drawn[esPhase]! && ringContour(mask, esPhase, z, window) === null;
  return gone ? 'lost' : trackRing(input, z, drawn, esPhase, window, ring, expected);
}

function trackRing(
  { image, mask, edPhase }: ShortAxisInput,
  z: number,
  drawn: readonly boolean[],
  esPhase: number | null,
  window: ImageWindow,
  ring: WallBand,
  expected: ExpectedAreas,
): TrackedSlice | 'lost' {
  const contrast = image && contrastOf(image, mask, edPhase, z, window, labels);
  if (contrast === null && drawn.filter(Boolean).length < 2) return 'lost';
  const looks = phaseLooks(image, mask, z, window, contrast, labels, (phase) => drawn[phase]!).map(
    (look, phase) => (contrast === null ? look : { ...look, area: expected(z, phase) }),
  );
  const tracked = trackBand(ring, looks, edPhase, spans, ringSettings);
  const { bands, disagreementMm } = tracked;
  const end = esPhase ?? smallestFollowed([{ bands }], bands.length);
  const error = returnErrorMm(ring, bands[end]!, looks, edPhase, end, spans, ringSettings);
  if (error > mostReturnErrorMm) return 'lost';
  const followed = followedPhases(tracked, limits);
  return { z, bands, followed, disagreementMm, returnErrorMm: error, byImage: contrast !== null };
}
