import { discOf, type HeartRegion } from './heart-region.ts';
import { quantile } from './signal.ts';
import { imageOf, type SmallStack } from './small-stack.ts';

const heartMm = 45;
/** The cavity of a slice is sought within so many mm of that of its neighbour. */
const reachMm = 32;

/**
 * The bright cavity of each slice at the first phase, in pixels, [slices]: the pixels above
 * the middle between dark and bright tissue (their 15th and 90th percentile about the heart)
 * that hang together with the cavity of the neighbouring slice, from the liveliest slice
 * outwards to both ends of the stack.
 */
export function cavityAreas(stack: SmallStack, heart: HeartRegion): readonly number[] {
  const { slices } = stack;
  const areas: number[] = Array.from({ length: stack.shape[1] }, () => 0);
  const beat = heart.beatBySlice!;
  const start = slices.indexOf(
    slices.reduce((best, slice) => (beat[slice]! > beat[best]! ? slice : best), slices[0]!),
  );
  const follow = (order: readonly number[]) => {
    let place: Place | null = heart;
    for (const slice of order) {
      const pool: Pool | null = place && poolOf(stack, slice, place);
      areas[slice] = pool?.area ?? 0;
      place = pool?.place ?? null;
    }
  };
  follow(slices.slice(start));
  follow(slices.slice(0, start + 1).reverse());
  return areas;
}

type Place = Pick<HeartRegion, 'row' | 'column'>;

interface Pool {
  readonly area: number;
  readonly place: Place;
}

/** The piece of bright tissue near a place that is largest there; null where none is. */
function poolOf(stack: SmallStack, slice: number, near: Place): Pool | null {
  const width = stack.shape[3];
  const image = imageOf(stack, 0, slice);
  const around = Float32Array.from(discOf(stack, near, heartMm), (at) => image[at]!);
  const middle = (quantile(around, 0.15) + quantile(around, 0.9)) / 2;
  const open = new Set<number>();
  for (const at of discOf(stack, near, reachMm)) if (image[at]! > middle) open.add(at);
  let best: (Pool & { readonly weight: number }) | null = null;
  for (const seed of open) {
    const pool = flood(seed, open, width, near, stack.pixelsPerMm);
    if (best === null || pool.weight > best.weight) best = pool;
  }
  return best;
}

/** Takes one connected piece out of `open`; pieces near the place weigh more. */
function flood(
  seed: number,
  open: Set<number>,
  width: number,
  near: Place,
  pixelsPerMm: number,
): Pool & { readonly weight: number } {
  const queue = [seed];
  open.delete(seed);
  let [area, rows, columns, weight] = [0, 0, 0, 0];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const [row, column] = [Math.floor(at / width), at % width];
    area++;
    rows += row;
    columns += column;
    const mm = Math.hypot(row - near.row, column - near.column) / pixelsPerMm;
    weight += Math.exp(-0.5 * (mm / 15) ** 2);
    for (const next of [at - 1, at + 1, at - width, at + width]) if (open.delete(next)) queue.push(next);
  }
  return { area, weight, place: { row: rows / area, column: columns / area } };
}
