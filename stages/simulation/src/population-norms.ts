// Written by reference/simulation/calibrate.ts population from 60000 screened of 400 centres; do not edit.

/**
 * Constants of the screened that give the enrolled the marginals of DOMAIN B1 and latent variables of
 * mean 0 and variance 1: age of all, log odds at age 58.5, steps of the latent Killip class and haemorrhage.
 */
export const populationNorms = {
  "age": {
    "mean": 63.323,
    "sd": 12.541
  },
  "logOdds": {
    "male": 1.4367,
    "hypertension": -0.16219,
    "diabetes": -1.4157,
    "dyslipidaemia": 0.5255,
    "smoker": 0.22,
    "priorStroke": -2.6299
  },
  "killipSteps": [
    0.80657,
    1.3973,
    1.9718
  ],
  "haemorrhageStep": 0.2668,
  "latents": {
    "infarct": {
      "mean": -0.047443,
      "sd": 0.9954
    },
    "mvo": {
      "mean": -0.041482,
      "sd": 0.99769
    },
    "haemorrhage": {
      "mean": -0.03507,
      "sd": 1.0016
    },
    "lvef": {
      "mean": 0.046126,
      "sd": 0.98722
    },
    "esvi": {
      "mean": -0.038208,
      "sd": 0.98717
    },
    "strain": {
      "mean": -0.038223,
      "sd": 0.9935
    },
    "risk": {
      "mean": -0.035234,
      "sd": 0.99122
    },
    "troponin": {
      "mean": -0.031847,
      "sd": 0.9991
    },
    "probnp": {
      "mean": -0.053976,
      "sd": 0.97696
    },
    "crp": {
      "mean": -0.026937,
      "sd": 0.99149
    },
    "delay": {
      "mean": -0.0049339,
      "sd": 1.0054
    },
    "atrium": {
      "mean": 0.029695,
      "sd": 0.99084
    }
  }
} as const;
