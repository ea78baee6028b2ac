import type { ForecastPlan } from './train.ts';

/** A day whose risk is shown, and what it is called. */
export interface Horizon {
  readonly label: string;
  readonly days: number;
}

/**
 * The days whose risks are shown, and judged before they are: 1, 2 and 5 years as far as anyone was followed
 * and after the day the forecast is made, or the end of follow-up where it comes before all of them.
 *
 * @param from day the forecast is made
 */
export function horizonsOf(
  { timed, intervalEnds }: Pick<ForecastPlan, 'timed' | 'intervalEnds'>,
  from = 0,
): readonly Horizon[] {
  const end = intervalEnds.at(-1)!;
  if (!timed) return [{ label: 'risk', days: end }];
  const years = [1, 2, 5].map((year) => ({ label: `${year} y`, days: year * 365.25 }));
  const within = years.filter(({ days }) => days <= end && days > from);
  return within.length > 0 ? within : [{ label: `${Number(end.toFixed(1))} d`, days: end }];
}
