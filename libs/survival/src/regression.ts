export {
  type AftDistribution,
  type AftFit,
  aftLocation,
  aftQuantile,
  aftSurvival,
  fitAft,
} from './regression/aft.ts';
export {
  type CauseFit,
  type CauseSpecificFit,
  type CauseSpecificRisk,
  causeSpecificRisk,
  type EventFree,
  fitCauseSpecific,
} from './regression/cause-specific.ts';
export { type CoxCurve, coxCurves } from './regression/cox-curve.ts';
export { type CoxResiduals, coxResiduals, type SchoenfeldResiduals } from './regression/cox-diagnostics.ts';
export {
  type ChiSquareTest,
  type CoxConfig,
  type CoxFit,
  type CoxInput,
  type CoxModel,
  coxLinearPredictor,
  coxSurvival,
  fitCox,
} from './regression/cox.ts';
export type { CoxBaseline } from './regression/cox-steps.ts';
export {
  type ElasticNetPath,
  elasticNetCoefficients,
  elasticNetModel,
  fitElasticNet,
  type RelaxedPath,
  relaxElasticNet,
} from './regression/elastic-net.ts';
export type { ElasticNetConfig } from './regression/elastic-net-config.ts';
export {
  type CrossValidated,
  crossValidateElasticNet,
  type ElasticNetCrossValidation,
} from './regression/elastic-net-cross-validation.ts';
export type { ParametricInput } from './regression/parametric-input.ts';
export {
  type PredictorTerm,
  type ProportionalHazards,
  proportionalHazards,
} from './regression/proportional-hazards.ts';
export type { TimeScale } from './regression/time-transform.ts';
export {
  type FineGrayConfig,
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
