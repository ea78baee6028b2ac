// Written by reference/simulation/calibrate.ts from 15000 patients of 150 centres; do not edit.

/** Regression of each pattern on `injuryTotals`, so that the score carries only what the totals do not. */
export const patternNorms = {
  transmuralSegments: {
    coefficients: [-0.77045, 0.81573, 0.34639, 0.19866, -0.078357, 0.046811, 0.12834],
    residualSd: 0.71863,
  },
  anteroapicalShare: {
    coefficients: [0.097381, 0.01682, -0.020037, 0.0029756, 0.00041966, -0.00097503, 0.65513],
    residualSd: 0.14256,
  },
  mvoSegments: {
    coefficients: [0.1064, -0.30555, 0.12088, 3.6071, -0.16904, -0.0011337, 0.083787],
    residualSd: 0.6382,
  },
  borderShare: {
    coefficients: [1.106, -0.54961, 0.080747, -0.015136, 0.0028826, -0.0065033, -0.019237],
    residualSd: 0.17317,
  },
  scoreSd: 1.0398,
} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = {
  'cardiovascular-death': [0.0013556, 0.0010982, 0.0015078, 0.0024141],
  'recurrent-mi': [0.011776, 0.0087108, 0.0069889, 0.006498],
  'hf-hospitalisation': [0.0047522, 0.0038007, 0.0048263, 0.0061266],
  'unplanned-revascularisation': [0.0097122, 0.0080902, 0.005772, 0.0068215],
  'non-cardiovascular-death': [0.0019996, 0.0028488, 0.0028207, 0.0041558],
} as const;
