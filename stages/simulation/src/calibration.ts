// Written by reference/simulation/calibrate.ts from 15000 patients of 150 centres; do not edit.

/** Regression of each pattern on `injuryTotals`, so that the score carries only what the totals do not. */
export const patternNorms = {
  transmuralSegments: {
    coefficients: [-0.77211, 0.73249, 0.37186, 0.21934, -0.086323, 0.049105, 0.12873],
    residualSd: 0.72327,
  },
  anteroapicalShare: {
    coefficients: [0.093854, 0.021049, -0.020392, 0.00091433, 0.00097879, -0.00054505, 0.64598],
    residualSd: 0.13921,
  },
  mvoSegments: {
    coefficients: [-0.022606, -0.17041, 0.095559, 3.47, -0.12195, 0.0045774, 0.086695],
    residualSd: 0.65978,
  },
  borderShare: {
    coefficients: [1.1527, -0.55951, 0.079621, -0.02027, 0.0051216, -0.0081477, -0.019904],
    residualSd: 0.16794,
  },
  scoreSd: 1.0479,
} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = {
  'cardiovascular-death': [0.0014817, 0.0011808, 0.001686, 0.002722],
  'recurrent-mi': [0.011844, 0.0086108, 0.0069395, 0.0065417],
  'hf-hospitalisation': [0.0051522, 0.0042366, 0.0055477, 0.0071619],
  'unplanned-revascularisation': [0.0097961, 0.0082673, 0.0057495, 0.006834],
  'non-cardiovascular-death': [0.002506, 0.0034511, 0.003562, 0.005078],
} as const;
