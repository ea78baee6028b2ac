import type { Field } from './image-window.ts';
import { solveSymmetric } from './solve-symmetric.ts';
import { splineAt } from './spline-basis.ts';
import { areaShare, wallArea } from './wall-area.ts';
import { depths, displaced, fields, type MovableBand, type WallBand } from './wall-band.ts';

/** What one phase shows of the wall. */
export interface PhaseLook {
  /** From coarse to fine, muscle 0 and blood 1; null where the image has no contrast. */
  readonly images: readonly Field[] | null;
  /** Distance from the endocardium and the epicardium of a mask; null where none is drawn. */
  readonly inner: Field | null;
  readonly outer: Field | null;
  /** By point: where the endocardium is taken to be, and what an mm away from it costs; null where nothing says so. */
  readonly places: readonly { readonly x: number; readonly y: number; readonly cost: number }[] | null;
  /** The area that the wall should have here; null where nothing says so. */
  readonly area: ExpectedArea | null;
}

/** The area of a wall in one phase, as a share of its area in the phase of reference. */
export interface ExpectedArea {
  readonly share: number;
  /** How far off it may be (one standard deviation). */
  readonly tolerance: number;
}

/** What a band shows in its own phase, to be found again. */
export interface BandLook {
  /** By level, [columns, depths] */
  readonly images: readonly Float64Array[] | null;
  /** [count], mm */
  readonly inner: Float64Array | null;
  readonly outer: Float64Array | null;
}

/** How a band is fitted; lengths in mm, images in units of the contrast of blood and muscle. */
export interface FitSettings {
  readonly imageTolerance: number;
  readonly contourMm: number;
  /** Costs of second differences of the spline across and along the wall, of shear between its sides, and of motion along it. */
  readonly bendAcross: number;
  readonly bendAlong: number;
  readonly shear: number;
  readonly slide: number;
  /** Steps at each level of the images, from coarse to fine; a phase with contours needs no coarse ones. */
  readonly steps: readonly number[];
}

/** Beyond this the fit has arrived, mm. */
const arrivedMm = 0.01;

const seen = new Float64Array(3);

/** Value and gradient a mm at a place, into `seen`; false outside of the window. */
function lookAt({ window, values }: Field, x: number, y: number): boolean {
  const { firstColumn, firstRow, width, height, columnMm, rowMm } = window;
  const column = x / columnMm - firstColumn;
  const row = y / rowMm - firstRow;
  if (!(column >= 0 && row >= 0 && column < width - 1 && row < height - 1)) return false;
  const [left, top] = [column | 0, row | 0];
  const [u, v] = [column - left, row - top];
  const at = top * width + left;
  const [a, b, c, d] = [values[at]!, values[at + 1]!, values[at + width]!, values[at + width + 1]!];
  seen[0] = (1 - v) * (a + u * (b - a)) + v * (c + u * (d - c));
  seen[1] = ((1 - v) * (b - a) + v * (d - c)) / columnMm;
  seen[2] = ((1 - u) * (c - a) + u * (d - b)) / rowMm;
  return true;
}

/** What a band shows in its own phase. */
export function bandLook({ band, places }: MovableBand, { images, inner, outer }: PhaseLook): BandLook {
  const read = (field: Field, points: Float64Array) =>
    Float64Array.from({ length: points.length / 2 }, (_, at) =>
      lookAt(field, points[2 * at]!, points[2 * at + 1]!) ? seen[0]! : 0,
    );
  return {
    images: images && images.map((image) => read(image, places)),
    inner: inner && read(inner, band.inner),
    outer: outer && read(outer, band.outer),
  };
}

/** Root mean square distance in mm of a displaced band from the contours of a phase; null where none is drawn. */
export function contourMisfitMm({ band }: BandFit, target: PhaseLook, found: WallBand): number | null {
  if (target.inner === null || target.outer === null) return null;
  let [sum, terms] = [0, 0];
  for (let point = 0; point < found.count; point++) {
    if (band.band.there[point] === 0) continue;
    for (const [field, line] of [
      [target.inner, found.inner],
      [target.outer, found.outer],
    ] as const) {
      if (!lookAt(field, line[2 * point]!, line[2 * point + 1]!)) continue;
      sum += seen[0]! ** 2;
      terms++;
    }
  }
  return terms > 0 ? Math.sqrt(sum / terms) : null;
}

/** Normal equations of one step: of the whole, and of one point. */
interface Equations {
  readonly size: number;
  readonly matrix: Float64Array;
  readonly side: Float64Array;
  readonly own: Float64Array;
  readonly ownSide: Float64Array;
}

/**
 * The displacement under which a band looks in another phase as it does in its
 * own: the image in and beside the wall, and the distance from the contours, where
 * the phase has any.
 *
 * Minimises, over splines of the displacement of the endo- and the epicardium
 * across and along the wall, the mean squared difference of the images (in units
 * of a tolerance, weighted after Cauchy so that what appears or vanishes counts
 * less), the mean squared distance across the wall from the contours, and
 * the bending of the splines. Gauss-Newton, from coarse to fine images. A contour
 * does not say how the wall slides along itself, so it only pulls across.
 *
 * @param start coefficients to begin with; not changed
 * Source: lucas1981 (docs/references.bib).
 */
