import { checkFollowUp, type FollowUp, normalQuantile, orderByDays } from '../follow-up.ts';
import { influenceVariance } from './influence-variance.ts';
import { checkCluster, defaultVariance } from './kaplan-meier.ts';
import { type RiskTable, riskTable } from './risk-table.ts';

/** A cumulative hazard on the k distinct days of the follow-up; it is 0 before the first. */
export interface NelsonAalen {
  /** [k] ascending */
  readonly days: Float64Array;
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  /** [k] cumulative hazard up to and including this day */
  readonly hazard: Float64Array;
  /** [k] standard error of the cumulative hazard */
  readonly standardError: Float64Array;
  /** [k] 95 % interval of the cumulative hazard */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** [k] exp(-hazard), and the limits that follow from those of the hazard */
  readonly survival: Float64Array;
  readonly survivalLow: Float64Array;
  readonly survivalHigh: Float64Array;
  /** That of the standard error. */
  readonly variance: 'aalen' | 'robust';
}

export interface HazardOptions {
  /**
   * Of d events on one day among n: 'nelson-aalen' d / n, as if they came together; 'fleming-harrington'
   * 1 / n + 1 / (n - 1) + …, as if one after the other.
   */
  readonly ties?: 'nelson-aalen' | 'fleming-harrington' | undefined;
  /**
   * 'aalen': sum of d / n², with one term an event for 'fleming-harrington'. 'robust': infinitesimal jackknife.
   * Where absent 'robust' with clusters or with weights that are not whole numbers, else 'aalen'.
   */
  readonly variance?: 'aalen' | 'robust' | undefined;
  /** Scale on which the interval of the hazard is symmetric: 'log' where absent; 'plain' is cut at 0. */
  readonly scale?: 'plain' | 'log' | undefined;
  /** [n] code of the cluster to which a row belongs, for the robust variance; each row its own where absent */
  readonly cluster?: ArrayLike<number> | undefined;
}

/**
 * Nelson-Aalen estimate of the cumulative hazard, with the survival exp(-hazard) that it implies:
 * Breslow's estimate, or with ties 'fleming-harrington' that of Fleming and Harrington.
 *
 * Competing events count as censorings: the hazard is cause-specific, and exp(-hazard) is no
 * probability where something competes. A tied row of weight w stands for as many tied
 * events as rows, each of their mean weight.
 *
 * @throws RangeError when the lengths differ, a time or weight is negative or an entry is not before its time
 *
 * Source: nelson1972, aalen1978b, fleming1984 (docs/references.bib).
 * Agrees with: R survival `survfit(…, stype = 2, ctype)` (`cumhaz`, `std.chaz`, `surv`).
 */
export function nelsonAalen(followUp: FollowUp, options: HazardOptions = {}): NelsonAalen {
  checkFollowUp('nelsonAalen', followUp);
  checkCluster('nelsonAalen', options.cluster, followUp);
  const { scale = 'log', ties = 'nelson-aalen' } = options;
  const table = riskTable(followUp);
  const { days, atRisk, events, censored, anyEvents } = table;
  const steps = hazardSteps(table, ties === 'nelson-aalen' ? null : tiedRows(followUp, days));
  const hazard = summed(steps.hazard);
  const variance = options.variance ?? defaultHazardVariance(followUp, options.cluster);
  const squared =
    variance === 'aalen' ? summed(steps.variance) : robustVariance(steps, followUp, days, options);
  const standardError = squared.map(Math.sqrt);
  const { low, high } = limits(hazard, standardError, scale);
  return {
    variance,
    days,
    atRisk,
    events,
    censored: censored.map((count, k) => count + anyEvents[k]! - events[k]!),
    hazard,
    standardError,
    low,
    high,
    survival: hazard.map(survivalFrom),
    survivalLow: high.map(survivalFrom),
    survivalHigh: low.map(survivalFrom),
  };
}

/** What each day adds. */
interface HazardSteps {
  readonly hazard: Float64Array;
  readonly variance: Float64Array;
  /** Derivative of the hazard by the number of events, and that by the number at risk with its sign changed. */
  readonly byEvents: Float64Array;
  readonly byExposed: Float64Array;
}

/** @param tied [k] rows with the event on each day, one term each; null for one term a day */
function hazardSteps({ days, atRisk, events }: RiskTable, tied: Int32Array | null): HazardSteps {
  const size = days.length;
  const steps = {
    hazard: new Float64Array(size),
    variance: new Float64Array(size),
    byEvents: new Float64Array(size),
    byExposed: new Float64Array(size),
  };
  for (let k = 0; k < size; k++) {
    if (events[k] === 0) continue;
    const terms = tied === null ? 1 : tied[k]!;
    const share = events[k]! / terms;
    for (let j = 0; j < terms; j++) {
      const left = atRisk[k]! - j * share;
      steps.hazard[k]! += share / left;
      steps.variance[k]! += share / left ** 2;
      steps.byEvents[k]! += (1 / left + (j * share) / left ** 2) / terms;
      steps.byExposed[k]! += share / left ** 2;
    }
  }
  return steps;
}

function tiedRows({ days, event, weights }: FollowUp, onDays: Float64Array): Int32Array {
  const tied = new Int32Array(onDays.length);
  let k = 0;
  for (const row of orderByDays(days)) {
    if (weights?.[row] === 0) continue;
    while (onDays[k]! < days[row]!) k++;
    if (event[row] === 1) tied[k]!++;
  }
  return tied;
}

function defaultHazardVariance(
  followUp: FollowUp,
  cluster: ArrayLike<number> | undefined,
): 'aalen' | 'robust' {
  return defaultVariance(followUp, cluster) === 'robust' ? 'robust' : 'aalen';
}

function robustVariance(
  { byEvents, byExposed }: HazardSteps,
  followUp: FollowUp,
  days: Float64Array,
  { cluster }: HazardOptions,
): Float64Array {
  const exposure = summed(byExposed).map((value) => -value);
  return influenceVariance({ followUp, days, cause: 1, cluster }, { exposure, jump: byEvents });
}

function limits(hazard: Float64Array, standardError: Float64Array, scale: 'plain' | 'log') {
  const at = (side: -1 | 1) =>
    hazard.map((value, k) => {
      const half = side * normalQuantile * standardError[k]!;
      if (scale === 'plain') return Math.max(0, value + half);
      return value === 0 ? 0 : Math.min(Number.MAX_VALUE, value * Math.exp(half / value));
    });
  return { low: at(-1), high: at(1) };
}

function survivalFrom(hazard: number): number {
  return Math.exp(-hazard);
}

function summed(steps: Float64Array): Float64Array {
  let sum = 0;
  return steps.map((step) => (sum += step));
}
