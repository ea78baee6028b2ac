// Written by reference/simulation/calibrate.ts from 15000 patients of 150 centres; do not edit.

/** Regression of each pattern on `injuryTotals`, so that the score carries only what the totals do not. */
export const patternNorms = {
  transmuralSegments: {
    coefficients: [-0.81231, 0.86294, 0.33639, 0.19578, -0.078906, 0.050897, 0.13195],
    residualSd: 0.71526,
  },
  anteroapicalShare: {
    coefficients: [0.095588, 0.018882, -0.0207, 0.0028888, 0.00041693, -0.00094289, 0.65842],
    residualSd: 0.14105,
  },
  mvoSegments: {
    coefficients: [0.14167, -0.32261, 0.12683, 3.5871, -0.16614, -0.0064087, 0.081126],
    residualSd: 0.63299,
  },
  borderShare: {
    coefficients: [1.1342, -0.5925, 0.090547, -0.013392, 0.0023421, -0.0060615, -0.019819],
    residualSd: 0.16742,
  },
  scoreSd: 1.0388,
} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = {
  'cardiovascular-death': [0.0014046, 0.0011451, 0.0016833, 0.0027597],
  'recurrent-mi': [0.011784, 0.0085864, 0.0070119, 0.0064985],
  'hf-hospitalisation': [0.0052263, 0.0043301, 0.0055344, 0.0070093],
  'unplanned-revascularisation': [0.0096549, 0.0080018, 0.0056562, 0.0067811],
  'non-cardiovascular-death': [0.0025673, 0.0034453, 0.0035252, 0.0050418],
} as const;
