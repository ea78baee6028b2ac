export {
  type ColumnReport,
  type ImputationConfig,
  type ImputationInput,
  type ImputationNote,
  type ImputationTrace,
  type Imputed,
  impute,
} from './imputation/chained-equations.ts';
export type { ColumnKind, DerivedColumn, ImputationColumn } from './imputation/column.ts';
export { type OutcomePredictor, outcomePredictors } from './imputation/outcome-predictors.ts';
export { type PooledWald, poolWald } from './imputation/pooled-wald.ts';
export {
  pool,
  type Pooled,
  type PooledProbability,
  poolOnCloglog,
  poolOnLogit,
} from './imputation/pooling.ts';
export { fitRowImputation, imputeRows, type RowImputation } from './imputation/row-imputation.ts';
