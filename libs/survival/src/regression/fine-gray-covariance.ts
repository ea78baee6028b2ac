import { type FineGrayDay, type FineGrayRows, fineGrayDays } from './fine-gray-likelihood.ts';

/**
 * Covariance of the coefficients, [p, p]: I⁻¹ Σ (η + ψ)(η + ψ)ᵀ I⁻¹, η a subject's own score
 * and ψ what it adds by the estimation of the censoring distribution.
 *
 * @param inverse [p, p] of the information
 *
 * Source: fine1999, equations 7 and 8 (docs/references.bib).
 * Agrees with: R cmprsk `crr`, to 5e-6 (it takes ties of a censoring and a competing event otherwise in ψ).
 */
export function fineGrayCovariance(
  rows: FineGrayRows,
  beta: Float64Array,
  inverse: Float64Array,
): Float64Array {
  const { n, p } = rows;
  const { days, risk } = fineGrayDays(rows, beta);
  const terms = ownScores(rows, days, risk);
  addCensoring(rows, days, risk, terms);
  const total = new Float64Array(p * p);
  const moved = new Float64Array(p);
  for (let row = 0; row < n; row++) {
    moved.fill(0);
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++) moved[j]! += inverse[j * p + k]! * terms[row * p + k]!;
    for (let j = 0; j < p; j++) for (let k = 0; k < p; k++) total[j * p + k]! += moved[j]! * moved[k]!;
  }
  return total;
}

/** Running sums over the event days of hazard and hazard · mean, [K + 1] and [K + 1, p], times a weight of the day. */
function running(days: readonly FineGrayDay[], p: number, weight: (day: FineGrayDay) => number) {
  const hazard = new Float64Array(days.length + 1);
  const mean = new Float64Array((days.length + 1) * p);
  for (const [k, day] of days.entries()) {
    const step = weight(day) * day.hazard;
    hazard[k + 1] = hazard[k]! + step;
    for (let j = 0; j < p; j++) mean[(k + 1) * p + j] = mean[k * p + j]! + step * day.mean[j]!;
  }
  return { hazard, mean };
}

/** [n, p] integral of (x - mean) times the weight over the subject's martingale */
function ownScores(
  { n, p, x, days, event, censoring }: FineGrayRows,
  eventDays: readonly FineGrayDay[],
  risk: Float64Array,
): Float64Array {
  const plain = running(eventDays, p, () => 1);
  const weighted = running(eventDays, p, (day) => day.censoring);
  const last = eventDays.length;
  const scores = new Float64Array(n * p);
  let k = 0; // event days up to the row's
  for (let row = 0; row < n; row++) {
    while (k < last && eventDays[k]!.day <= days[row]!) k++;
    const stays = event[row]! > 1 ? 1 / censoring[row]! : 0;
    for (let j = 0; j < p; j++) {
      const value = x[row * p + j]!;
      const until = value * plain.hazard[k]! - plain.mean[k * p + j]!;
      const after =
        value * (weighted.hazard[last]! - weighted.hazard[k]!) -
        (weighted.mean[last * p + j]! - weighted.mean[k * p + j]!);
      const failed = event[row] === 1 ? value - eventDays[k - 1]!.mean[j]! : 0;
      scores[row * p + j] = failed - risk[row]! * (until + stays * after);
    }
  }
  return scores;
}

/** Adds ψ: a censoring on day u takes weight from those with a competing event by u at the event days after it. */
function addCensoring(
  rows: FineGrayRows,
  eventDays: readonly FineGrayDay[],
  risk: Float64Array,
  terms: Float64Array,
): void {
  const { n, p, days, event } = rows;
  const weighted = running(eventDays, p, (day) => day.censoring);
  const last = eventDays.length;
  const sums = { zero: 0, first: new Float64Array(p) };
  const spent = new Float64Array(p); // Σ q(u) d(u) / π(u)² so far
  const share = new Float64Array(p);
  let k = 0;
  for (let from = 0; from < n; ) {
    let to = from;
    for (; to < n && days[to] === days[from]; to++) if (event[to]! > 1) stay(rows, risk, to, sums);
    const censored = event.subarray(from, to).filter((code) => code === 0).length;
    while (k < last && eventDays[k]!.day <= days[from]!) k++;
    const atRisk = n - from;
    for (let j = 0; j < p; j++) {
      const q =
        sums.first[j]! * (weighted.hazard[last]! - weighted.hazard[k]!) -
        sums.zero * (weighted.mean[last * p + j]! - weighted.mean[k * p + j]!);
      share[j] = q / atRisk;
      spent[j]! += (share[j]! * censored) / atRisk;
    }
    for (; from < to; from++)
      subtractSpent(terms.subarray(from * p), spent, event[from] === 0 ? share : null);
  }
}

/** Adds risk / G(T-), and that times x, of a row that stays at risk after a competing event. */
function stay(
  { p, x, censoring }: FineGrayRows,
  risk: Float64Array,
  row: number,
  sums: { zero: number; readonly first: Float64Array },
): void {
  const weight = risk[row]! / censoring[row]!;
  sums.zero += weight;
  for (let j = 0; j < p; j++) sums.first[j]! += weight * x[row * p + j]!;
}

/** Adds the row's own share, where it is censored, less what was spent by its day. */
function subtractSpent(terms: Float64Array, spent: Float64Array, share: Float64Array | null): void {
  for (const [j, amount] of spent.entries()) terms[j]! += (share?.[j] ?? 0) - amount;
}
