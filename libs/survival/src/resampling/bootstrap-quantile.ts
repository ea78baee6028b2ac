import { normalQuantileAt } from '../numerics/normal.ts';

/** A quantile of resampled values, and whether more resamples are needed to know it. */
export interface BootstrapQuantile {
  readonly value: number;
  /** The probability is at or beyond that of the lowest or the highest value, which then stands in */
  readonly atExtreme: boolean;
}

/**
 * Quantile of a resampled statistic: the value of rank (R + 1) × probability among R, ranks between two values
 * interpolated on the scale of normal quantiles.
 *
 * @param ascending at least one value
 *
 * Source: davison1997, equation 5.8 (docs/references.bib). Agrees with: R boot `norm.inter`, of `boot.ci`.
 */
export function bootstrapQuantile(ascending: ArrayLike<number>, probability: number): BootstrapQuantile {
  const count = ascending.length;
  if (count === 0) throw new RangeError('bootstrapQuantile: expected at least one value, got none');
  const rank = (count + 1) * probability;
  const below = Math.floor(rank);
  const atExtreme = !(rank > 1 && rank < count);
  if (below < 1) return { value: ascending[0]!, atExtreme };
  if (below >= count) return { value: ascending[count - 1]!, atExtreme };
  const low = ascending[below - 1]!;
  if (rank === below) return { value: low, atExtreme };
  const [from, to] = [normalQuantileAt(below / (count + 1)), normalQuantileAt((below + 1) / (count + 1))];
  const share = (normalQuantileAt(probability) - from) / (to - from);
  return { value: low + share * (ascending[below]! - low), atExtreme };
}
