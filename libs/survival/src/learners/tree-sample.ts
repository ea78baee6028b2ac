import { Random } from '@myocast/base';
import type { ForestConfig } from './forest-config.ts';

/** The stream of a tree, the same in whatever order or by whomever the trees are grown. */
export function treeStream({ seed }: ForestConfig, tree: number): Random {
  return new Random(seed).fork('tree').fork(tree);
}

/**
 * How often each subject is in the sample of a tree, [n]. Drawn from a stream of its own, so that the
 * sample of a stored forest's tree can be drawn again.
 *
 * With case weights a subject is drawn in proportion to its weight: a row of weight 2 is drawn as two rows would be.
 */
export function treeSample(
  config: ForestConfig,
  tree: number,
  n: number,
  weights?: Float64Array,
): Float64Array {
  if (config.sample === 'all') return weights ? Float64Array.from(weights) : new Float64Array(n).fill(1);
  const stream = treeStream(config, tree).fork('sample');
  const drawn = new Float64Array(n);
  if (config.sample === 'subsample') {
    const order = stream.permutation(n);
    for (let at = 0; at < subsampleSize(config, n); at++) drawn[order[at]!] = 1;
    return drawn;
  }
  if (!weights) {
    for (let draw = 0; draw < n; draw++) drawn[stream.integer(n)]!++;
    return drawn;
  }
  const sums = runningSums(weights);
  const draws = weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
  for (let draw = 0; draw < draws; draw++) drawn[placeOf(sums, stream.uniform() * sums[n - 1]!)]!++;
  return drawn;
}

const subsampleSize = ({ sampleShare }: ForestConfig, n: number) => Math.max(1, Math.round(sampleShare * n));

function runningSums(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/** The first place whose sum exceeds the value. */
function placeOf(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
