import type { Mask } from '@myocast/dicom';
import { cineLabel } from '../records.ts';
import { blurred, type Field, type ImageWindow, regionIn } from './image-window.ts';
import type { WallBand } from './wall-band.ts';

/** Pairs of points round a ring: every five degrees. */
export const ringPoints = 72;
/** The steps of the pixels are smoothed over so many pixels. */
const smoothing = 0.7;
/** A wall begins within this distance behind the cavity, or it is open there. */
const gapMm = 2.5;

export const isCavity = (label: number) => label === cineLabel.leftVentricle;
export const isWall = (label: number) => label === cineLabel.myocardium;
export const isVentricle = (label: number) => isCavity(label) || isWall(label);

/**
 * The wall of one phase and slice of a cine mask as a ring of points on rays from
 * the middle of the cavity, to a fraction of a pixel. Where a ray meets no wall, the
 * points are put between their neighbours and count as not there.
 *
 * @returns null without cavity, or with wall on less than half of the rays
 */
export function ringContour(mask: Mask, phase: number, z: number, window: ImageWindow): WallBand | null {
  const cavity = blurredRegion(mask, phase, z, window, isCavity);
  const ventricle = blurredRegion(mask, phase, z, window, isVentricle);
  const centre = middleOf(regionIn(mask, phase, z, window, isCavity));
  if (centre === null) return null;
  const radii = Array.from({ length: ringPoints }, (_, ray) => {
    const inner = lastCrossing(cavity, centre, ray);
    const outer = lastCrossing(ventricle, centre, ray);
    return inner !== null && outer !== null && outer - inner > 0.5 * gapMm ? ([inner, outer] as const) : null;
  });
  const closed = radii.filter((pair) => pair !== null).length;
  if (closed < ringPoints / 2) return null;
  const filled = radii.map((pair, ray) => pair ?? between(radii, ray));
  const line = (side: 0 | 1) =>
    Float64Array.from({ length: 2 * ringPoints }, (_, at) => {
      const angle = rayAngle(at >> 1);
      return (
        centre[(at % 2) as 0 | 1] +
        filled[at >> 1]![side] * (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
      );
    });
  return {
    closed: true,
    count: ringPoints,
    inner: line(0),
    outer: line(1),
    there: Uint8Array.from(radii, (pair) => (pair === null ? 0 : 1)),
  };
}

/** Radians from the direction of growing columns to that of growing rows. */
export const rayAngle = (ray: number) => (2 * Math.PI * ray) / ringPoints;

function blurredRegion(
  mask: Mask,
  phase: number,
  z: number,
  window: ImageWindow,
  wanted: (label: number) => boolean,
): Field {
  return blurred(
    regionIn(mask, phase, z, window, wanted),
    smoothing * Math.max(window.columnMm, window.rowMm),
  );
}

/** In mm; null where the field is empty. */
function middleOf({ window, values }: Field): readonly [number, number] | null {
  let [count, columns, rows] = [0, 0, 0];
  for (const [at, value] of values.entries()) {
    if (value === 0) continue;
    count++;
    columns += at % window.width;
    rows += Math.floor(at / window.width);
  }
  if (count === 0) return null;
  return [
    (window.firstColumn + columns / count) * window.columnMm,
    (window.firstRow + rows / count) * window.rowMm,
  ];
}

/** Distance from the centre at which a ray leaves a region for the last time; null where it never is inside. */
function lastCrossing(field: Field, [x, y]: readonly [number, number], ray: number): number | null {
  const { window } = field;
  const step = 0.5 * Math.min(window.columnMm, window.rowMm);
  const [cos, sin] = [Math.cos(rayAngle(ray)), Math.sin(rayAngle(ray))];
  let crossing: number | null = null;
  let before = valueAt(field, x, y) ?? 0;
  for (let n = 1; ; n++) {
    const here = valueAt(field, x + n * step * cos, y + n * step * sin);
    if (here === null) return crossing;
    if (before >= 0.5 && here < 0.5) crossing = step * (n - 1 + (before - 0.5) / (before - here));
    before = here;
  }
}

/** Null outside of the window. */
function valueAt({ window, values }: Field, x: number, y: number): number | null {
  const column = x / window.columnMm - window.firstColumn;
  const row = y / window.rowMm - window.firstRow;
  if (column < 0 || row < 0 || column >= window.width - 1 || row >= window.height - 1) return null;
  const at = (row | 0) * window.width + (column | 0);
  const [u, v] = [column % 1, row % 1];
  const upper = values[at]! + u * (values[at + 1]! - values[at]!);
  const lower =
    values[at + window.width]! + u * (values[at + window.width + 1]! - values[at + window.width]!);
  return upper + v * (lower - upper);
}

/** Straight from the last pair that is there to the next one. */
function between(
  radii: readonly (readonly [number, number] | null)[],
  ray: number,
): readonly [number, number] {
  const find = (step: 1 | -1) => {
    let away = 1;
    while (radii[(ray + step * away + ringPoints * away) % ringPoints] === null) away++;
    return { away, pair: radii[(ray + step * away + ringPoints * away) % ringPoints]! };
  };
  const [before, behind] = [find(-1), find(1)];
  const share = before.away / (before.away + behind.away);
  const mix = (side: 0 | 1) => before.pair[side] + share * (behind.pair[side] - before.pair[side]);
  return [mix(0), mix(1)];
}
