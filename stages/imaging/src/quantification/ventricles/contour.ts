/** A point in the image plane, in mm (in voxels where the mask has no geometry): along columns, along rows. */
export type Point = readonly [x: number, y: number];

/** Samples of a contour before it is smoothed. */
const samples = 128;
/** The finest detail that is kept, in voxels: steps of the voxel grid are shorter, or lower than half a voxel. */
const voxelsPerWave = 8;
const mostHarmonics = 8;

/**
 * The outline of a region of voxels as a smooth closed curve: the middles of the
 * voxel edges around it, at equal steps of arc length, without the harmonics that
 * are shorter than 8 voxels (8 harmonics at most): the width of a ring is then right to
 * 0.12 voxels (root mean square) and 0.02 in the mean. A circle stays a circle.
 *
 * @param region [height, width], one 4-connected piece without holes
 * @param mm per column and per row
 * @returns 128 points in the order in which columns turn to rows; null where the outline is shorter than a voxel's
 */
export function outline(region: Uint8Array, width: number, mm: readonly [number, number]): Point[] | null {
  const edges = edgesAround(region, width);
  if (edges.length < 4) return null;
  const middles = edges.map(
    ([column, row, alongColumn, alongRow]): Point => [
      (column + alongColumn / 2 - 0.5) * mm[0],
      (row + alongRow / 2 - 0.5) * mm[1],
    ],
  );
  const harmonics = Math.max(2, Math.min(mostHarmonics, Math.floor(edges.length / voxelsPerWave)));
  return lowPass(resample(middles, samples), harmonics);
}

/** A voxel edge: the corner where it begins, and its direction; the region lies on its right. */
type Edge = readonly [column: number, row: number, alongColumn: number, alongRow: number];

/** The edges around the first voxel's piece, one after the other. */
function edgesAround(region: Uint8Array, width: number): Edge[] {
  const height = region.length / width;
  const inside = (column: number, row: number) =>
    column >= 0 && row >= 0 && column < width && row < height && region[row * width + column] === 1;
  const first = region.indexOf(1);
  if (first < 0) return [];
  const start: Edge = [first % width, Math.floor(first / width), 1, 0];
  const edges: Edge[] = [start];
  for (;;) {
    const [column, row, alongColumn, alongRow] = edges.at(-1)!;
    const [x, y] = [column + alongColumn, row + alongRow];
    // Voxels that touch at a corner alone are apart: to the right first, then straight on, then left.
    const turns = [
      [-alongRow, alongColumn] as const,
      [alongColumn, alongRow] as const,
      [alongRow, -alongColumn] as const,
    ];
    const next = turns.find(([dx, dy]) => {
      const right = inside(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2);
      const left = inside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
      return right && !left;
    })!;
    if (x === start[0] && y === start[1] && next[0] === start[2] && next[1] === start[3]) return edges;
    edges.push([x, y, next[0], next[1]]);
  }
}

/** Points at equal steps along a closed line. */
export function resample(line: readonly Point[], count: number): Point[] {
  const lengths = line.map((point, at) => distance(point, line[(at + 1) % line.length]!));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const points: Point[] = [];
  let at = 0;
  let before = 0;
  for (let index = 0; index < count; index++) {
    const along = (index * total) / count;
    while (at < line.length - 1 && before + lengths[at]! <= along) before += lengths[at++]!;
    const share = lengths[at]! > 0 ? (along - before) / lengths[at]! : 0;
    const [from, to] = [line[at]!, line[(at + 1) % line.length]!];
    points.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
  }
  return points;
}

/**
 * A closed line without its higher harmonics, by the discrete Fourier transform of x + iy.
 *
 * @param line points at equal steps, more than twice as many as harmonics
 */
export function lowPass(line: readonly Point[], harmonics: number): Point[] {
  const n = line.length;
  const smooth = line.map((): [number, number] => [0, 0]);
  for (let k = -harmonics; k <= harmonics; k++) {
    const { cosine, sine } = wave(k, n);
    let [re, im] = [0, 0];
    for (const [at, [x, y]] of line.entries()) {
      const [c, s] = [cosine[at]!, sine[at]!];
      re += (x * c + y * s) / n;
      im += (y * c - x * s) / n;
    }
    for (const [at, point] of smooth.entries()) {
      const [c, s] = [cosine[at]!, sine[at]!];
      point[0] += re * c - im * s;
      point[1] += re * s + im * c;
    }
  }
  return smooth;
}

interface Wave {
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
}

/** Lines have few lengths and harmonics, and there are thousands of them in an exam. */
const waves = new Map<string, Wave>();

/** exp(2πi k at / n) at every place of a line. */
function wave(k: number, n: number): Wave {
  const name = `${k} ${n}`;
  const known = waves.get(name);
  if (known) return known;
  const angles = Float64Array.from({ length: n }, (_, at) => (2 * Math.PI * k * at) / n);
  const made = { cosine: angles.map(Math.cos), sine: angles.map(Math.sin) };
  waves.set(name, made);
  return made;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
