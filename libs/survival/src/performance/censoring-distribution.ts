import type { DayGroups } from './day-groups.ts';

/** The survival function G of the censoring time, by the days of a follow-up. */
export interface CensoringDistribution {
  /** [k + 1] G just before each day, and after the last */
  readonly before: Float64Array;
  /** [k] weight of those who may be censored on a day: under observation, and without an event up to it */
  readonly atRisk: Float64Array;
  /** [k] weight of those who are */
  readonly censored: Float64Array;
}

/**
 * Kaplan-Meier estimate of G with the case weights. Events precede censorings on one day.
 *
 * @param isCensored whether an event code counts as a censoring
 * @param weights by place
 */
export function censoringDistribution(
  { starts, event }: DayGroups,
  isCensored: (code: number) => boolean,
  weights: Float64Array,
): CensoringDistribution {
  const days = starts.length - 1;
  const before = new Float64Array(days + 1);
  const atRisk = new Float64Array(days);
  const censored = new Float64Array(days);
  let later = 0;
  for (let day = days - 1; day >= 0; day--) {
    for (let place = starts[day]!; place < starts[day + 1]!; place++)
      if (isCensored(event[place]!)) censored[day]! += weights[place]!;
    atRisk[day] = later + censored[day]!;
    for (let place = starts[day]!; place < starts[day + 1]!; place++) later += weights[place]!;
  }
  before[0] = 1;
  for (let day = 0; day < days; day++) {
    const lost = censored[day]!;
    before[day + 1] = before[day]! * (lost > 0 ? Math.max(0, 1 - lost / atRisk[day]!) : 1);
  }
  return { before, atRisk, censored };
}

/**
 * What estimating G adds to the influence of each subject on a statistic in which terms are divided
 * by G: the derivative with respect to the subject's case weight, times the weight.
 *
 * @param pulls [k + 1] by day, the sum of the terms that are divided by G just before it (twice where by
 *   its square), each as its own influence on the statistic
 * @returns by place
 *
 * Source: blanche2013 (docs/references.bib), in the form of the infinitesimal jackknife.
 */
export function censoringInfluence(
  { starts, event, weights }: DayGroups,
  { atRisk, censored }: CensoringDistribution,
  isCensored: (code: number) => boolean,
  pulls: Float64Array,
): Float64Array {
  const days = starts.length - 1;
  const after = new Float64Array(days + 1); // pulls of later days
  for (let day = days - 1; day >= 0; day--) after[day] = after[day + 1]! + pulls[day + 1]!;
  const influence = new Float64Array(event.length);
  let spent = 0; // of those who were at risk so far, per unit of weight
  for (let day = 0; day < days; day++) {
    const left = atRisk[day]! - censored[day]!;
    const known = censored[day]! > 0 && left > 1e-12 * atRisk[day]!; // else G is 0 from here on and divides nothing
    const step = known ? (censored[day]! * after[day]!) / (atRisk[day]! * left) : 0;
    const gain = known ? after[day]! / left : 0;
    for (let place = starts[day]!; place < starts[day + 1]!; place++)
      influence[place] = weights[place]! * (isCensored(event[place]!) ? gain - spent - step : -spent);
    spent += step;
  }
  return influence;
}
