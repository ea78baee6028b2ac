// Written by reference/simulation/calibrate.ts population from 60000 screened of 400 centres; do not edit.

/**
 * Constants of the screened that give the enrolled the marginals of DOMAIN B1 and latent variables of
 * mean 0 and variance 1: age of all, log odds at age 58.5, steps of the latent Killip class and haemorrhage.
 */
export const populationNorms = {
  age: {
    mean: 63.279,
    sd: 12.544,
  },
  logOdds: {
    male: 1.348,
    hypertension: -0.16216,
    diabetes: -1.4207,
    dyslipidaemia: 0.52757,
    smoker: 0.21892,
    priorStroke: -2.6393,
  },
  killipSteps: [0.8057, 1.3982, 1.9722],
  haemorrhageStep: 0.26425,
  latents: {
    infarct: {
      mean: -0.046122,
      sd: 0.99489,
    },
    mvo: {
      mean: -0.041136,
      sd: 0.99834,
    },
    haemorrhage: {
      mean: -0.034379,
      sd: 1.0017,
    },
    lvef: {
      mean: 0.046318,
      sd: 0.98607,
    },
    esvi: {
      mean: -0.039929,
      sd: 0.98596,
    },
    strain: {
      mean: -0.037872,
      sd: 0.99285,
    },
    risk: {
      mean: -0.033741,
      sd: 0.99097,
    },
    troponin: {
      mean: -0.030596,
      sd: 0.9991,
    },
    probnp: {
      mean: -0.054478,
      sd: 0.97671,
    },
    crp: {
      mean: -0.028022,
      sd: 0.99161,
    },
    delay: {
      mean: -0.0059939,
      sd: 1.0052,
    },
    atrium: {
      mean: 0.029876,
      sd: 0.99044,
    },
  },
} as const;
