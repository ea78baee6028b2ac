import { accepted, type Checked, issue, refused } from '@myocast/base';
import { takeFollowUp, takeRows } from '../follow-up.ts';
import { concordance } from '../performance/concordance.ts';
import type { CoxInput } from './cox.ts';
import { coxHazards, linearPredictors } from './cox-hazards.ts';
import { logPartialLikelihood } from './cox-likelihood.ts';
import { type CoxRows, coxRows } from './cox-rows.ts';
import { type ElasticNetPath, elasticNetCoefficients, fitElasticNet, weightsOf } from './elastic-net.ts';
import type { ElasticNetConfig } from './elastic-net-config.ts';
import { saturatedLogLikelihood } from './elastic-net-path.ts';

/** How well the penalties do on rows that were held out. */
export interface CrossValidated {
  /** [k] mean over folds */
  readonly mean: Float64Array;
  /** [k] standard error of the mean over folds */
  readonly standardError: Float64Array;
  /** Place of the best mean, the greatest of equally good penalties */
  readonly best: number;
  /** Place of the greatest penalty whose mean is within one standard error of the best */
  readonly oneStandardError: number;
}

export interface ElasticNetCrossValidation {
  /** Fitted to all rows */
  readonly path: ElasticNetPath;
  /** Partial-likelihood deviance for each event held out: smaller is better */
  readonly deviance: CrossValidated;
  /** Harrell's C of the rows held out, within strata; null where fewer than two folds have comparable pairs */
  readonly concordance: CrossValidated | null;
}

/**
 * Cross-validation of the penalty. The path is fitted to all rows; each fold is then left out, and
 * means, standard deviations and coefficients come from the rest, at the same penalties.
 *
 * The deviance of a fold is that of all rows less that of the rest, both with the coefficients of
 * the rest (Verweij and van Houwelingen): the rows held out are compared with all others, not only
 * among themselves. Folds weigh by their events in the mean deviance, by their case weights in the mean C.
 *
 * Refused where a fold, or the rest of one, has no event. Where a fold has no finite estimate at the
 * smallest penalties, the path ends before them and an issue says so.
 *
 * @param folds [n] a number of each row's fold; rows of one subject in one fold
 * @throws RangeError as `fitElasticNet`, and with fewer than 2 folds
 *
 * Source: verweij1993, simon2011 (docs/references.bib).
 * Agrees with: R glmnet `cv.glmnet(family = "cox", lambda = path, foldid = folds)`, deviance (grouped) and
 * C, without case weights or offset: with weights glmnet gives the two sets of a fold each a mean weight of 1, and
 * its C leaves out the offset. Without `lambda` it fits other penalties in each fold and interpolates.
 */
export function crossValidateElasticNet(
  input: CoxInput,
  config: ElasticNetConfig,
  folds: Int32Array,
): Checked<ElasticNetCrossValidation> {
  const whole = fitElasticNet(input, config);
  if (!whole.ok) return whole;
  const n = input.followUp.days.length;
  const numbers = [...new Set(folds)].sort((a, b) => a - b);
  if (folds.length !== n || numbers.length < 2)
    throw new RangeError(`crossValidateElasticNet: expected a fold for ${n} rows and at least 2 folds`);
  const sets = numbers.map((fold) => setsOf(input, folds, fold));
  const lacking = sets.findIndex(({ held, rest }) => eventWeight(held) === 0 || eventWeight(rest) === 0);
  if (lacking >= 0)
    return refused(
      issue('too-few-events', `fold ${numbers[lacking]}`, 'expected an event in the fold and in the rest'),
    );
  const everyRow = rowsOf(input);
  const lambdas = Array.from(whole.value.lambdas);
  const scored = [];
  for (const { held, rest } of sets) {
    const fitted = fitElasticNet(rest, { ...config, lambdas });
    if (!fitted.ok) return fitted;
    scored.push(scoresOf(fitted.value, everyRow, rest, held));
  }
  const count = Math.min(...scored.map(({ deviance }) => deviance.length));
  const path = shortened(whole.value, count);
  if (count === 0)
    return refused(
      issue('not-estimable', 'cross-validation', 'expected estimates in every fold at some lambda'),
    );
  const cut = issue(
    'not-estimable',
    'cross-validation',
    `expected estimates in every fold at ${lambdas.length} lambdas, found them at the ${count} greatest`,
  );
  return accepted(
    {
      path,
      deviance: summary(
        scored.map(({ deviance, events }) => ({ values: deviance, weight: events })),
        count,
        1,
      ),
      concordance: concordanceSummary(scored, count),
    },
    count < lambdas.length ? [...whole.issues, cut] : whole.issues,
  );
}

