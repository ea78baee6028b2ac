import type { PointScore } from './score.ts';
import { atLeast, atMost } from './terms.ts';

/**
 * The CMR score of Stiermaier and Eitel, 0 to 4 points, for MACE within 12 months: ejection fraction, infarct
 * size and microvascular obstruction as shares of the LV. Two or more points are the high class.
 * Area under the curve 0.76 in 458 patients of another trial; risks of the classes were not seen.
 *
 * Source: stiermaier2017 (docs/references.bib).
 */
export const eitel: PointScore = {
  kind: 'points',
  name: 'eitel',
  label: 'Eitel CMR score',
  source: ['stiermaier2017'],
  certainty: 'read',
  notes: ['The exams were on day 1 to 4; obstruction shrinks by the end of the first week.'],
  outcome: null,
  horizon: null,
  riskOf: null,
  terms: [atMost('lvef', 47, 1), atLeast('infarct', 19, 1), atLeast('mvo', 1.4, 2)],
  classes: [
    { name: 'low', from: 0, meaning: null },
    { name: 'high', from: 2, meaning: null },
  ],
  risk: () => null,
};
