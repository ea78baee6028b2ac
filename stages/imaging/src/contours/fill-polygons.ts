import type { Outline, PixelGrid, Polygon } from './outline.ts';

/**
 * The pixels whose centres lie inside of any of the polygons and in none of its holes. A centre
 * on a line belongs to the area on its right, and below where the line is level, so that areas
 * side by side share no pixel and leave none out.
 *
 * @returns [height × width], 1 inside
 */
export function fillPolygons(polygons: readonly Polygon[], grid: PixelGrid): Uint8Array {
  const filled = new Uint8Array(grid.width * grid.height);
  for (const { outer, holes } of polygons) {
    const outlines = [outer, ...holes];
    const rows = outer.map(([, row]) => row);
    const first = Math.max(0, Math.ceil(least(rows)));
    const last = Math.min(grid.height - 1, Math.floor(-least(rows.map((row) => -row))));
    for (let row = first; row <= last; row++) fillRow(filled, outlines, row, grid);
  }
  return filled;
}

/** Between every other pair of places where the outlines cross the row. */
function fillRow(filled: Uint8Array, outlines: readonly Outline[], row: number, { width }: PixelGrid): void {
  const places = outlines.flatMap((outline) => crossings(outline, row)).sort((a, b) => a - b);
  for (let pair = 0; pair + 1 < places.length; pair += 2) {
    const from = Math.max(0, Math.ceil(places[pair]!));
    const to = Math.min(width, Math.ceil(places[pair + 1]!));
    if (to > from) filled.fill(1, row * width + from, row * width + to);
  }
}

function crossings(outline: Outline, row: number): number[] {
  const places: number[] = [];
  for (const [index, [x0, y0]] of outline.entries()) {
    const [x1, y1] = outline[(index + 1) % outline.length]!;
    if (y0 <= row !== y1 <= row) places.push(x0 + ((row - y0) * (x1 - x0)) / (y1 - y0));
  }
  return places;
}

const least = (values: readonly number[]) => values.reduce((low, value) => Math.min(low, value), Infinity);