interface FoldScores {
  /** [k] */
  readonly deviance: readonly number[];
  /** [k] null where no pair is comparable */
  readonly index: readonly (number | null)[];
  readonly events: number;
  readonly weight: number;
}

function scoresOf(path: ElasticNetPath, everyRow: CoxRows, rest: CoxInput, held: CoxInput): FoldScores {
  const restRows = rowsOf(rest);
  const events = eventWeight(held);
  const deviance: number[] = [];
  const index: (number | null)[] = [];
  for (let k = 0; k < path.lambdas.length; k++) {
    const b = elasticNetCoefficients(path, k);
    deviance.push((devianceAt(everyRow, b) - devianceAt(restRows, b)) / events);
    index.push(concordanceAt(held, b));
  }
  const weight = weightsOf(held.followUp).reduce((sum, value) => sum + value, 0);
  return { deviance, index, events, weight };
}

function devianceAt(rows: CoxRows, b: Float64Array): number {
  const hazards = coxHazards(rows, linearPredictors(rows, b));
  return 2 * (saturatedLogLikelihood(rows) - logPartialLikelihood(rows, hazards));
}

function concordanceAt({ predictors, followUp, strata, offset }: CoxInput, b: Float64Array): number | null {
  const p = b.length;
  const risk = Float64Array.from(followUp.days, (_, row) =>
    b.reduce((sum, value, j) => sum + value * predictors[row * p + j]!, offset?.[row] ?? 0),
  );
  return concordance(risk, followUp, strata ? { strata } : {}).index;
}

function concordanceSummary(scored: readonly FoldScores[], count: number): CrossValidated | null {
  const known = scored.filter(({ index }) => index[0] !== null);
  if (known.length < 2) return null;
  return summary(
    known.map(({ index, weight }) => ({ values: index as readonly number[], weight })),
    count,
    -1,
  );
}

/** @param sign 1 where smaller is better, -1 where greater is */
function summary(
  folds: readonly { readonly values: readonly number[]; readonly weight: number }[],
  count: number,
  sign: 1 | -1,
): CrossValidated {
  const total = folds.reduce((sum, { weight }) => sum + weight, 0);
  const mean = Float64Array.from({ length: count }, (_, k) =>
    folds.reduce((sum, { values, weight }) => sum + (weight / total) * values[k]!, 0),
  );
  const standardError = mean.map((middle, k) => {
    const spread = folds.reduce(
      (sum, { values, weight }) => sum + (weight / total) * (values[k]! - middle) ** 2,
      0,
    );
    return Math.sqrt(spread / (folds.length - 1));
  });
  const loss = mean.map((value) => sign * value);
  const best = loss.indexOf(Math.min(...loss));
  const limit = loss[best]! + standardError[best]!;
  return { mean, standardError, best, oneStandardError: loss.findIndex((value) => value <= limit) };
}

function setsOf(input: CoxInput, folds: Int32Array, fold: number) {
  const places = Int32Array.from(folds.keys());
  return {
    held: takeInput(
      input,
      places.filter((row) => folds[row] === fold),
    ),
    rest: takeInput(
      input,
      places.filter((row) => folds[row] !== fold),
    ),
  };
}

function takeInput({ names, predictors, followUp, strata, offset }: CoxInput, rows: Int32Array): CoxInput {
  const p = names.length;
  const taken = new Float64Array(rows.length * p);
  for (let at = 0; at < rows.length; at++)
    taken.set(predictors.subarray(rows[at]! * p, (rows[at]! + 1) * p), at * p);
  return {
    names,
    predictors: taken,
    followUp: takeFollowUp(followUp, rows),
    ...(strata ? { strata: rows.map((row) => strata[row]!) } : {}),
    ...(offset ? { offset: takeRows(offset, rows) } : {}),
  };
}

/** The rows as given: a partial likelihood does not depend on where predictors have their 0. */
function rowsOf(input: CoxInput): CoxRows {
  return coxRows(input.predictors, input.followUp, weightsOf(input.followUp), 'breslow', input);
}

function eventWeight({ followUp }: CoxInput): number {
  const weights = weightsOf(followUp);
  return weights.reduce((sum, weight, row) => sum + (followUp.event[row] === 1 ? weight : 0), 0);
}

function shortened(path: ElasticNetPath, count: number): ElasticNetPath {
  return {
    ...path,
    lambdas: path.lambdas.slice(0, count),
    coefficients: path.coefficients.slice(0, count * path.names.length),
    nonZero: path.nonZero.slice(0, count),
    logLikelihood: path.logLikelihood.slice(0, count),
    devianceRatio: path.devianceRatio.slice(0, count),
  };
}
