import type { Patient } from '../clinical.ts';
import { type InfarctPattern, patternScore } from '../pattern.ts';
import { ageScore } from '../record/person.ts';
import type { Cause } from './causes.ts';

/**
 * What the hazards depend on, each in the unit of its effect. The first group fades with
 * time; of `pattern` no summary of the exam knows.
 */
export function covariatesOf({ clinical, injury }: Patient, pattern: InfarctPattern | null) {
  return {
    /** MVO at all, which does not fade: five-year MACE doubles with it (AHJ 2025). */
    obstruction: (injury.mvoPercent > 0 ? 1 : 0) - 0.44,
    mvoExtent: (Math.min(20, injury.mvoPercent) - 2) / 5,
    haemorrhage: injury.haemorrhagePercent > 0 ? 0.67 : -0.33,
    weakness: (50 - injury.ejectionFractionPercent) / 11,
    strain: (injury.longitudinalStrainPercent + 13.5) / 3.8,
    atrium: (28 - injury.atrialReservoirPercent) / 8,
    rightVentricle: injury.rvInfarct - 0.18,
    rightWeakness: (57 - injury.rvEjectionFractionPercent) / 8,
    fibrosis: (injury.remoteEcvPercent - 26.8) / 3.7,
    congestion: clinical.killip > 1 ? 1 : 0,
    peptide: (Math.log(clinical.nt_probnp) - 6.71) / 1.13,
    /** Mean 0 where there is no image (a person who was never enrolled). */
    pattern: pattern === null ? 0 : patternScore(pattern, { clinical, injury }),
    age: ageScore(clinical.age),
    kidney: (90 - Math.min(130, clinical.egfr)) / 22,
    diabetes: clinical.diabetes - 0.19,
    hypertension: clinical.hypertension - 0.46,
    stroke: clinical.prior_stroke - 0.07,
    smoking: clinical.smoker - 0.48,
    cholesterol: (clinical.ldl_c - 2.9) / 0.9,
    inflammation: (Math.log(clinical.hs_crp) - 2.18) / 1.23,
    slowFlow: clinical.timi_post < 3 ? 1 : 0,
    threeVessels: clinical.three_vessel - 0.18,
    /** Narrowings besides the culprit that were left alone. */
    left: clinical.non_culprit === 'left' ? 1 : 0,
    plaque: (Math.log1p(clinical.residual_syntax) - 0.9) / 0.95,
    stentLength: (clinical.stent_length - 33) / 13,
    smallStent: clinical.stent_diameter > 0 && clinical.stent_diameter < 3 ? 1 : 0,
    noStatin: 1 - clinical.statin,
    noBetaBlocker: 1 - clinical.beta_blocker,
  };
}

export type Covariates = ReturnType<typeof covariatesOf>;
type Effects = { readonly [Name in keyof Covariates]?: number };

/**
 * Log hazard ratios of one unit. The published ratios of DOMAIN B6 are what a regression finds
 * later, with the variables that its authors had; because the markers of injury go
 * together, each has a part of it here (DOMAIN B6 advises about half). check:cohort
 * lays the ratios beside those published.
 */
export const cardiacEffects: { readonly [Name in Cause]: Effects } = {
  'cardiovascular-death': {
    mvoExtent: 0.3,
    haemorrhage: 0.1,
    weakness: 0.2,
    atrium: 0.3,
    rightVentricle: 1.3,
    rightWeakness: 0.15,
    fibrosis: 0.25,
    congestion: 0.35,
    peptide: 0.15,
    pattern: 1.1,
  },
  'recurrent-mi': { congestion: 0.1 },
  'hf-hospitalisation': {
    haemorrhage: 0.1,
    weakness: 0.3,
    strain: 0.05,
    atrium: 0.3,
    rightVentricle: 1.6,
    rightWeakness: 0.2,
    fibrosis: 0.25,
    congestion: 0.45,
    peptide: 0.2,
    pattern: 1.15,
  },
  'unplanned-revascularisation': {},
  'non-cardiovascular-death': {},
};

export const personalEffects: { readonly [Name in Cause]: Effects } = {
  'cardiovascular-death': {
    age: 0.75,
    obstruction: 1,
    weakness: 0.2,
    kidney: 0.3,
    diabetes: 0.3,
    stroke: 0.35,
    smoking: 0.2,
    congestion: 0.5,
    slowFlow: 0.5,
    threeVessels: 0.3,
    plaque: 0.2,
    noStatin: 0.4,
    noBetaBlocker: 0.15,
  },
  'recurrent-mi': {
    age: 0.2,
    kidney: 0.2,
    diabetes: 0.35,
    hypertension: 0.1,
    stroke: 0.35,
    smoking: 0.4,
    cholesterol: 0.35,
    inflammation: 0.2,
    threeVessels: 0.45,
    left: 0.4,
    plaque: 0.4,
    stentLength: 0.2,
    smallStent: 0.3,
    noStatin: 0.6,
  },
  'hf-hospitalisation': {
    age: 0.4,
    obstruction: 1.3,
    kidney: 0.25,
    diabetes: 0.35,
    hypertension: 0.2,
    congestion: 0.3,
    slowFlow: 0.2,
    threeVessels: 0.2,
    plaque: 0.15,
    noBetaBlocker: 0.15,
  },
  'unplanned-revascularisation': {
    age: 0.1,
    diabetes: 0.35,
    smoking: 0.25,
    cholesterol: 0.35,
    threeVessels: 0.5,
    left: 1.1,
    plaque: 0.6,
    stentLength: 0.3,
    smallStent: 0.45,
    noStatin: 0.5,
  },
  'non-cardiovascular-death': {
    age: 1.3,
    weakness: 0.2,
    kidney: 0.25,
    diabetes: 0.2,
    stroke: 0.2,
    smoking: 0.3,
    inflammation: 0.15,
    congestion: 0.4,
    slowFlow: 0.2,
  },
};

export function weigh(covariates: Covariates, effects: Effects): number {
  let sum = 0;
  for (const name in effects) sum += effects[name as keyof Effects]! * covariates[name as keyof Covariates];
  return sum;
}
