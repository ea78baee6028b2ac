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
