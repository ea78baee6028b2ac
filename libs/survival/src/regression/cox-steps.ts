import { type CoxRows, relativeRisks, shareOfFailing, visitEventDays } from './cox-likelihood.ts';

/** The fitted baseline of one stratum on its days with events, ascending, for a subject with x = 0. */
export interface CoxSteps {
  readonly stratum: number;
  readonly days: Float64Array;
  /** [days] */
  readonly cumulativeHazard: Float64Array;
  /** [days, p] running sum of hazard times the mean of those at risk */
  readonly cumulativeMean: Float64Array;
  /** [days] what those who fail on the day are spared of its hazard (Efron's ties) */
  readonly spared: Float64Array;
  /** [days, p] and of its hazard times mean */
  readonly sparedMean: Float64Array;
  /** [days, p] mean predictors of those at risk, averaged over the events of the day */
  readonly means: Float64Array;
}

/** One for each stratum with events; exact ties have Breslow's hazard, as in R's `survfit`. */
export function coxSteps(rows: CoxRows, beta: Float64Array): readonly CoxSteps[] {
  const { p } = rows;
  const { risk, shift } = relativeRisks(rows, beta);
  const found = new Map<number, ReturnType<typeof dayStep>[]>();
  visitEventDays(rows, risk, (day) => {
    const steps = found.get(day.stratum) ?? [];
    steps.push(dayStep(day));
    found.set(day.stratum, steps);
  });
  return [...found].map(([stratum, steps]) => gathered(stratum, steps.reverse(), p));

  function dayStep({
    day,
    atRisk,
    failing,
    count,
    meanWeight,
  }: Parameters<Parameters<typeof visitEventDays>[2]>[0]) {
    const [hazardMean, sparedMean, mean] = [new Float64Array(p), new Float64Array(p), new Float64Array(p)];
    let hazard = 0;
    let spared = 0;
    for (let l = 0; l < count; l++) {
      const share = shareOfFailing(rows.ties, l, count);
      const total = atRisk.zero - share * failing.zero;
      const part = (meanWeight / total) * Math.exp(-shift);
      hazard += part;
      spared += part * share;
      for (let j = 0; j < p; j++) {
        const here = (atRisk.first[j]! - share * failing.first[j]!) / total;
        hazardMean[j]! += part * here;
        sparedMean[j]! += part * share * here;
        mean[j]! += here / count;
      }
    }
    return { day, hazard, spared, hazardMean, sparedMean, mean };
  }
}

interface Step {
  readonly day: number;
  readonly hazard: number;
  readonly spared: number;
  readonly hazardMean: Float64Array;
  readonly sparedMean: Float64Array;
  readonly mean: Float64Array;
}

function gathered(stratum: number, steps: readonly Step[], p: number): CoxSteps {
  const flat = (of: (step: Step) => Float64Array) =>
    Float64Array.from({ length: steps.length * p }, (_, at) => of(steps[Math.floor(at / p)]!)[at % p]!);
  const cumulativeMean = flat((step) => step.hazardMean);
  for (let at = p; at < cumulativeMean.length; at++) cumulativeMean[at]! += cumulativeMean[at - p]!;
  let sum = 0;
  return {
    stratum,
    days: Float64Array.from(steps, ({ day }) => day),
    cumulativeHazard: Float64Array.from(steps, ({ hazard }) => (sum += hazard)),
    cumulativeMean,
    spared: Float64Array.from(steps, ({ spared }) => spared),
    sparedMean: flat((step) => step.sparedMean),
    means: flat((step) => step.mean),
  };
}
