import { type FollowUp, normalQuantile, takeFollowUp, takeRows } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { absent } from './performance.ts';
import type { Estimate } from './records.ts';

/**
 * Random-effects average of the centres' Harrell concordances on the logit scale
 * (DerSimonian-Laird). Only subjects of one centre are compared with each other, so a
 * difference between centres, or between the models fitted without them, does not count.
 *
 * Centres whose index is missing, 0 or 1 have no logit and are left out; the reason says how many.
 *
 * Source: dersimonian1986 (docs/references.bib).
 */
export function concordanceAcrossCentres(
  risk: Float64Array,
  followUp: FollowUp,
  centres: readonly string[],
): Estimate {
  const names = [...new Set(centres)].sort();
  const terms = names.flatMap((name) => {
    const rows = [...centres.keys()].filter((row) => centres[row] === name);
    const { index, standardError } = concordance(takeRows(risk, rows), takeFollowUp(followUp, rows));
    if (index === null || index <= 0 || index >= 1 || !standardError) return [];
    return [{ value: Math.log(index / (1 - index)), variance: (standardError / (index * (1 - index))) ** 2 }];
  });
  if (terms.length < 2) return absent(`expected at least 2 centres with an index, found ${terms.length}`);
  const { mean, standardError } = randomEffects(terms);
  const expit = (x: number) => 1 / (1 + Math.exp(-x));
  const left = names.length - terms.length;
  return {
    value: expit(mean),
    low: expit(mean - normalQuantile * standardError),
    high: expit(mean + normalQuantile * standardError),
    ...(left > 0 ? { reason: `${left} of ${names.length} centres gave no index` } : {}),
  };
}

/** DerSimonian-Laird mean of estimates with known variances. */
export function randomEffects(terms: readonly { value: number; variance: number }[]): {
  mean: number;
  standardError: number;
  betweenVariance: number;
} {
  const weighted = (between: number) => {
    const weights = terms.map(({ variance }) => 1 / (variance + between));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const mean = terms.reduce((total, { value }, at) => total + weights[at]! * value, 0) / sum;
    return { weights, sum, mean };
  };
  const fixed = weighted(0);
  const q = terms.reduce((total, { value }, at) => total + fixed.weights[at]! * (value - fixed.mean) ** 2, 0);
  const squares = fixed.weights.reduce((total, weight) => total + weight ** 2, 0);
  const betweenVariance = Math.max(0, (q - (terms.length - 1)) / (fixed.sum - squares / fixed.sum));
  const { sum, mean } = weighted(betweenVariance);
  return { mean, standardError: Math.sqrt(1 / sum), betweenVariance };
}
