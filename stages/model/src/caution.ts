import { curveAt } from './discrete-hazards.ts';
import { horizonsOf } from './horizons.ts';
import { missingShare, neededFor, variableShares } from './missing-share.ts';
import type { PopulationPlace } from './population-distance.ts';
import type { Abstention, AbstentionReason, Forecast } from './records.ts';
import type { ForecastPlan } from './train.ts';

/** Beyond these a forecast abstains. */
export const cautionLimits = {
  /** Percent of the training rows that lie nearer to the others */
  percentile: 99.5,
  /** Share of the linear path's variance that columns without a value carry */
  missingShare: 0.6,
  /** Width of the 90 % interval of the composite's risk at a day that is shown */
  width: 0.75,
} as const;

type Curves = Pick<Forecast, 'timesDays' | 'composite'>;

/**
 * What is to be known before a forecast is relied on: how far the subject is from those trained on,
 * whether the forecast abstains and for which reasons, and, where it does not, its registered risk group.
 *
 * @param observed [p] columns of the scaler, 1 where there is a value
 * @param first a reason that stands before all others
 */
export function caution(
  plan: ForecastPlan,
  curves: Curves,
  observed: ArrayLike<number>,
  place: PopulationPlace | null,
  first: AbstentionReason | null = null,
): Pick<Forecast, 'distance' | 'group' | 'abstains'> {
  const abstains = abstentionOf(
    [first, littleObserved(plan, observed), farAway(place), tooWide(plan, curves)],
    () => neededFor(variableShares(plan, observed), cautionLimits.missingShare),
  );
  return {
    distance: place && {
      percentile: place.percentile,
      known: place.features,
      of: place.of,
      far: place.farthest.map(({ name, deviation }) => ({ name, deviation })),
    },
    group: abstains ? null : groupOf(plan, curves),
    abstains,
  };
}

function abstentionOf(
  found: readonly (AbstentionReason | null)[],
  neededItems: () => readonly string[],
): Abstention | null {
  const reasons = found.filter((reason) => reason !== null);
  const [first] = reasons;
  if (!first) return null;
  const needed = first.reason === 'little-observed' ? neededItems() : [];
  return { reason: first.reason, words: reasons.map(({ words }) => words).join('; '), reasons, needed };
}

function littleObserved(plan: ForecastPlan, observed: ArrayLike<number>): AbstentionReason | null {
  const share = missingShare(plan, observed);
  if (share <= cautionLimits.missingShare) return null;
  const words = `what is missing carries ${percent(share)} of what the model goes by, expected at most ${percent(cautionLimits.missingShare)}`;
  return { reason: 'little-observed', words };
}

function farAway(place: PopulationPlace | null): AbstentionReason | null {
  if (!place || place.percentile <= cautionLimits.percentile) return null;
  const words = `farther out than ${place.percentile.toFixed(1)} % of the patients trained on, expected at most ${cautionLimits.percentile} %`;
  return { reason: 'far-from-training', words };
}

/** The widest of the intervals that are shown; towards 0 and 100 % an interval is narrow whatever is known. */
function tooWide(plan: ForecastPlan, { timesDays, composite }: Curves): AbstentionReason | null {
  const intervals = judgedDays(plan, timesDays[0]!).map(({ label, days }) => {
    const at = (curve: readonly number[]) => curveAt(timesDays, curve, days);
    return { label, low: at(composite.low), high: at(composite.high) };
  });
  const [widest] = intervals.toSorted((a, b) => b.high - b.low - (a.high - a.low));
  if (!widest || widest.high - widest.low <= cautionLimits.width) return null;
  const { label, low, high } = widest;
  const words = `the 90 % interval ${plan.timed ? `at ${label}` : 'of the risk'} is ${percent(low)} to ${percent(high)}, expected a width of at most ${percent(cautionLimits.width)}`;
  return { reason: 'wide-interval', words };
}

/** The days that are shown, and that of the registered groups where it is followed to. */
function judgedDays(plan: ForecastPlan, from: number) {
  const shown = horizonsOf(plan, from);
  const days = plan.riskGroups?.horizonDays;
  if (!plan.timed || days === undefined || days <= from || days > plan.intervalEnds.at(-1)!) return shown;
  return [...shown, { label: `${days} d`, days }];
}

/** The registered group of a risk; a risk at a threshold is in the group above it. */
function groupOf({ riskGroups, intervalEnds, timed }: ForecastPlan, curves: Curves): string | null {
  if (!timed || !riskGroups || riskGroups.horizonDays > intervalEnds.at(-1)!) return null;
  const { horizonDays, thresholds, names } = riskGroups;
  const risk = curveAt(curves.timesDays, curves.composite.risk, horizonDays);
  return names[thresholds.filter((limit) => risk >= limit).length]!;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
