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
export type { GivenEstimate, PoolingScale } from './resampling/pooling-scale.ts';
