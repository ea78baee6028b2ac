import { between, exactly } from './risk-tables.ts';
import type { PointScore } from './score.ts';
import { bands, ifYes } from './terms.ts';

/**
 * GRACE for death in hospital, 1 to 372 points: eight items at admission.
 *
 * The table is the same in two calculators (medicalalgorithms.com, thecalculator.co). The risk is
 * the cubic that calculators use between 60 and 250 points, which rises throughout; below it is
 * under 0.2 %, above over 52 %. Strata and their risks are those of the GRACE centre for
 * ST elevation (outcomes-umassmed.org): up to 125, 126 to 154, from 155.
 * Bands have no gaps: a creatinine of 0.795 mg/dL is below 0.80.
 *
 * Source: granger2003 (docs/references.bib).
 */
export const graceInHospital: PointScore = {
  kind: 'points',
  name: 'grace-in-hospital',
  label: 'GRACE, in hospital',
  source: ['granger2003'],
  certainty: 'read',
  notes: [
    'Made for death in hospital of all acute coronary syndromes; who has a CMR exam has survived most of that time.',
    'With ST elevation and raised troponin, which the trial asks for, every patient has at least 42 points.',
  ],
  outcome: 'death',
  horizon: 'in hospital',
  riskOf: null,
  terms: [
    bands('age', 0, [30, 8], [40, 25], [50, 41], [60, 58], [70, 75], [80, 91], [90, 100]),
    bands('heart_rate', 0, [50, 3], [70, 9], [90, 15], [110, 24], [150, 38], [200, 46]),
    bands('systolic_bp', 58, [80, 53], [100, 43], [120, 34], [140, 24], [160, 10], [200, 0]),
    bands('creatinine', 1, [0.4, 4], [0.8, 7], [1.2, 10], [1.6, 13], [2, 21], [4, 28]),
    bands('killip', 0, [2, 20], [3, 39], [4, 59]),
    ifYes('cardiac_arrest', 39),
    ifYes('st_deviation', 28),
    ifYes('elevated_enzymes', 14),
  ],
  classes: [
    { name: 'low', from: 1, meaning: 'death in hospital below 2 %' },
    { name: 'intermediate', from: 126, meaning: 'death in hospital 2 to 5 %' },
    { name: 'high', from: 155, meaning: 'death in hospital above 5 %' },
  ],
  risk: (points) => {
    if (points > 250) return between(cubic(250), 100);
    const percent = points < 60 ? 0 : cubic(points);
    return percent < 0.2 ? between(0, 0.2) : exactly(percent);
  },
};

/** Death in hospital in percent, 60 to 250 points. */
function cubic(points: number): number {
  return ((1.289e-5 * points - 3.583e-3) * points + 0.342) * points - 10.4;
}
