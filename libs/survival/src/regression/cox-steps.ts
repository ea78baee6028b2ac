import { type CoxHazards, coxHazards, linearPredictors, shareOfFailing } from './cox-hazards.ts';
import { everyColumn, firstMoments } from './cox-likelihood.ts';
import type { CoxRows } from './cox-rows.ts';

/** Cumulative hazard of one stratum on its days with events, ascending, for a subject with x = 0 and offset 0. */
export interface CoxBaseline {
  readonly stratum: number;
  readonly days: Float64Array;
  readonly cumulativeHazard: Float64Array;
}

/** A baseline with what residuals and standard errors are made of. */
export interface CoxSteps extends CoxBaseline {
  /** [days, p] running sum of hazard times the mean of those at risk */
  readonly cumulativeMean: Float64Array;
  /** [days] running sum of the variance of the hazard increments */
  readonly cumulativeVariance: Float64Array;
  /** [days] what those who fail on the day are spared of its hazard (Efron's ties) */
  readonly spared: Float64Array;
  /** [days, p] and of its hazard times mean */
  readonly sparedMean: Float64Array;
  /** [days, p] mean predictors of those at risk, averaged over the events of the day */
  readonly means: Float64Array;
}

/** One for each stratum with events; exact ties have Breslow's hazard, as in R's `survfit`. */
export function coxBaselines(rows: CoxRows, { hazard, shift }: CoxHazards): readonly CoxBaseline[] {
  const { day } = rows.eventDays;
  return strataOf(rows).map(({ stratum, from, to }) => {
    const places = Int32Array.from({ length: to - from }, (_, at) => to - 1 - at);
    let sum = 0;
    return {
      stratum,
      days: Float64Array.from(places, (k) => day[k]!),
      cumulativeHazard: Float64Array.from(places, (k) => (sum += hazard[k]! * Math.exp(-shift))),
    };
  });
}

/** Baselines with running means, in the order of `coxBaselines`. */
export function coxSteps(rows: CoxRows, beta: Float64Array): readonly CoxSteps[] {
  const { p } = rows;
  const hazards = coxHazards(rows, linearPredictors(rows, beta));
  const days = dayMeans(rows, hazards);
  const baselines = coxBaselines(rows, hazards);
  return strataOf(rows).map(({ from, to }, at) => {
    const ascending = (values: Float64Array, width: number) =>
      Float64Array.from(
        { length: (to - from) * width },
        (_, cell) => values[(to - 1 - Math.floor(cell / width)) * width + (cell % width)]!,
      );
    return {
      ...baselines[at]!,
      cumulativeMean: runningSum(ascending(days.hazardMean, p), p),
      cumulativeVariance: runningSum(ascending(days.variance, 1), 1),
      spared: ascending(days.spared, 1),
      sparedMean: ascending(days.sparedMean, p),
      means: ascending(days.mean, p),
    };
  });
}

/** Where each stratum's event days are. */
function strataOf({ eventDays: { count, stratum } }: CoxRows) {
  const found: { readonly stratum: number; readonly from: number; to: number }[] = [];
  for (let k = 0; k < count; k++) {
    if (k === 0 || stratum[k] !== stratum[k - 1]) found.push({ stratum: stratum[k]!, from: k, to: k });
    found.at(-1)!.to = k + 1;
  }
  return found;
}

/** What each event day adds, for a subject with x = 0. */
function dayMeans(rows: CoxRows, { risk, shift, atRisk, failing, spared, squares: [a] }: CoxHazards) {
  const { p, ties } = rows;
  const { count, events, meanWeight } = rows.eventDays;
  const first = firstMoments(rows, risk, everyColumn(p));
  const unit = Math.exp(-shift);
  const hazardMean = new Float64Array(count * p);
  const sparedMean = new Float64Array(count * p);
  const mean = new Float64Array(count * p);
  for (let k = 0; k < count; k++)
    for (let l = 0; l < events[k]!; l++) {
      const share = shareOfFailing(ties, l, events[k]!);
      const total = atRisk[k]! - share * failing[k]!;
      const part = (meanWeight[k]! / total) * unit;
      for (let j = 0; j < p; j++) {
        const [from, at] = [j * count + k, k * p + j];
        const here = (first.atRisk[from]! - share * first.failing[from]!) / total;
        hazardMean[at]! += part * here;
        sparedMean[at]! += part * share * here;
        mean[at]! += here / events[k]!;
      }
    }
  return {
    hazardMean,
    sparedMean,
    mean,
    spared: spared.map((value) => value * unit),
    variance: a.map((value) => value * unit * unit),
  };
}

function runningSum(values: Float64Array, width: number): Float64Array {
  for (let at = width; at < values.length; at++) values[at]! += values[at - width]!;
  return values;
}
