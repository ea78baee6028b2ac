import type { Random } from '@myocast/base';
import type { Warp } from './view.ts';

/** Nodes of the grid along a side of the window; more of them bend it more sharply. */
const nodes = 5;

/**
 * A smooth random bend of a window, as hearts differ in shape: uniform cubic
 * B-splines over a grid of random moves.
 *
 * @param deviationMm standard deviation of the moves of the grid's nodes
 */
export function randomWarp(size: number, deviationMm: number, random: Random): Warp {
  const weights = splineWeights(size);
  const field = () =>
    spread(
      Float32Array.from({ length: (nodes + 3) ** 2 }, () => random.normal(0, deviationMm)),
      weights,
      size,
    );
  return { downMm: field(), acrossMm: field() };
}

/** [size, 4] weights of the four nodes at and after `first` of each pixel. */
interface SplineWeights {
  readonly first: Uint8Array;
  readonly weight: Float32Array;
}

function splineWeights(size: number): SplineWeights {
  const first = new Uint8Array(size);
  const weight = new Float32Array(4 * size);
  for (let at = 0; at < size; at++) {
    const place = (at / size) * nodes;
    const node = Math.floor(place);
    const t = place - node;
    first[at] = node;
    weight[4 * at] = (1 - t) ** 3 / 6;
    weight[4 * at + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
    weight[4 * at + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
    weight[4 * at + 3] = t ** 3 / 6;
  }
  return { first, weight };
}

/** Values at the nodes [rows, columns] to every pixel, first along columns, then along rows. */
function spread(values: Float32Array, { first, weight }: SplineWeights, size: number): Float32Array {
  const side = nodes + 3;
  const along = new Float32Array(side * size);
  for (let row = 0; row < side; row++)
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += weight[4 * x + k]! * values[row * side + first[x]! + k]!;
      along[row * size + x] = sum;
    }
  const whole = new Float32Array(size * size);
  for (let y = 0; y < size; y++)
    for (let k = 0; k < 4; k++) {
      const share = weight[4 * y + k]!;
      const row = (first[y]! + k) * size;
      for (let x = 0; x < size; x++) whole[y * size + x] = whole[y * size + x]! + share * along[row + x]!;
    }
  return whole;
}
