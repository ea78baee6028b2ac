import { checkFollowUp, type FollowUp, stepAt } from '../follow-up.ts';
import { influenceVariance } from './influence-variance.ts';
import { checkCluster, defaultVariance } from './kaplan-meier.ts';
import { type IntervalScale, probabilityInterval } from './probability-interval.ts';
import { type RiskTable, riskTable } from './risk-table.ts';

/** The cumulative incidence of one cause on the k distinct days; it is 0 before the first. */
export interface CumulativeIncidence {
  /** [k] ascending */
  readonly days: Float64Array;
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  /** [k] probability that the event has come, by this cause, up to and including this day */
  readonly incidence: Float64Array;
  readonly standardError: Float64Array;
  /** [k] 95 % interval */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** That of the standard error. */
  readonly variance: IncidenceVariance;
}

/**
 * 'delta': delta method, Greenwood's variance where nothing competes (Dinse). 'aalen': from the counting
 * processes, as cmprsk's `cuminc` has it. 'robust': infinitesimal jackknife, as R's `survfit` has it.
 */
export type IncidenceVariance = 'delta' | 'aalen' | 'robust';

export interface IncidenceOptions {
  /** Scale on which the interval is symmetric; 'log-log' where absent. */
  readonly scale?: IntervalScale | undefined;
  /** Where absent 'robust' with clusters or with weights that are not whole numbers, else 'delta'. */
  readonly variance?: IncidenceVariance | undefined;
  /** [n] code of the cluster to which a row belongs, for the robust variance; each row its own where absent */
  readonly cluster?: ArrayLike<number> | undefined;
}

/**
 * Aalen-Johansen estimate of the cumulative incidence of one cause among competing
 * ones. Without competing events it is one minus the Kaplan-Meier estimate.
 *
 * Late entry and case weights are honoured. Where nobody is at risk the curve stays level;
 * once all at risk have an event nothing is added, whoever enters later.
 *
 * @param cause the code in `event` whose incidence is wanted
 * @throws RangeError when the lengths differ, a time or weight is negative, or the cause is 0
 *
 * Source: aalen1978; standard error by the delta method, dinse1986 (docs/references.bib).
 * Agrees with: R survival `survfit(Surv(days, factor(event)) ~ 1)` ('robust'), R cmprsk `cuminc` ('aalen'),
 * scikit-survival `cumulative_incidence_competing_risks(var_type="Dinse_Approx")` ('delta').
 */
export function aalenJohansen(
  followUp: FollowUp,
  cause = 1,
  options: IncidenceOptions = {},
): CumulativeIncidence {
  checkFollowUp('aalenJohansen', followUp);
  checkCluster('aalenJohansen', options.cluster, followUp);
  if (!(cause >= 1)) throw new RangeError(`aalenJohansen: expected a cause of 1 or more, got ${cause}`);
  const { cluster, scale = 'log-log', variance = defaultIncidenceVariance(followUp, cluster) } = options;
  const table = riskTable(followUp, cause);
  const { days, atRisk, events } = table;
  const { incidence, survivalBefore } = incidenceOf(table);
  const squared =
    variance === 'robust'
      ? robustVariance(table, incidence, survivalBefore, { followUp, days, cause, cluster })
      : modelVariance(table, incidence, survivalBefore, variance === 'aalen' ? aalenParts : deltaParts);
  return { days, atRisk, events, incidence, variance, ...intervals(events, incidence, squared, scale) };
}

/** A day without the event adds nothing to the curve or its variance, and repeats the day before. */
function intervals(
  events: Float64Array,
  incidence: Float64Array,
  variance: Float64Array,
  scale: IntervalScale,
): Pick<CumulativeIncidence, 'standardError' | 'low' | 'high'> {
  const [standardError, low, high] = [incidence.slice(), incidence.slice(), incidence.slice()];
  let [error, from, to] = [0, 0, 0];
  for (let k = 0; k < events.length; k++) {
    if (events[k]! > 0) {
      error = Math.sqrt(Math.max(0, variance[k]!));
      [from, to] = probabilityInterval(incidence[k]!, error, scale);
    }
    standardError[k] = error;
    low[k] = from;
    high[k] = to;
  }
  return { standardError, low, high };
}

function defaultIncidenceVariance(
  followUp: FollowUp,
  cluster: ArrayLike<number> | undefined,
): 'delta' | 'robust' {
  return defaultVariance(followUp, cluster) === 'robust' ? 'robust' : 'delta';
}

