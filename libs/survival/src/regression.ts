export {
  type AftDistribution,
  type AftFit,
  aftLocation,
  aftQuantile,
  aftSurvival,
  fitAft,
} from './regression/aft.ts';
export { type CoxResiduals, coxResiduals, type SchoenfeldResiduals } from './regression/cox-diagnostics.ts';
export {
  type ChiSquareTest,
  type CoxConfig,
  type CoxFit,
  type CoxInput,
  coxLinearPredictor,
  coxSurvival,
  fitCox,
} from './regression/cox.ts';
export type { CoxBaseline } from './regression/cox-steps.ts';
export type { ParametricInput } from './regression/parametric-input.ts';
export { type ProportionalHazards, proportionalHazards } from './regression/proportional-hazards.ts';
export {
  type FineGrayFit,
  type FineGrayInput,
  fineGrayIncidence,
  fineGrayLinearPredictor,
  fitFineGray,
} from './regression/fine-gray.ts';
export { splineKnots, writeSplineTerms } from './regression/restricted-cubic-spline.ts';
export {
  fitRoystonParmar,
  type RoystonParmarConfig,
  type RoystonParmarFit,
  roystonParmarRisk,
  type RoystonParmarScale,
  roystonParmarSurvival,
} from './regression/royston-parmar.ts';
