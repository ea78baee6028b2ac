import type { Random } from '@myocast/base';

/**
 * A chi-square variable on these degrees of freedom: twice a gamma variable.
 *
 * Source: marsaglia2000 (docs/references.bib).
 */
export function chiSquareDraw(random: Random, degreesOfFreedom: number): number {
  const shape = degreesOfFreedom / 2;
  if (shape < 1) return 2 * gammaDraw(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  return 2 * gammaDraw(random, shape);
}

/** Shape 1 or more, scale 1. */
function gammaDraw(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** [q] a normal variable of mean 0 whose covariance is the inverse of L Lᵀ. */
export function normalDraw(
  random: Random,
  { lower, size }: { lower: Float64Array; size: number },
): Float64Array {
  const x = Float64Array.from({ length: size }, () => random.normal());
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= lower[k * size + i]! * x[k]!;
    x[i]! /= lower[i * size + i]!;
  }
  return x;
}