/** [k] F and the survival of any event S just before each day. */
function incidenceOf({ days, atRisk, events, anyEvents }: RiskTable) {
  const incidence = new Float64Array(days.length);
  const survivalBefore = new Float64Array(days.length);
  let [reached, survival] = [0, 1];
  for (let k = 0; k < days.length; k++) {
    const n = atRisk[k]!;
    survivalBefore[k] = survival;
    reached += (survival * events[k]!) / n;
    incidence[k] = reached;
    survival *= 1 - anyEvents[k]! / n;
  }
  return { incidence, survivalBefore };
}

/** What one day adds to the sums of the variance: n at risk, d with any event, own of the cause, S before. */
type VarianceParts = (n: number, d: number, own: number, survival: number) => [number, number, number];

/**
 * [k] Var F(t) = sum over days s of (F(t) - F(s))² a - 2 (F(t) - F(s)) b + c, with the sums kept by powers of
 * F(s); a, b and c are those of a day.
 */
function modelVariance(
  { atRisk, events, anyEvents }: RiskTable,
  incidence: Float64Array,
  survivalBefore: Float64Array,
  parts: VarianceParts,
): Float64Array {
  let [a, aF, aFF, b, bF, c] = [0, 0, 0, 0, 0, 0];
  return incidence.map((reached, k) => {
    if (anyEvents[k]! > 0) {
      const [da, db, dc] = parts(atRisk[k]!, anyEvents[k]!, events[k]!, survivalBefore[k]!);
      a += da;
      aF += da * reached;
      aFF += da * reached ** 2;
      b += db;
      bF += db * reached;
      c += dc;
    }
    return reached ** 2 * a - 2 * reached * aF + aFF - 2 * (reached * b - bF) + c;
  });
}

const deltaParts: VarianceParts = (n, d, own, survival) => [
  n > d ? d / (n * (n - d)) : 0,
  (survival * own) / n ** 2,
  (survival ** 2 * own * (n - own)) / n ** 3,
];

/** Deaths of the cause and the others apart, each with the variance of a hypergeometric count. */
const aalenParts: VarianceParts = (n, d, own, survival) => {
  const ofCause = hypergeometric(own, n) * (survival / n) ** 2;
  const ofOthers = hypergeometric(d - own, n) * (survival / n) ** 2;
  const left = survival * (1 - d / n);
  return left > 0 ? [(ofCause + ofOthers) / left ** 2, ofCause / left, ofCause] : [0, 0, ofCause];
};

function hypergeometric(d: number, n: number): number {
  return d > 1 ? d * (1 - (d - 1) / (n - 1)) : d;
}

/**
 * The influence of a row is the sum over the days u up to its own of
 *   S(u-) / n (dN₁ - Y h₁) - (dN - Y h) (F(t) - F(u)) / (n - d),
 * the first for the incidence on day u, the second for those who survive u to have the event later.
 */
function robustVariance(
  { atRisk, events, anyEvents }: RiskTable,
  incidence: Float64Array,
  survivalBefore: Float64Array,
  rows: Parameters<typeof influenceVariance>[0],
): Float64Array {
  const size = atRisk.length;
  const exposure = new Float64Array(size);
  const jump = new Float64Array(size);
  const scaledExposure = new Float64Array(size);
  const scaledJump = new Float64Array(size);
  const competingJump = new Float64Array(size);
  let [x, a] = [0, 0];
  for (let k = 0; k < size; k++) {
    const n = atRisk[k]!;
    const d = anyEvents[k]!;
    const perSurvivor = n > d ? 1 / (n - d) : 0;
    a += (d / n) * perSurvivor;
    x -= (survivalBefore[k]! * events[k]!) / n ** 2 + (d / n) * perSurvivor * incidence[k]!;
    exposure[k] = x;
    scaledExposure[k] = a;
    scaledJump[k] = -perSurvivor;
    competingJump[k] = perSurvivor * incidence[k]!;
    jump[k] = survivalBefore[k]! / n + competingJump[k]!;
  }
  return influenceVariance(rows, {
    exposure,
    jump,
    competingJump,
    scaled: { by: incidence, exposure: scaledExposure, jump: scaledJump },
  });
}

/** The cumulative incidence at day t. */
export function incidenceAt(curve: CumulativeIncidence, t: number): number {
  return stepAt(curve.days, curve.incidence, t, 0);
}
