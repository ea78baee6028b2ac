import type { CoxHazards } from './cox-hazards.ts';
import type { CoxRows } from './cox-rows.ts';

/**
 * Adds the terms of the k-th event day, with d events, to gradient and information and returns ln of the sum,
 * over all sets of d subjects at risk, of the product of their risks.
 *
 * The sum is an elementary symmetric polynomial: e(k) of the first i subjects is e(k) of the
 * first i - 1, plus the i-th risk times e(k - 1) of them; derivatives likewise. O(at risk · d · p²).
 *
 * Source: gail1981 (docs/references.bib).
 */
export function exactDay(
  { n, p, x, entryDays, eventDays }: CoxRows,
  { risk }: CoxHazards,
  k: number,
  gradient: Float64Array,
  information: Float64Array,
): number {
  const count = eventDays.events[k]!;
  const day = eventDays.day[k]!;
  const sums = new Float64Array(count + 1);
  const first = new Float64Array((count + 1) * p);
  const second = new Float64Array((count + 1) * p * p);
  sums[0] = 1;
  for (let row = eventDays.start[k]!; row < eventDays.to[k]!; row++) {
    if (entryDays[row]! >= day) continue;
    for (let size = count; size >= 1; size--) addSubject(size, risk[row]!, row);
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

  function addSubject(k: number, r: number, row: number): void {
    for (let a = 0; a < p; a++) {
      const xa = x[a * n + row]!;
      const firstA = first[(k - 1) * p + a]!;
      for (let b = 0; b <= a; b++) {
        const xb = x[b * n + row]!;
        const below = second[((k - 1) * p + a) * p + b]!;
        second[(k * p + a) * p + b]! +=
          r * (below + xa * first[(k - 1) * p + b]! + xb * firstA + xa * xb * sums[k - 1]!);
      }
    }
    for (let a = 0; a < p; a++)
      first[k * p + a]! += r * (first[(k - 1) * p + a]! + x[a * n + row]! * sums[k - 1]!);
    sums[k]! += r * sums[k - 1]!;
  }
}
