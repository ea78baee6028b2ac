import type { Field } from './image-window.ts';

/** Edges that a border enters and leaves a square of four pixels by, the inside on its left: top, right, bottom, left. */
const passages: readonly (readonly (readonly [from: number, to: number])[])[] = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];

/**
 * The longest border of what lies above a level, as a closed line in mm with the
 * inside on its left as the image is seen (marching squares). Beyond the window
 * nothing is inside. Null where nothing is above the level.
 *
 * @returns [n, 2], without the first point again at the end
 */
export function levelContour({ window, values }: Field, level: number): Float64Array | null {
  const { width, height } = window;
  // One row and column of nothing around the window.
  const [wide, high] = [width + 2, height + 2];
  const valueAt = (column: number, row: number) =>
    column < 1 || row < 1 || column > width || row > height ? 0 : values[(row - 1) * width + column - 1]!;
  const inside = (column: number, row: number) => (valueAt(column, row) >= level ? 1 : 0);
  // An edge is named by its first pixel: twice its number to the right, and one more downwards.
  const next = new Map<number, number>();
  for (let row = 0; row < high - 1; row++)
    for (let column = 0; column < wide - 1; column++) {
      const at = 2 * (row * wide + column);
      const edges = [at, at + 3, at + 2 * wide, at + 1] as const;
      const square =
        inside(column, row) +
        2 * inside(column + 1, row) +
        4 * inside(column + 1, row + 1) +
        8 * inside(column, row + 1);
      for (const [from, to] of passages[square]!) next.set(edges[from]!, edges[to]!);
    }
  const longest = longestLoop(next);
  if (longest.length === 0) return null;
  const line = new Float64Array(2 * longest.length);
  for (const [n, edge] of longest.entries()) {
    const pixel = edge >> 1;
    const [column, row] = [pixel % wide, Math.floor(pixel / wide)];
    const [right, down] = edge % 2 === 0 ? [1, 0] : [0, 1];
    const [a, b] = [valueAt(column, row), valueAt(column + right, row + down)];
    const share = (level - a) / (b - a);
    line[2 * n] = (window.firstColumn + column - 1 + share * right) * window.columnMm;
    line[2 * n + 1] = (window.firstRow + row - 1 + share * down) * window.rowMm;
  }
  return line;
}

function longestLoop(next: Map<number, number>): number[] {
  let longest: number[] = [];
  const left = new Set(next.keys());
  for (const start of next.keys()) {
    if (!left.has(start)) continue;
    const loop: number[] = [];
    for (let edge = start; left.delete(edge); edge = next.get(edge)!) loop.push(edge);
    if (loop.length > longest.length) longest = loop;
  }
  return longest;
}
