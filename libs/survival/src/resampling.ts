export {
  type BcaCorrection,
  type BootstrapInterval,
  bootstrapInterval,
  type EstimateWithError,
  type IntervalConfig,
  type IntervalKind,
  quantile,
  studentisedInterval,
} from './resampling/bootstrap.ts';
export { allRows, bootstrapDraws, type Draws, leftOut, type Resampling } from './resampling/draws.ts';
export type { BetweenMethod } from './resampling/between-variance.ts';
export { type Pooled, type PoolingConfig, poolEstimates } from './resampling/pooling.ts';
export { type GivenEstimate, onScale, type PoolingScale, poolingScales } from './resampling/pooling-scale.ts';
export { type Bootstrap632, bootstrap632, type Bootstrap632Config } from './resampling/bootstrap-632.ts';
export {
  crossValidate,
  type CrossValidatedMeasure,
  type CrossValidation,
  outOfFold,
} from './resampling/cross-validation.ts';
export { crossValidationFolds, type FoldConfig, foldRows } from './resampling/folds.ts';
export { type ModelMeasure, modelMeasures } from './resampling/model-measures.ts';
export {
  type CorrectedMeasure,
  correctOptimism,
  type Measures,
  type OptimismCorrection,
} from './resampling/optimism.ts';
export {
  coxPipeline,
  fineGrayPipeline,
  type Pipeline,
  type Predictor,
  type RiskPrediction,
} from './resampling/pipeline.ts';
export { brierError, concordanceError, type PredictionError } from './resampling/prediction-error.ts';
