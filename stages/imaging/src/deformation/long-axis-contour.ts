import type { Mask } from '@myocast/dicom';
import { blurred, type ImageWindow, regionIn } from './image-window.ts';
import { levelContour } from './level-contour.ts';
import { lineLength, resampled, smoothed } from './polyline.ts';
import type { WallBand } from './wall-band.ts';

/** Labels of a long axis: 1 LV cavity, 2 myocardium, 3 left atrium. */
export const longAxisLabel = { leftVentricle: 1, myocardium: 2, leftAtrium: 3 } as const;
export const isLongAxisCavity = (label: number) => label === longAxisLabel.leftVentricle;
export const isLongAxisVentricle = (label: number) =>
  label === longAxisLabel.leftVentricle || label === longAxisLabel.myocardium;

/** Pairs of points along the wall. */
export const longAxisPoints = 61;
/** Wall begins within this distance of the cavity, or the cavity is open there. */
const reachMm = 3.5;
/** Shorter pieces without wall are gaps of the contour, not a valve. */
const gapMm = 7;
/** A shorter wall is none. */
const shortestWallMm = 60;
const thickestWallMm = 30;
const smoothing = 0.7;
const stepMm = 0.5;

/**
 * The wall in one phase of a long axis, from one insertion of the valve over the
 * apex to the other. The endocardium is that part of the cavity's border which has
 * wall behind it; its ends are the insertions. In three chambers the outflow is part
 * of the opening.
 *
 * @returns null without cavity, or where the wall behind it is shorter than that of a heart
 */
export function longAxisContour(mask: Mask, phase: number, window: ImageWindow): WallBand | null {
  const sigma = smoothing * Math.max(window.columnMm, window.rowMm);
  const border = levelContour(blurred(regionIn(mask, phase, 0, window, isLongAxisCavity), sigma), 0.5);
  if (border === null) return null;
  const walled = Uint8Array.from({ length: border.length / 2 }, (_, n) =>
    wallBehind(mask, phase, window, border, n) ? 1 : 0,
  );
  const endocardium = longestWall(border, walled);
  if (endocardium === null || lineLength(endocardium) < shortestWallMm) return null;
  const inner = smoothed(resampled(endocardium, longAxisPoints), 2);
  const normals = outwardNormals(inner);
  const thickness = evened(
    Float64Array.from({ length: longAxisPoints }, (_, n) =>
      wallThickness(mask, phase, window, inner, normals, n),
    ),
  );
  return {
    closed: false,
    count: longAxisPoints,
    inner,
    outer: inner.map((value, at) => value + thickness[at >> 1]! * normals[at]!),
    there: new Uint8Array(longAxisPoints).fill(1),
  };
}

/** Labels at a place in mm; 0 outside of the image. */
function labelAt({ shape, data }: Mask, phase: number, window: ImageWindow, x: number, y: number): number {
  const [, slices, height, width] = shape;
  const [column, row] = [Math.round(x / window.columnMm), Math.round(y / window.rowMm)];
  if (column < 0 || row < 0 || column >= width || row >= height) return 0;
  return data[(phase * slices * height + row) * width + column]!;
}

/** Outwards from a point of a border whose inside is on its left, as the image is seen. */
function wallBehind(
  mask: Mask,
  phase: number,
  window: ImageWindow,
  border: Float64Array,
  n: number,
): boolean {
  const count = border.length / 2;
  const [behind, before] = [(n + 2) % count, (n + count - 2) % count];
  const tx = border[2 * behind]! - border[2 * before]!;
  const ty = border[2 * behind + 1]! - border[2 * before + 1]!;
  const length = Math.hypot(tx, ty) || 1;
  for (let away = stepMm; away <= reachMm; away += stepMm) {
    const x = border[2 * n]! - (away * ty) / length;
    const y = border[2 * n + 1]! + (away * tx) / length;
    if (labelAt(mask, phase, window, x, y) === longAxisLabel.myocardium) return true;
  }
  return false;
}

/** The longest piece of a closed border with wall behind it, short gaps bridged; a valve that is nearly shut is the widest gap. */
function longestWall(border: Float64Array, walled: Uint8Array): Float64Array | null {
  const count = walled.length;
  const gaps = runsOf(walled, 0);
  const widest = gaps.reduce((most, gap) => Math.max(most, lineLength(piece(border, gap))), 0);
  const openings = gaps.filter((gap) => lineLength(piece(border, gap)) >= Math.min(gapMm, widest));
  if (openings.length === 0) return null;
  const walls = openings.map((opening, at) => {
    const first = (opening.first + opening.length) % count;
    const next = openings[(at + 1) % openings.length]!;
    return { first, length: (next.first - first + count) % count || count - opening.length };
  });
  const lines = walls.map((wall) => piece(border, wall));
  return lines.reduce((best, line) => (lineLength(line) > lineLength(best) ? line : best));
}

interface Run {
  readonly first: number;
  readonly length: number;
}

/** Runs of a value round a circle, in their order. */
function runsOf(circle: Uint8Array, value: number): Run[] {
  const count = circle.length;
  const runs: Run[] = [];
  for (let first = 0; first < count; first++) {
    if (circle[first] !== value || circle[(first + count - 1) % count] === value) continue;
    let length = 1;
    while (circle[(first + length) % count] === value) length++;
    runs.push({ first, length });
  }
  return runs;
}

function piece(border: Float64Array, { first, length }: Run): Float64Array {
  return Float64Array.from(
    { length: 2 * length },
    (_, at) => border[2 * ((first + (at >> 1)) % (border.length / 2)) + (at % 2)]!,
  );
}

/** [n, 2]: to the right of an open line as the image is seen, where the inside is on its left. */
function outwardNormals(line: Float64Array): Float64Array {
  const count = line.length / 2;
  const normals = new Float64Array(line.length);
  for (let n = 0; n < count; n++) {
    const [before, behind] = [Math.max(0, n - 2), Math.min(count - 1, n + 2)];
    const tx = line[2 * behind]! - line[2 * before]!;
    const ty = line[2 * behind + 1]! - line[2 * before + 1]!;
    const length = Math.hypot(tx, ty) || 1;
    normals.set([-ty / length, tx / length], 2 * n);
  }
  return normals;
}

/** From the endocardium to where the wall ends; 0 where there is none. */
function wallThickness(
  mask: Mask,
  phase: number,
  window: ImageWindow,
  inner: Float64Array,
  normals: Float64Array,
  n: number,
): number {
  let [thickness, since] = [0, 0];
  for (let away = stepMm / 2; away < thickestWallMm && since < reachMm; away += stepMm) {
    const x = inner[2 * n]! + away * normals[2 * n]!;
    const y = inner[2 * n + 1]! + away * normals[2 * n + 1]!;
    const wall = labelAt(mask, phase, window, x, y) === longAxisLabel.myocardium;
    since = wall ? 0 : since + stepMm;
    if (wall) thickness = away + stepMm / 2;
  }
  return thickness;
}

/** Medians of five neighbours that have wall, then smoothed. */
function evened(thickness: Float64Array): Float64Array {
  const known = thickness.filter((value) => value > 0).sort();
  const typical = known[known.length >> 1] ?? 0;
  const medians = thickness.map((_, n) => {
    const around = thickness
      .slice(Math.max(0, n - 2), n + 3)
      .filter((value) => value > 0)
      .sort();
    return around[around.length >> 1] ?? typical;
  });
  return medians.map((value, n) => (medians[n - 1] ?? value) / 4 + value / 2 + (medians[n + 1] ?? value) / 4);
}
