import { checkFollowUp, type FollowUp, stepAt } from '../follow-up.ts';
import { probabilityInterval } from './kaplan-meier.ts';
import { riskTable } from './risk-table.ts';

/** The cumulative incidence of one cause on the k distinct days; it is 0 before the first. */
export interface CumulativeIncidence {
  /** [k] ascending */
  readonly days: Float64Array;
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  /** [k] probability that the event has come, by this cause, up to and including this day */
  readonly incidence: Float64Array;
  readonly standardError: Float64Array;
  /** [k] 95 % interval, symmetric on the log(-log) scale */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Aalen-Johansen estimate of the cumulative incidence of one cause among competing
 * ones. Without competing events it is one minus the Kaplan-Meier estimate, and the
 * standard error is Greenwood's.
 *
 * @param cause the code in `event` whose incidence is wanted
 * @throws RangeError when the lengths differ, a time is negative, or the cause is 0
 *
 * Source: aalen1978; standard error by the delta method, dinse1986 (docs/references.bib).
 * Agrees with: scikit-survival `cumulative_incidence_competing_risks(var_type="Dinse_Approx")`.
 */
export function aalenJohansen(followUp: FollowUp, cause = 1): CumulativeIncidence {
  checkFollowUp('aalenJohansen', followUp);
  if (!(cause >= 1)) throw new RangeError(`aalenJohansen: expected a cause of 1 or more, got ${cause}`);
  const { days, atRisk, events, anyEvents } = riskTable(followUp, cause);
  const curve = {
    days,
    atRisk,
    events,
    incidence: new Float64Array(days.length),
    standardError: new Float64Array(days.length),
    low: new Float64Array(days.length),
    high: new Float64Array(days.length),
  };
  let survival = 1;
  let incidence = 0;
  // Var F(t) = sum over s of (F(t) - F(s))^2 a - 2 (F(t) - F(s)) b + c, with the sums kept by powers of F(s).
  let [a, aF, aFF, b, bF, c] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < days.length; k++) {
    const n = atRisk[k]!;
    const d = anyEvents[k]!;
    const own = events[k]!;
    incidence += (survival * own) / n;
    const hazardVariance = n > d ? d / (n * (n - d)) : 0;
    const covariance = (survival * own) / n ** 2;
    a += hazardVariance;
    aF += hazardVariance * incidence;
    aFF += hazardVariance * incidence ** 2;
    b += covariance;
    bF += covariance * incidence;
    c += (survival ** 2 * own * (n - own)) / n ** 3;
    survival *= 1 - d / n;
    const variance = incidence ** 2 * a - 2 * incidence * aF + aFF - 2 * (incidence * b - bF) + c;
    curve.incidence[k] = incidence;
    curve.standardError[k] = Math.sqrt(Math.max(0, variance));
    [curve.low[k], curve.high[k]] = probabilityInterval(incidence, curve.standardError[k]!, 'log-log');
  }
  return curve;
}

/** The cumulative incidence at day t. */
export function incidenceAt(curve: CumulativeIncidence, t: number): number {
  return stepAt(curve.days, curve.incidence, t, 0);
}
