// Written by reference/simulation/calibrate.ts from 15000 patients of 150 centres; do not edit.

/** Regression of each pattern on `injuryTotals`, so that the score carries only what the totals do not. */
export const patternNorms = {
  "transmuralSegments": {
    "coefficients": [
      -0.78047,
      0.73979,
      0.3697,
      0.21672,
      -0.083567,
      0.049824,
      0.13191
    ],
    "residualSd": 0.72513
  },
  "anteroapicalShare": {
    "coefficients": [
      0.091065,
      0.023877,
      -0.021187,
      0.00051564,
      0.0013122,
      -0.00042104,
      0.64641
    ],
    "residualSd": 0.13794
  },
  "mvoSegments": {
    "coefficients": [
      -0.034529,
      -0.16016,
      0.091844,
      3.476,
      -0.12273,
      0.0060483,
      0.086527
    ],
    "residualSd": 0.65885
  },
  "borderShare": {
    "coefficients": [
      1.1529,
      -0.55824,
      0.079316,
      -0.021565,
      0.0055793,
      -0.0082377,
      -0.020488
    ],
    "residualSd": 0.16853
  },
  "scoreSd": 1.0493
} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = {
  "cardiovascular-death": [
    0.0033583,
    0.002201,
    0.0026121,
    0.0036055
  ],
  "recurrent-mi": [
    0.010386,
    0.0074575,
    0.0066,
    0.006078
  ],
  "hf-hospitalisation": [
    0.0095634,
    0.0063447,
    0.0068267,
    0.0076694
  ],
  "unplanned-revascularisation": [
    0.013221,
    0.010941,
    0.0075264,
    0.0085162
  ],
  "non-cardiovascular-death": [
    0.0037174,
    0.0047217,
    0.0049672,
    0.0069492
  ]
} as const;
