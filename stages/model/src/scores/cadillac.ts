import { exactly } from './risk-tables.ts';
import type { PointScore } from './score.ts';
import { above, atLeast, atMost, below, ifYes } from './terms.ts';

/**
 * CADILLAC, 0 to 18 points, for death within a year of primary PCI.
 *
 * Weights and strata are in the abstract of halkin2005. The risks are of another population, and of more than
 * death: adverse clinical events within a year in wilson2021 (341 patients without arrest or shock).
 * That renal insufficiency is a creatinine clearance below 60 mL/min (Cockcroft-Gault) and that anaemia is
 * a haemoglobin below 130 g/L in men and 120 in women (WHO) is recalled.
 *
 * Source: halkin2005 (docs/references.bib).
 */
export const cadillac: PointScore = {
  kind: 'points',
  name: 'cadillac',
  label: 'CADILLAC',
  source: ['halkin2005', 'wilson2021', 'cockcroft1976'],
  certainty: 'read',
  notes: [
    'Recalled: renal insufficiency is a creatinine clearance below 60 mL/min, anaemia the haemoglobin of the WHO.',
    'Patients in shock were not in the trial: Killip IV counts as III here.',
    'The ejection fraction was that of the angiogram at the infarct; here it is that of the CMR exam.',
    'The risks are adverse clinical events of another population, not the deaths the score was made for.',
  ],
  outcome: 'adverse clinical events',
  horizon: '1 year',
  riskOf: null,
  terms: [
    below('lvef', 40, 4),
    atLeast('killip', 2, 3),
    below('creatinine_clearance', 60, 3),
    above('age', 65, 2),
    ifYes('anaemia', 2),
    ifYes('three_vessel', 2),
    atMost('timi_post', 2, 2),
  ],
  classes: [
    { name: 'low', from: 0, meaning: null },
    { name: 'intermediate', from: 3, meaning: null },
    { name: 'high', from: 6, meaning: null },
  ],
  risk: (points) => {
    if (points >= 6) return exactly(58.6);
    return exactly(points >= 3 ? 22.9 : 9.4);
  },
};
