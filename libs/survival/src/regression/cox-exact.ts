import type { CoxRows, EventDay } from './cox-likelihood.ts';

/**
 * Adds the terms of a day with d events to gradient and information and returns ln of the sum,
 * over all sets of d subjects at risk, of the product of their risks.
 *
 * The sum is an elementary symmetric polynomial: e(k) of the first i subjects is e(k) of the
 * first i - 1, plus the i-th risk times e(k - 1) of them; derivatives likewise. O(at risk · d · p²).
 *
 * Source: gail1981 (docs/references.bib).
 */
export function exactDay(
  { p, x, entryDays }: CoxRows,
  risk: Float64Array,
  { day, count, start, to }: EventDay,
  gradient: Float64Array,
  information: Float64Array,
): number {
  const sums = new Float64Array(count + 1);
  const first = new Float64Array((count + 1) * p);
  const second = new Float64Array((count + 1) * p * p);
  sums[0] = 1;
  for (let row = start; row < to; row++) {
    if (entryDays[row]! >= day) continue;
    for (let k = count; k >= 1; k--) addSubject(k, risk[row]!, x, row * p);
  }
  const total = sums[count]!;
  for (let j = 0; j < p; j++) {
    const mean = first[count * p + j]! / total;
    gradient[j]! -= mean;
    for (let k = 0; k <= j; k++)
      information[j * p + k]! +=
        second[(count * p + j) * p + k]! / total - (mean * first[count * p + k]!) / total;
  }
  return Math.log(total);

  function addSubject(k: number, r: number, values: Float64Array, at: number): void {
    for (let a = 0; a < p; a++) {
      const xa = values[at + a]!;
      const firstA = first[(k - 1) * p + a]!;
      for (let b = 0; b <= a; b++) {
        const xb = values[at + b]!;
        const below = second[((k - 1) * p + a) * p + b]!;
        second[(k * p + a) * p + b]! +=
          r * (below + xa * first[(k - 1) * p + b]! + xb * firstA + xa * xb * sums[k - 1]!);
      }
    }
    for (let a = 0; a < p; a++)
      first[k * p + a]! += r * (first[(k - 1) * p + a]! + values[at + a]! * sums[k - 1]!);
    sums[k]! += r * sums[k - 1]!;
  }
}
