import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { poolEstimates } from '@myocast/survival/resampling';
import { absent } from './absent.ts';
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
    return [{ estimate: index, standardError }];
  });
  if (terms.length < 2) return absent(`expected at least 2 centres with an index, found ${terms.length}`);
  const pooled = poolEstimates(
    terms.map((_, at) => `centre ${at + 1}`),
    terms,
    { scale: 'logit', method: 'dersimonian-laird', interval: 'normal' },
  );
  if (!pooled.ok) return absent(pooled.issues.map(({ message }) => message).join('; '));
  const { estimate, low, high } = pooled.value;
  const left = names.length - terms.length;
  return {
    value: estimate,
    low,
    high,
    ...(left > 0 ? { reason: `${left} of ${names.length} centres gave no index` } : {}),
  };
}
