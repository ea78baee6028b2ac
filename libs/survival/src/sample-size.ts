export {
  coxSnellFromChiSquare,
  coxSnellFromD,
  coxSnellFromNagelkerke,
  type ExpectedOutcome,
  maximumCoxSnell,
} from './sample-size/cox-snell.ts';
export {
  affordableParameters,
  type DevelopmentPlan,
  type DevelopmentSampleSize,
  developmentSampleSize,
  type SampleSize,
} from './sample-size/development.ts';
export { coxSnellFromConcordance, type LinearPredictor } from './sample-size/linear-predictor.ts';
export { type ExpectedCohort, simulateCohort } from './sample-size/simulated-cohort.ts';
export {
  type NormalHazards,
  normalHazards,
  survivalCoxSnellFromConcordance,
} from './sample-size/survival-concordance.ts';
export {
  type SimulatedMeasureSize,
  type SurvivalValidationPlan,
  type SurvivalValidationSampleSize,
  survivalValidationSampleSize,
} from './sample-size/survival-validation.ts';
export {
  type BinaryValidationPlan,
  type MeasureSize,
  binaryValidationSampleSize,
  type ValidationSampleSize,
  type ValidationTargets,
} from './sample-size/validation.ts';
