import { curveAt } from './discrete-hazards.ts';
import type { PopulationPlace } from './population-distance.ts';
import type { Abstention, Forecast } from './records.ts';
import type { ForecastPlan } from './train.ts';

/** Beyond these a forecast abstains. */
export const cautionLimits = {
  /** Percent of the training rows that lie nearer to the others */
  percentile: 99.5,
  /** Share of the linear path's variance that columns without a value carry */
  missingShare: 0.6,
  /** Width of the 90 % interval of the composite's risk at the horizon */
  width: 0.75,
} as const;

type Curves = Pick<Forecast, 'timesDays' | 'composite'>;

/**
 * What is to be known before a forecast is relied on: how far the subject is from those trained on,
 * whether the forecast abstains, and, where it does not, its registered risk group.
 *
 * @param observed [p] columns of the scaler, 1 where there is a value
 */
export function caution(
  plan: ForecastPlan,
  curves: Curves,
  observed: ArrayLike<number>,
  place: PopulationPlace | null,
): Pick<Forecast, 'distance' | 'group' | 'abstains'> {
  const abstains = littleObserved(plan, observed) ?? farAway(place) ?? tooWide(plan, curves);
  return {
    distance: place && {
      percentile: place.percentile,
      far: place.farthest.map(({ name, deviation }) => ({ name, deviation })),
    },
    group: abstains ? null : groupOf(plan, curves),
    abstains,
  };
}

/**
 * Share of the linear path's variance that is not observed: with standardised columns taken as
 * uncorrelated, as where the interval counts a missing value, Σ slope² of the missing over Σ slope² of all.
 * A path without slopes is wholly unobserved when nothing is seen. Sequences carry nothing of the linear
 * path: what was measured in them does, as columns.
 */
export function missingShare(
  { posterior }: Pick<ForecastPlan, 'posterior'>,
  observed: ArrayLike<number>,
): number {
  const { slopes } = posterior;
  const all = slopes.reduce((sum, slope) => sum + slope ** 2, 0);
  if (all === 0) return slopes.some((_, j) => observed[j]) ? 0 : 1;
  return slopes.reduce((sum, slope, j) => sum + (observed[j] ? 0 : slope ** 2), 0) / all;
}

function littleObserved(plan: ForecastPlan, observed: ArrayLike<number>): Abstention | null {
  const share = missingShare(plan, observed);
  if (share <= cautionLimits.missingShare) return null;
  const words = `what is missing carries ${percent(share)} of what the model goes by, expected at most ${percent(cautionLimits.missingShare)}`;
  return { reason: 'little-observed', words };
}

function farAway(place: PopulationPlace | null): Abstention | null {
  if (!place || place.percentile <= cautionLimits.percentile) return null;
  const names = place.farthest.map(({ name, deviation }) => `${name} ${deviation.toFixed(1)} SD`).join(', ');
  const words = `farther out than ${place.percentile.toFixed(1)} % of the patients trained on, expected at most ${cautionLimits.percentile} % (${names})`;
  return { reason: 'far-from-training', words };
}

function tooWide(plan: ForecastPlan, { timesDays, composite }: Curves): Abstention | null {
  const days = horizonOf(plan);
  const [low, high] = [composite.low, composite.high].map((curve) => curveAt(timesDays, curve, days)) as [
    number,
    number,
  ];
  if (high - low <= cautionLimits.width) return null;
  const words = `the 90 % interval at ${plan.timed ? `${Math.round(days)} days` : 'the outcome'} is ${percent(low)} to ${percent(high)}, expected a width of at most ${percent(cautionLimits.width)}`;
  return { reason: 'wide-interval', words };
}

/** The registered group of a risk; a risk at a threshold is in the group above it. */
function groupOf(plan: ForecastPlan, { timesDays, composite }: Curves): string | null {
  const groups = plan.riskGroups;
  if (!groups || horizonOf(plan) !== groups.horizonDays) return null;
  const risk = curveAt(timesDays, composite.risk, groups.horizonDays);
  return groups.names[groups.thresholds.filter((limit) => risk >= limit).length]!;
}

/** Day of the registered groups, or the end of follow-up where there are none or it comes sooner. */
function horizonOf({ riskGroups, intervalEnds, timed }: ForecastPlan): number {
  const last = intervalEnds.at(-1)!;
  return timed && riskGroups ? Math.min(riskGroups.horizonDays, last) : last;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
