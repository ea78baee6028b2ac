import { contains, type Outline, type PixelGrid, type Point, type Polygon, signedArea } from './outline.ts';

/** What keeps a polygon from being an area of an image, in words; null where nothing does. */
export function polygonFault({ outer, holes }: Polygon, grid: PixelGrid): string | null {
  for (const outline of [outer, ...holes]) {
    const fault = outlineFault(outline, grid);
    if (fault !== null) return fault;
  }
  const outlying = holes.find((hole) => !hole.every((point) => contains(outer, point)));
  if (outlying)
    return `expected holes inside of their polygon, found one at ${words(outlying[0]!)} that is not`;
  return crossingOf([outer, ...holes], 'of a polygon and its holes');
}

function outlineFault(outline: Outline, grid: PixelGrid): string | null {
  if (outline.length < 3) return `expected at least 3 points, found ${outline.length}`;
  const beyond = outline.find((point) => !isInImage(point, grid));
  if (beyond)
    return `expected points inside of ${grid.width}×${grid.height} pixels, found one at ${words(beyond)}`;
  if (signedArea(outline) === 0) return `expected an area, found none at ${words(outline[0]!)}`;
  return crossingOf([outline], 'of one line');
}

/** The image ends half a pixel beyond the outermost centres. */
function isInImage([column, row]: Point, { width, height }: PixelGrid): boolean {
  return column >= -0.5 && row >= -0.5 && column <= width - 0.5 && row <= height - 0.5;
}

interface Edge {
  readonly from: Point;
  readonly to: Point;
  readonly west: number;
  readonly east: number;
  readonly outline: number;
  readonly index: number;
  readonly count: number;
}

/**
 * Where two edges meet that do not follow each other. Edges are gone through from west to east, so
 * that an outline of hundreds of points is compared only with what lies beside it.
 */
function crossingOf(outlines: readonly Outline[], what: string): string | null {
  const edges = outlines
    .flatMap((outline, own) =>
      outline.map((from, index): Edge => {
        const to = outline[(index + 1) % outline.length]!;
        const [west, east] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
        return { from, to, west, east, outline: own, index, count: outline.length };
      }),
    )
    .sort((a, b) => a.west - b.west);
  for (const [at, edge] of edges.entries())
    for (let other = at + 1; other < edges.length && edges[other]!.west <= edge.east; other++)
      if (!areNeighbours(edge, edges[other]!) && meet(edge, edges[other]!))
        return `expected edges ${what} to meet at their ends alone, found a crossing near ${words(edge.from)}`;
  return null;
}

function areNeighbours(a: Edge, b: Edge): boolean {
  if (a.outline !== b.outline) return false;
  const apart = Math.abs(a.index - b.index);
  return apart === 1 || apart === a.count - 1;
}

/** Whether two edges share a point. */
function meet(a: Edge, b: Edge): boolean {
  const [start, end] = [side(a, b.from), side(a, b.to)];
  const [first, last] = [side(b, a.from), side(b, a.to)];
  if (start * end < 0 && first * last < 0) return true;
  return (
    (start === 0 && isBetween(a, b.from)) ||
    (end === 0 && isBetween(a, b.to)) ||
    (first === 0 && isBetween(b, a.from)) ||
    (last === 0 && isBetween(b, a.to))
  );
}

function side({ from, to }: Edge, [x, y]: Point): number {
  return Math.sign((to[0] - from[0]) * (y - from[1]) - (to[1] - from[1]) * (x - from[0]));
}

function isBetween({ from, to, west, east }: Edge, [x, y]: Point): boolean {
  return x >= west && x <= east && y >= Math.min(from[1], to[1]) && y <= Math.max(from[1], to[1]);
}

const words = ([column, row]: Point) => `(${Number(column.toFixed(2))}, ${Number(row.toFixed(2))})`;
