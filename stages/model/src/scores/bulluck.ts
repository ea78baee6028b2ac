import { graceInHospital } from './grace-in-hospital.ts';
import { itemsOf, type UnknownScore } from './score.ts';

/**
 * The score of Bulluck without contrast agent (score 3 of the paper): ejection fraction of 45 % or less, haemorrhage
 * and GRACE, for death, infarction or heart failure. C 0.82 in 370 patients against 0.74 of GRACE alone.
 * How the three are weighted was not seen, so nothing is computed.
 *
 * Source: bulluck2022 (docs/references.bib).
 */
export const bulluck: UnknownScore = {
  kind: 'weights-unknown',
  name: 'bulluck',
  label: 'Bulluck non-contrast CMR score',
  source: ['bulluck2022'],
  certainty: 'not-seen',
  notes: ['Items: LVEF of 45 % or less, intramyocardial haemorrhage, GRACE.'],
  outcome: null,
  horizon: null,
  riskOf: null,
  items: ['lvef', 'haemorrhage', ...itemsOf(graceInHospital)],
  whyNot: 'the abstract names the items, not their weights or the cut of GRACE',
};
