import type { Mask } from '@myocast/dicom';
import { blurred, windowAround, regionIn } from './image-window.ts';
import { levelContour } from './level-contour.ts';
import { isLongAxisVentricle, longAxisContour, longAxisLabel } from './long-axis-contour.ts';
import { enclosedArea, lineLength } from './polyline.ts';

/** The left atrium in one phase of a long axis; lengths in mm. */
export interface AtriumOutline {
  readonly areaMm2: number;
  /** From the middle of the mitral opening to the roof. */
  readonly lengthMm: number;
  /** The border without the mitral opening. */
  readonly wallMm: number;
  /** Widths of this many slices of equal height across the length. */
  readonly diametersMm: Float64Array;
}

/** Slices of the method of discs. */
export const discCount = 20;
const smoothing = 0.7;
const marginMm = 8;
const isAtrium = (label: number) => label === longAxisLabel.leftAtrium;

/**
 * The outline of the left atrium in every phase. Its mitral opening lies between the
 * points of its border that are nearest to the insertions of the ventricle's wall; its
 * length runs from the middle of the opening, across the middle of the area, to the roof.
 *
 * @returns [t] null in phases without an atrium, or without a ventricle to find the opening by
 */
export function atriumOutlines(mask: Mask): (AtriumOutline | null)[] {
  const window = windowAround(mask, 0, isAtrium, marginMm);
  const ventricle = windowAround(mask, 0, isLongAxisVentricle, marginMm);
  return Array.from({ length: mask.shape[0] }, (_, phase) => {
    if (!window || !ventricle) return null;
    const band = longAxisContour(mask, phase, ventricle);
    const sigma = smoothing * Math.max(window.columnMm, window.rowMm);
    const border = levelContour(blurred(regionIn(mask, phase, 0, window, isAtrium), sigma), 0.5);
    if (band === null || border === null) return null;
    const last = 2 * band.count - 2;
    return outlineOf(border, [band.inner[0]!, band.inner[1]!], [band.inner[last]!, band.inner[last + 1]!]);
  });
}

type Point = readonly [number, number];

function outlineOf(border: Float64Array, first: Point, second: Point): AtriumOutline | null {
  const areaMm2 = Math.abs(enclosedArea(border));
  const [a, b] = [nearest(border, first), nearest(border, second)];
  if (a === b || areaMm2 === 0) return null;
  const wall = farSide(border, a, b, first, second);
  const mitral: Point = [
    (border[2 * a]! + border[2 * b]!) / 2,
    (border[2 * a + 1]! + border[2 * b + 1]!) / 2,
  ];
  const middle = areaCentre(border);
  const away = Math.hypot(middle[0] - mitral[0], middle[1] - mitral[1]);
  if (away === 0) return null;
  const axis: Point = [(middle[0] - mitral[0]) / away, (middle[1] - mitral[1]) / away];
  let lengthMm = 0;
  for (let n = 0; n < border.length; n += 2)
    lengthMm = Math.max(
      lengthMm,
      (border[n]! - mitral[0]) * axis[0] + (border[n + 1]! - mitral[1]) * axis[1],
    );
  return { areaMm2, lengthMm, wallMm: lineLength(wall), diametersMm: widths(border, mitral, axis, lengthMm) };
}

function nearest(border: Float64Array, [x, y]: Point): number {
  let [best, least] = [0, Infinity];
  for (let n = 0; n < border.length / 2; n++) {
    const distance = Math.hypot(border[2 * n]! - x, border[2 * n + 1]! - y);
    if (distance < least) [best, least] = [n, distance];
  }
  return best;
}

/** That part of the border between two of its points which runs farther from the insertions. */
function farSide(border: Float64Array, a: number, b: number, first: Point, second: Point): Float64Array {
  const count = border.length / 2;
  const run = (from: number, to: number) =>
    Float64Array.from(
      { length: 2 * (((to - from + count) % count) + 1) },
      (_, at) => border[2 * ((from + (at >> 1)) % count) + (at % 2)]!,
    );
  const farthest = (line: Float64Array) => {
    let most = 0;
    for (let n = 0; n < line.length; n += 2)
      most = Math.max(
        most,
        Math.min(
          Math.hypot(line[n]! - first[0], line[n + 1]! - first[1]),
          Math.hypot(line[n]! - second[0], line[n + 1]! - second[1]),
        ),
      );
    return most;
  };
  const [one, other] = [run(a, b), run(b, a)];
  return farthest(one) > farthest(other) ? one : other;
}

function areaCentre(border: Float64Array): Point {
  let [twice, x, y] = [0, 0, 0];
  const count = border.length / 2;
  for (let n = 0; n < count; n++) {
    const behind = (n + 1) % count;
    const [ax, ay, bx, by] = [
      border[2 * n]!,
      border[2 * n + 1]!,
      border[2 * behind]!,
      border[2 * behind + 1]!,
    ];
    const cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return [x / (3 * twice), y / (3 * twice)];
}

/** Widths across the axis, in the middles of slices of equal height: what lies between the outermost crossings. */
function widths(border: Float64Array, [x, y]: Point, [ux, uy]: Point, lengthMm: number): Float64Array {
  const count = border.length / 2;
  return Float64Array.from({ length: discCount }, (_, disc) => {
    const height = ((disc + 0.5) / discCount) * lengthMm;
    let [low, high] = [Infinity, -Infinity];
    for (let n = 0; n < count; n++) {
      const behind = (n + 1) % count;
      const [ax, ay] = [border[2 * n]! - x, border[2 * n + 1]! - y];
      const [bx, by] = [border[2 * behind]! - x, border[2 * behind + 1]! - y];
      const [from, to] = [ax * ux + ay * uy - height, bx * ux + by * uy - height];
      if (from > 0 === to > 0) continue;
      const share = from / (from - to);
      const across = (ay + share * (by - ay)) * ux - (ax + share * (bx - ax)) * uy;
      low = Math.min(low, across);
      high = Math.max(high, across);
    }
    return Math.max(0, high - low);
  });
}
