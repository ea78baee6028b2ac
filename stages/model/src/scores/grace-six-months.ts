import { knownAt } from './risk-tables.ts';
import { anyDeath, type PointScore } from './score.ts';
import { bands, ifNo, ifYes } from './terms.ts';

/**
 * GRACE for death from discharge to six months, 1 to 263 points: nine items, of which ST depression
 * is not the ST elevation of the infarct.
 *
 * The table is of medicalalgorithms.com, with the risk at 70, 90, 110, 130, 150 and 170 points; between them it
 * is given as lying between its neighbours. Strata and their risks are those of the GRACE centre for
 * ST elevation (outcomes-umassmed.org): up to 99, 100 to 127, from 128.
 *
 * Source: eagle2004 (docs/references.bib).
 */
export const graceSixMonths: PointScore = {
  kind: 'points',
  name: 'grace-six-months',
  label: 'GRACE, discharge to 6 months',
  source: ['eagle2004'],
  certainty: 'second-hand',
  notes: [
    'The centre for GRACE gives other strata without ST elevation: up to 88, 89 to 118, from 119.',
    'Heart failure before the infarct and ST depression are not variables of NCT07277400: 35 points stay open.',
  ],
  outcome: 'death',
  horizon: '6 months from discharge',
  riskOf: { causes: anyDeath, days: 183 },
  terms: [
    bands('age', 0, [40, 18], [50, 36], [60, 55], [70, 73], [80, 91], [90, 100]),
    ifYes('heart_failure_history', 24),
    ifYes('prior_mi', 12),
    bands('heart_rate', 0, [50, 3], [70, 9], [90, 14], [110, 23], [150, 35], [200, 43]),
    bands('systolic_bp', 24, [80, 22], [100, 18], [120, 14], [140, 10], [160, 4], [200, 0]),
    ifYes('st_depression', 11),
    bands('creatinine', 1, [0.4, 3], [0.8, 5], [1.2, 7], [1.6, 9], [2, 15], [4, 20]),
    ifYes('elevated_enzymes', 15),
    ifNo('in_hospital_pci', 14),
  ],
  classes: [
    { name: 'low', from: 1, meaning: 'death within 6 months of discharge below 4.4 %' },
    { name: 'intermediate', from: 100, meaning: 'death within 6 months of discharge 4.5 to 11 %' },
    { name: 'high', from: 128, meaning: 'death within 6 months of discharge above 11 %' },
  ],
  risk: knownAt([
    [70, 0.8],
    [90, 1.6],
    [110, 3.1],
    [130, 5.8],
    [150, 11],
    [170, 20],
  ]),
};
