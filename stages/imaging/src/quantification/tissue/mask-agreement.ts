import type { MaskAgreement } from '../../tissue-records.ts';
import { dice } from '../../segmentation/dice.ts';

/**
 * How far two markings of the same n voxels agree.
 *
 * Kappa is (observed - chance) / (1 - chance) agreement over all voxels, chance
 * being that of two markings of these sizes.
 *
 * @param image,mask [n] 1 where marked
 *
 * Source: cohen1960 (docs/references.bib).
 */
export function agreementOf(image: Uint8Array, mask: Uint8Array): MaskAgreement {
  const n = image.length;
  let [both, inImage, inMask] = [0, 0, 0];
  for (let at = 0; at < n; at++) {
    both += image[at]! & mask[at]!;
    inImage += image[at]!;
    inMask += mask[at]!;
  }
  const observed = (n - inImage - inMask + 2 * both) / n;
  const chance = (inImage * inMask + (n - inImage) * (n - inMask)) / n ** 2;
  return {
    dice: dice(image, mask, [1]),
    kappa: chance < 1 ? (observed - chance) / (1 - chance) : null,
    differencePercent: (100 * (inImage - inMask)) / n,
  };
}

/** Differences of two methods over several exams. */
export interface LimitsOfAgreement {
  readonly count: number;
  /** Mean difference. */
  readonly bias: number;
  /** Of the differences; null for fewer than 10, like the limits. */
  readonly sd: number | null;
  /** Bias ± 1.96 SD: where 95 % of the differences lie. */
  readonly low: number | null;
  readonly high: number | null;
  /** Change of the difference by one unit of the mean of both, by least squares; null where the means are all alike, and for fewer than 10. */
  readonly trend: number | null;
}

/**
 * Of fewer pairs a limit is known to no better than about itself: its standard error is √(3/n) standard deviations
 * (bland1999), so that with 10 its 95 % interval is ± 1.1 standard deviations and with two ± 2.4.
 */
export const fewestForLimits = 10;

/**
 * Bland and Altman's limits of agreement; of fewer than 10 pairs the bias alone.
 *
 * @param pairs [method, reference] of each exam
 * @param fewest pairs for limits and trend
 * @throws RangeError without pairs
 *
 * Source: bland1986, bland1999 (docs/references.bib).
 */
export function limitsOfAgreement(
  pairs: readonly (readonly [number, number])[],
  fewest = fewestForLimits,
): LimitsOfAgreement {
  const count = pairs.length;
  if (count === 0) throw new RangeError('limitsOfAgreement: expected pairs, got none');
  const differences = pairs.map(([a, b]) => a - b);
  const bias = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - bias) ** 2, 0);
  const sd = count >= fewest ? Math.sqrt(squares / (count - 1)) : null;
  return {
    count,
    bias,
    sd,
    low: sd === null ? null : bias - 1.96 * sd,
    high: sd === null ? null : bias + 1.96 * sd,
    trend: sd === null ? null : trendOf(pairs, differences, bias),
  };
}

function trendOf(
  pairs: readonly (readonly [number, number])[],
  differences: readonly number[],
  bias: number,
): number | null {
  const means = pairs.map(([a, b]) => (a + b) / 2);
  const middle = means.reduce((sum, value) => sum + value, 0) / means.length;
  let [across, along] = [0, 0];
  for (const [at, mean] of means.entries()) {
    across += (mean - middle) * (differences[at]! - bias);
    along += (mean - middle) ** 2;
  }
  return along > 0 ? across / along : null;
}
