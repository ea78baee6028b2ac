// Written by reference/simulation/calibrate.ts population from 60000 screened of 400 centres; do not edit.

/**
 * Constants of the screened that give the enrolled the marginals of DOMAIN B1 and latent variables of
 * mean 0 and variance 1: age of all, log odds at age 58.5, steps of the latent Killip class and haemorrhage.
 */
export const populationNorms = {
  age: {
    mean: 62.972,
    sd: 12.352,
  },
  logOdds: {
    male: 1.2516,
    hypertension: -0.1622,
    diabetes: -1.4189,
    dyslipidaemia: 0.52523,
    smoker: 0.2137,
    priorStroke: -2.6354,
  },
  killipSteps: [0.80196, 1.3973, 1.9671],
  haemorrhageStep: 0.26341,
  latents: {
    infarct: {
      mean: -0.047219,
      sd: 0.99388,
    },
    mvo: {
      mean: -0.04087,
      sd: 0.99807,
    },
    haemorrhage: {
      mean: -0.034432,
      sd: 1.0013,
    },
    lvef: {
      mean: 0.045109,
      sd: 0.98682,
    },
    esvi: {
      mean: -0.039745,
      sd: 0.9863,
    },
    strain: {
      mean: -0.038826,
      sd: 0.99257,
    },
    risk: {
      mean: -0.03507,
      sd: 0.99077,
    },
    troponin: {
      mean: -0.030025,
      sd: 0.99798,
    },
    probnp: {
      mean: -0.053283,
      sd: 0.975,
    },
    crp: {
      mean: -0.026695,
      sd: 0.99311,
    },
    delay: {
      mean: -0.0037003,
      sd: 1.0054,
    },
    atrium: {
      mean: 0.030107,
      sd: 0.9887,
    },
  },
} as const;
