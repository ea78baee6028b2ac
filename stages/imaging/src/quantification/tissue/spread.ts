/** Values further out are no part of the tissue. */
const clippedAt = 3;

/**
 * The value below which a share of the values lies, between neighbours linearly.
 *
 * @param share 0 to 1
 * @throws RangeError without values
 *
 * Agrees with: `numpy.quantile`.
 */
export function quantileOf(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) throw new RangeError('quantileOf: expected values, got none');
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const next = sorted[Math.min(sorted.length - 1, below + 1)]!;
  return sorted[below]! + (place - below) * (next - sorted[below]!);
}

export const medianOf = (values: ArrayLike<number>) => quantileOf(values, 0.5);

/**
 * Centre and spread that a few foreign voxels do not move: median and standard
 * deviation once values further than 3 SD from the median are gone, until none is.
 * (The median absolute deviation of an 8-bit image jumps from one grey level to the next.)
 *
 * @throws RangeError without values
 */
export function robustSpread(values: ArrayLike<number>): { readonly centre: number; readonly sd: number } {
  let kept = Float64Array.from(values);
  for (;;) {
    const centre = medianOf(kept);
    const sd = standardDeviation(kept);
    const nearer = kept.filter((value) => Math.abs(value - centre) <= clippedAt * sd);
    if (nearer.length === kept.length || nearer.length < 2) return { centre, sd };
    kept = nearer;
  }
}

/** Of a sample (n - 1); 0 for fewer than two values. */
function standardDeviation(values: Float64Array): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
}