export function registerBand(
  { band, settings, bending }: BandFit,
  look: BandLook,
  target: PhaseLook,
  start: Float64Array,
): Float64Array {
  const size = start.length;
  const equations: Equations = {
    size,
    matrix: new Float64Array(size * size),
    side: new Float64Array(size),
    own: new Float64Array(fields * fields),
    ownSide: new Float64Array(fields),
  };
  const found = start.slice();
  const rest = wallArea(band.band);
  const first = target.inner === null ? 0 : settings.steps.length - 1;
  for (let level = first; level < settings.steps.length; level++)
    for (let step = 0; step < settings.steps[level]!; step++) {
      equations.matrix.fill(0);
      equations.side.fill(0);
      addPoints(equations, band, look, target, found, level, settings);
      addBending(equations, bending, found);
      if (target.area) addArea(equations, band, found, rest, target.area);
      if (!solveSymmetric(equations.matrix, equations.side)) return found;
      let most = 0;
      for (let at = 0; at < size; at++) {
        const move = equations.side[at]!;
        found[at] = found[at]! + move;
        most = Math.max(most, Math.abs(move));
      }
      if (most < arrivedMm) break;
    }
  return found;
}

const moved = new Float64Array(fields);

function addPoints(
  equations: Equations,
  band: MovableBand,
  look: BandLook,
  target: PhaseLook,
  coefficients: Float64Array,
  level: number,
  settings: FitSettings,
): void {
  const { basis } = band;
  for (let point = 0; point < basis.points; point++) {
    for (let field = 0; field < fields; field++)
      moved[field] = splineAt(basis, coefficients, field * basis.count, point);
    equations.own.fill(0);
    equations.ownSide.fill(0);
    if (band.band.there[point] === 1) {
      addImages(equations, band, look, target, level, point, settings);
      addContour(equations, band, look.inner, target.inner, 0, point, settings);
      addContour(equations, band, look.outer, target.outer, 1, point, settings);
    }
    const place = target.places?.[point];
    if (place) addPlace(equations, band, place, point);
    spreadPoint(equations, band, point);
  }
}

/** The columns of the image that move with a point. */
function addImages(
  equations: Equations,
  band: MovableBand,
  look: BandLook,
  target: PhaseLook,
  level: number,
  point: number,
  settings: FitSettings,
): void {
  const image = target.images?.[level];
  const own = look.images?.[level];
  if (!image || !own) return;
  for (let column = band.firstColumn[point]!; column < band.firstColumn[point + 1]!; column++)
    addImage(equations, band, own, image, point, column, settings);
}

function addImage(
  { own, ownSide }: Equations,
  { across, along, places, basis }: MovableBand,
  look: Float64Array,
  image: Field,
  point: number,
  column: number,
  { imageTolerance }: FitSettings,
): void {
  const [nx, ny, sx, sy] = [
    across[2 * point]!,
    across[2 * point + 1]!,
    along[2 * point]!,
    along[2 * point + 1]!,
  ];
  const scale = 1 / (imageTolerance ** 2 * depths.length * basis.points);
  for (let depth = 0; depth < depths.length; depth++) {
    const outerPart = depths[depth]!.share;
    const innerPart = 1 - outerPart;
    const u = innerPart * moved[0]! + outerPart * moved[2]!;
    const v = innerPart * moved[1]! + outerPart * moved[3]!;
    const at = column * depths.length + depth;
    if (!lookAt(image, places[2 * at]! + u * nx + v * sx, places[2 * at + 1]! + u * ny + v * sy)) continue;
    const difference = look[at]! - seen[0]!;
    const weight = scale / (1 + (difference / (2 * imageTolerance)) ** 2);
    const [gx, gy] = [seen[1]!, seen[2]!];
    const [g, h] = [gx * nx + gy * ny, gx * sx + gy * sy];
    addRow(own, ownSide, innerPart * g, innerPart * h, outerPart * g, outerPart * h, weight, difference);
  }
}

/** One row of the linearised problem: its four derivatives, its weight and what is left. */
function addRow(
  own: Float64Array,
  ownSide: Float64Array,
  a: number,
  b: number,
  c: number,
  d: number,
  weight: number,
  left: number,
): void {
  row[0] = a;
  row[1] = b;
  row[2] = c;
  row[3] = d;
  for (let i = 0; i < fields; i++) {
    const part = weight * row[i]!;
    if (part === 0) continue;
    ownSide[i] = ownSide[i]! + part * left;
    for (let j = 0; j < fields; j++) own[i * fields + j] = own[i * fields + j]! + part * row[j]!;
  }
}
const row = new Float64Array(fields);

