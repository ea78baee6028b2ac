// Written by reference/simulation/calibrate.ts from 12000 patients of 120 centres; do not edit.

/** Regression of each pattern on `injuryTotals`, so that the score carries only what the totals do not. */
export const patternNorms = {
  transmuralSegments: {
    coefficients: [-0.70101, 0.75394, 0.36431, 0.17131, -0.074251, 0.035591, 0.1053],
    residualSd: 0.72806,
  },
  anteroapicalShare: {
    coefficients: [0.10462, 0.02858, -0.022047, -0.0023548, 0.00074597, -0.0034656, 0.64379],
    residualSd: 0.13888,
  },
  mvoSegments: {
    coefficients: [0.038204, -0.20113, 0.10351, 3.4471, -0.11949, -0.0071079, 0.13],
    residualSd: 0.67864,
  },
  borderShare: {
    coefficients: [1.1399, -0.56075, 0.079855, -0.015663, 0.0045391, -0.0063667, -0.013993],
    residualSd: 0.17233,
  },
  scoreSd: 1.0466,
} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = {
  'cardiovascular-death': [0.0010877, 0.00063304, 0.0015039, 0.0016439],
  'recurrent-mi': [0.0032144, 0.0023244, 0.0018891, 0.0016703],
  'hf-hospitalisation': [0.002121, 0.0012713, 0.0029899, 0.0027154],
  'unplanned-revascularisation': [0.0058311, 0.0046203, 0.003252, 0.0033454],
  'non-cardiovascular-death': [0.0031293, 0.0042095, 0.0042738, 0.005605],
} as const;
