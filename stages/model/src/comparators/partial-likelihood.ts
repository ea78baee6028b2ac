import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';

/**
 * Log partial likelihood of log hazard ratios as they are (Breslow's ties): over the events, the score less
 * the logarithm of the sum of exp(score) over those at risk. Competing events count as censorings.
 *
 * @param score [n]
 *
 * Source: cox1972 (docs/references.bib).
 */
export function logPartialLikelihood(score: Float64Array, { days, event }: FollowUp): number {
  const order = [...days.keys()].sort((a, b) => days[b]! - days[a]!);
  const shift = score.reduce((largest, value) => Math.max(largest, value), -Infinity);
  let atRisk = 0;
  let total = 0;
  for (let first = 0; first < order.length; ) {
    let end = first;
    while (end < order.length && days[order[end]!] === days[order[first]!])
      atRisk += Math.exp(score[order[end++]!]! - shift);
    for (const row of order.slice(first, end))
      if (event[row] === 1) total += score[row]! - shift - Math.log(atRisk);
    first = end;
  }
  return total;
}

/**
 * Cross-validated log partial likelihood of held-out rows: that of all rows less that of the others, both with
 * the scores of a model that was fitted to the others.
 *
 * @param score [n] of all rows
 * @param rest the rows that the model was fitted to
 *
 * Source: verweij1993 (docs/references.bib).
 */
export function heldOutLogLikelihood(score: Float64Array, followUp: FollowUp, rest: Int32Array): number {
  return (
    logPartialLikelihood(score, followUp) -
    logPartialLikelihood(takeRows(score, rest), takeFollowUp(followUp, rest))
  );
}