function addContour(
  { own, ownSide }: Equations,
  { band, normal, across, along, basis }: MovableBand,
  look: Float64Array | null,
  distance: Field | null,
  side: 0 | 1,
  point: number,
  { contourMm }: FitSettings,
): void {
  if (look === null || distance === null) return;
  const line = side === 0 ? band.inner : band.outer;
  const [u, v] = [moved[2 * side]!, moved[2 * side + 1]!];
  const [ax, ay] = [across[2 * point]!, across[2 * point + 1]!];
  const [bx, by] = [along[2 * point]!, along[2 * point + 1]!];
  if (!lookAt(distance, line[2 * point]! + u * ax + v * bx, line[2 * point + 1]! + u * ay + v * by)) return;
  const left = look[point]! - seen[0]!;
  const [nx, ny] = [normal[2 * point]!, normal[2 * point + 1]!];
  const slope = seen[1]! * nx + seen[2]! * ny;
  const [g, h] = [slope * (nx * ax + ny * ay), slope * (nx * bx + ny * by)];
  const weight = 1 / (2 * contourMm ** 2 * basis.points * (1 + (left / (3 * contourMm)) ** 2));
  if (side === 0) addRow(own, ownSide, g, h, 0, 0, weight, left);
  else addRow(own, ownSide, 0, 0, g, h, weight, left);
}

/** A point of the endocardium is drawn to its place. */
function addPlace(
  { own, ownSide }: Equations,
  { band, across, along }: MovableBand,
  { x, y, cost }: { readonly x: number; readonly y: number; readonly cost: number },
  point: number,
): void {
  const [nx, ny, sx, sy] = [
    across[2 * point]!,
    across[2 * point + 1]!,
    along[2 * point]!,
    along[2 * point + 1]!,
  ];
  const dx = x - band.inner[2 * point]!;
  const dy = y - band.inner[2 * point + 1]!;
  addRow(own, ownSide, 1, 0, 0, 0, cost, dx * nx + dy * ny - moved[0]!);
  addRow(own, ownSide, 0, 1, 0, 0, cost, dx * sx + dy * sy - moved[1]!);
}

/** The equations of a point go to the coefficients that make up its displacement. */
function spreadPoint(
  { size, matrix, side, own, ownSide }: Equations,
  { basis }: MovableBand,
  point: number,
): void {
  for (let field = 0; field < fields; field++)
    for (let p = 4 * point; p < 4 * point + 4; p++) {
      const at = field * basis.count + basis.index[p]!;
      const weight = basis.weight[p]!;
      side[at] = side[at]! + weight * ownSide[field]!;
      for (let other = 0; other <= field; other++) {
        const value = weight * own[field * fields + other]!;
        if (value === 0) continue;
        const start = at * size + other * basis.count;
        for (let q = 4 * point; q < 4 * point + 4; q++) {
          const into = start + basis.index[q]!;
          matrix[into] = matrix[into]! + value * basis.weight[q]!;
        }
      }
    }
}

/** A band that is to be found again, with the cost of bending it: a quadratic form of its coefficients. */
export interface BandFit {
  readonly band: MovableBand;
  readonly settings: FitSettings;
  /** [coefficients, coefficients] */
  readonly bending: Float64Array;
}

export function bandFit(band: MovableBand, settings: FitSettings): BandFit {
  const { count, closed } = band.basis;
  const size = fields * count;
  const bending = new Float64Array(size * size);
  const add = (cost: number, at: readonly number[], factors: readonly number[]) => {
    for (const [i, row] of at.entries())
      for (const [j, column] of at.entries())
        bending[row * size + column] =
          bending[row * size + column]! + (cost / count) * factors[i]! * factors[j]!;
  };
  for (let field = 0; field < fields; field++) {
    const place = (k: number) => field * count + (k % count);
    const cost = field % 2 === 0 ? settings.bendAcross : settings.bendAlong;
    for (let k = 0; k < (closed ? count : count - 2); k++)
      add(cost, [place(k), place(k + 1), place(k + 2)], [1, -2, 1]);
  }
  for (let k = 0; k < count; k++) {
    const [inner, outer] = [count + k, 3 * count + k];
    add(settings.shear, [inner, outer], [1, -1]);
    add(settings.slide, [inner], [1]);
    add(settings.slide, [outer], [1]);
  }
  return { band, settings, bending };
}

function addBending(
  { size, matrix, side }: Equations,
  bending: Float64Array,
  coefficients: Float64Array,
): void {
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let column = 0, at = row * size; column < size; column++, at++) {
      const cost = bending[at]!;
      if (cost === 0) continue;
      sum += cost * coefficients[column]!;
      matrix[at] = matrix[at]! + cost;
    }
    side[row] = side[row]! - sum;
  }
}

/** The wall as a whole is drawn to its area: muscle is not made or lost. */
function addArea(
  { size, matrix, side }: Equations,
  band: MovableBand,
  coefficients: Float64Array,
  rest: number,
  { share, tolerance }: ExpectedArea,
): void {
  if (rest === 0) return;
  const found = areaShare(band, rest, displaced(band, coefficients));
  const weight = 1 / tolerance ** 2;
  for (let row = 0; row < size; row++) {
    const part = weight * found.slope[row]!;
    side[row] = side[row]! + part * (share - found.share);
    for (let column = 0, at = row * size; column < size; column++, at++)
      matrix[at] = matrix[at]! + part * found.slope[column]!;
  }
}
