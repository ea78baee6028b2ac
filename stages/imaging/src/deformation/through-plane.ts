import type { Mask } from '@myocast/dicom';
import { windowAround } from './image-window.ts';
import { isVentricle, ringContour } from './ring-contour.ts';
import type { TrackedSlice } from './track-slices.ts';
import { wallBehind } from './wall-area.ts';
import type { WallBand } from './wall-band.ts';
import { middleOfWall, pieces } from './wall-lengths.ts';

/** AHA segment of a piece of a ring; null outside of all. */
export type SegmentOfPiece = (z: number, point: number) => number | null;

/** How the ventricle shortens along its axis, as long axes show it. */
export interface LongAxisMotion {
  /** For a slice: by how many slices its muscle has moved at end-systole, positive to growing slice numbers. */
  readonly slicesMoved: (z: number) => number;
  /** Of the ventricle between base and apex at end-systole, L(ES) / L(ED) - 1: negative where it shortens. */
  readonly strain: number;
}

/**
 * Circumferential strain at end-systole of the muscle itself. A short-axis plane
 * stands still while the base comes down through it, so what it shows at end-systole
 * was nearer to the base at end-diastole, where the ventricle is wider: shortening is
 * missed. Here each slice's circle at end-diastole is held against the circle at
 * end-systole where long axes say that its muscle has gone, between two slices.
 *
 * Null where that place lies beyond the followed slices for all circles.
 */
export function followedThroughPlanes(
  mask: Mask,
  slices: readonly TrackedSlice[],
  edPhase: number,
  esPhase: number,
  { slicesMoved }: LongAxisMotion,
  segmentOf: SegmentOfPiece,
): { readonly globalPercent: number; readonly segmentPercent: readonly (number | null)[] } | null {
  const systolic = new Map(
    slices.filter(({ followed }) => followed[esPhase]).map(({ z, bands }) => [z, around(bands[esPhase]!)]),
  );
  const sums = Array.from({ length: 17 }, () => ({ rest: 0, now: 0 }));
  for (let z = 0; z < mask.shape[1]; z++) {
    const ring = ringAt(mask, edPhase, z);
    const now = ring && between(systolic, z + slicesMoved(z));
    if (!ring || !now) continue;
    const rest = around(ring);
    for (let point = 0; point < ring.count; point++) {
      if (!wallBehind(ring, point)) continue;
      const segment = segmentOf(z, point);
      for (const at of segment === null ? [0] : [0, segment]) {
        sums[at]!.rest += rest[point]!;
        sums[at]!.now += now[point]!;
      }
    }
  }
  const percent = ({ rest, now }: (typeof sums)[number]) => (rest > 0 ? 100 * (now / rest - 1) : null);
  const globalPercent = percent(sums[0]!);
  return globalPercent === null ? null : { globalPercent, segmentPercent: sums.slice(1).map(percent) };
}

function ringAt(mask: Mask, phase: number, z: number): WallBand | null {
  const window = windowAround(mask, z, isVentricle, 0);
  return window && ringContour(mask, phase, z, window);
}

/** The pieces at a place between two slices; null beyond those that are known. */
function between(slices: ReadonlyMap<number, Float64Array>, place: number): Float64Array | null {
  const below = slices.get(Math.floor(place));
  const above = slices.get(Math.ceil(place));
  if (!below || !above) return null;
  const share = place - Math.floor(place);
  return below.map((value, point) => value + share * (above[point]! - value));
}

const around = (band: WallBand) => pieces(middleOfWall(band), true);
