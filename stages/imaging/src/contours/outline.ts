/** In voxels: (0, 0) is the centre of the first pixel of the image. */
export type Point = readonly [column: number, row: number];

/** A closed line; the last point is joined to the first, which is not repeated. */
export type Outline = readonly Point[];

/** An area with the areas that are cut out of it. */
export interface Polygon {
  readonly outer: Outline;
  readonly holes: readonly Outline[];
}

/** Pixels of one slice, row by row. */
export interface PixelGrid {
  readonly width: number;
  readonly height: number;
}

/** Corners of a cell between four pixel centres. */
const [topLeft, topRight, bottomRight, bottomLeft] = [1, 2, 4, 8] as const;

/** Middles of the sides of a cell, in half pixels from its upper left corner. */
const [top, right, bottom, left] = [
  [1, 0],
  [2, 1],
  [1, 2],
  [0, 1],
] as const;
type Side = readonly [x: number, y: number];

/**
 * From side to side, with the inside on the left as one looks at the image. In the two saddles
 * the inside pixels touch at their corners, and the line goes around the outside ones.
 */
const steps: readonly (readonly (readonly [from: Side, to: Side])[])[] = tableOf({
  [topLeft]: [[left, top]],
  [topRight]: [[top, right]],
  [bottomRight]: [[right, bottom]],
  [bottomLeft]: [[bottom, left]],
  [topLeft + topRight]: [[left, right]],
  [topRight + bottomRight]: [[top, bottom]],
  [bottomRight + bottomLeft]: [[right, left]],
  [topLeft + bottomLeft]: [[bottom, top]],
  [topLeft + bottomRight]: [
    [right, top],
    [left, bottom],
  ],
  [topRight + bottomLeft]: [
    [top, left],
    [bottom, right],
  ],
  [topLeft + topRight + bottomRight]: [[left, bottom]],
  [topLeft + topRight + bottomLeft]: [[bottom, right]],
  [topLeft + bottomRight + bottomLeft]: [[right, top]],
  [topRight + bottomRight + bottomLeft]: [[top, left]],
});

function tableOf(cases: { readonly [corners: number]: (typeof steps)[number] }): typeof steps {
  return Array.from({ length: 16 }, (_, corners) => cases[corners] ?? []);
}

/**
 * The outlines of the pixels that are inside, by marching squares: lines half-way between the
 * centres of inside and outside pixels, corners cut. Every pixel centre is on its own side, so
 * that filling the polygons gives the pixels back. Polygons neither touch nor cross; pixels that
 * meet at a corner are one polygon. Points on a straight line are left out.
 *
 * @param inside [height × width], 0 is outside; what is beyond the image is outside
 * Source: lorensen1987 (docs/references.bib), in two dimensions.
 */
export function outlinesOf(inside: Uint8Array, grid: PixelGrid): readonly Polygon[] {
  const box = boxOf(inside, grid);
  if (box === null) return [];
  const loops = loopsOf(nextPoints(inside, grid, box), 2 * (grid.width + 2));
  const holes = loops.filter((loop) => signedArea(loop) > 0);
  const outers = loops.filter((loop) => signedArea(loop) < 0);
  const polygons = outers.map((outer) => ({ outer, holes: [] as Outline[] }));
  for (const hole of holes) smallestAround(hole[0]!, polygons).holes.push(hole);
  return polygons;
}

interface Box {
  readonly from: Point;
  readonly to: Point;
}

function boxOf(inside: Uint8Array, { width }: PixelGrid): Box | null {
  let [west, north, east, south] = [Infinity, Infinity, -1, -1];
  for (const [at, value] of inside.entries()) {
    if (value === 0) continue;
    const [column, row] = [at % width, Math.floor(at / width)];
    [west, east] = [Math.min(west, column), Math.max(east, column)];
    [north, south] = [Math.min(north, row), Math.max(south, row)];
  }
  return east < 0 ? null : { from: [west, north], to: [east, south] };
}

/** From each point to the one that follows; a point is numbered in half pixels from (-1, -1). */
function nextPoints(
  inside: Uint8Array,
  { width, height }: PixelGrid,
  { from, to }: Box,
): Map<number, number> {
  const at = (column: number, row: number) =>
    column >= 0 && row >= 0 && column < width && row < height && inside[row * width + column] !== 0 ? 1 : 0;
  const line = 2 * (width + 2);
  const next = new Map<number, number>();
  for (let row = from[1] - 1; row <= to[1]; row++)
    for (let column = from[0] - 1; column <= to[0]; column++) {
      const corners =
        topLeft * at(column, row) +
        topRight * at(column + 1, row) +
        bottomRight * at(column + 1, row + 1) +
        bottomLeft * at(column, row + 1);
      const number = ([x, y]: Side) => (2 * (row + 1) + y) * line + 2 * (column + 1) + x;
      for (const [start, end] of steps[corners]!) next.set(number(start), number(end));
    }
  return next;
}

function loopsOf(next: Map<number, number>, line: number): Outline[] {
  const loops: Outline[] = [];
  for (const first of next.keys()) {
    if (!next.has(first)) continue;
    const points: Point[] = [];
    for (let at = first; next.has(at); ) {
      points.push([(at % line) / 2 - 1, Math.floor(at / line) / 2 - 1]);
      const following = next.get(at)!;
      next.delete(at);
      at = following;
    }
    loops.push(corners(points));
  }
  return loops;
}

/** Without the points at which the line goes straight on. */
function corners(points: readonly Point[]): Outline {
  return points.filter((point, index) => {
    const [before, after] = [points.at(index - 1)!, points[(index + 1) % points.length]!];
    const [dx, dy] = [point[0] - before[0], point[1] - before[1]];
    return dx * (after[1] - point[1]) !== dy * (after[0] - point[0]);
  });
}

/** In square pixels: below 0 for a line that goes against the clock as one looks at the image. */
export function signedArea(outline: Outline): number {
  let twice = 0;
  for (const [index, [x, y]] of outline.entries()) {
    const [nextX, nextY] = outline[(index + 1) % outline.length]!;
    twice += x * nextY - nextX * y;
  }
  return twice / 2;
}

function smallestAround<Around extends { readonly outer: Outline }>(
  point: Point,
  polygons: readonly Around[],
): Around {
  const around = polygons.filter(({ outer }) => contains(outer, point));
  return around.reduce((best, one) =>
    Math.abs(signedArea(one.outer)) < Math.abs(signedArea(best.outer)) ? one : best,
  );
}

/** Whether a point is inside of a closed line. */
export function contains(outline: Outline, [x, y]: Point): boolean {
  let inside = false;
  for (const [index, [x0, y0]] of outline.entries()) {
    const [x1, y1] = outline[(index + 1) % outline.length]!;
    if (y0 <= y !== y1 <= y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside;
  }
  return inside;
}
