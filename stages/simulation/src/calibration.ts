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
    coefficients: [0.015413, -0.19371, 0.1028, 3.442, -0.11895, -0.00015233, 0.083411],
    residualSd: 0.65158,
  },
  borderShare: {
    coefficients: [1.1342, -0.5925, 0.090547, -0.013392, 0.0023421, -0.0060615, -0.019819],
    residualSd: 0.16742,
  },
  scoreSd: 1.0413,
} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = {
  'cardiovascular-death': [0.001417, 0.0011602, 0.0016757, 0.0027666],
  'recurrent-mi': [0.011749, 0.0085834, 0.0070082, 0.0064957],
  'hf-hospitalisation': [0.005231, 0.0042983, 0.0055401, 0.0070475],
  'unplanned-revascularisation': [0.009651, 0.0080694, 0.0057092, 0.0067717],
  'non-cardiovascular-death': [0.0025466, 0.0034741, 0.003534, 0.0050341],
} as const;
