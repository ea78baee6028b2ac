import { checkFollowUp, checkValues } from '../follow-up.ts';
import type { CoxInput } from './cox.ts';

export interface ElasticNetConfig {
  /** Share of the absolute values in the penalty: 1 lasso, 0 ridge, between them the elastic net */
  readonly alpha: number;
  /** Penalties, in any order; a sequence from the data where absent */
  readonly lambdas?: readonly number[];
  /** How many there are in a sequence from the data: 100 where absent */
  readonly lambdaCount?: number;
  /** Its smallest over its greatest: 1e-4 where absent, 0.01 with fewer rows than predictors */
  readonly lambdaMinRatio?: number;
  /** [p] by which each predictor's penalty is multiplied, then scaled to a mean of 1; 0 is not penalised. All 1 where absent */
  readonly penaltyFactors?: readonly number[];
  /** Whether the penalty is on standardised predictors (divisor: sum of weights); true where absent */
  readonly standardise?: boolean;
}

/** @throws RangeError when lengths differ, a value is not finite, or a penalty is out of range */
export function checkElasticNet(
  { names, predictors, followUp, strata, offset }: CoxInput,
  config: ElasticNetConfig,
): void {
  const n = followUp.days.length;
  checkFollowUp('fitElasticNet', followUp);
  if (names.length === 0) throw new RangeError('fitElasticNet: expected at least one predictor, got none');
  checkValues('fitElasticNet', 'predictor values', predictors, n * names.length);
  if (offset) checkValues('fitElasticNet', 'offsets', offset, n);
  if (strata && strata.length !== n)
    throw new RangeError(`fitElasticNet: expected ${n} codes of strata, got ${strata.length}`);
  checkPenalties(config, names.length);
}

function checkPenalties(config: ElasticNetConfig, p: number): void {
  const { alpha, lambdas, penaltyFactors } = config;
  const wrong = (what: string) => new RangeError(`fitElasticNet: expected ${what}`);
  if (!(alpha >= 0 && alpha <= 1)) throw wrong(`an alpha from 0 to 1, got ${alpha}`);
  if (lambdas?.length === 0 || lambdas?.some((lambda) => !(lambda >= 0 && lambda < Infinity)))
    throw wrong('one or more finite lambdas of 0 or more');
  if (penaltyFactors) checkFactors(Float64Array.from(penaltyFactors), p);
  checkSequence(config);
}

function checkSequence({ lambdaCount = 100, lambdaMinRatio = 0.5 }: ElasticNetConfig): void {
  if (!(Number.isInteger(lambdaCount) && lambdaCount >= 1))
    throw new RangeError(`fitElasticNet: expected 1 or more lambdas, got ${lambdaCount}`);
  if (!(lambdaMinRatio > 0 && lambdaMinRatio < 1))
    throw new RangeError(`fitElasticNet: expected a ratio of lambdas between 0 and 1, got ${lambdaMinRatio}`);
}

function checkFactors(factors: Float64Array, p: number): void {
  checkValues('fitElasticNet', 'penalty factors', factors, p);
  if (factors.some((factor) => factor < 0) || !factors.some((factor) => factor > 0))
    throw new RangeError('fitElasticNet: expected penalty factors of 0 or more, not all 0');
}
