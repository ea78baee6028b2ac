import { checkFollowUp, type FollowUp, refuseLateEntry } from '../follow-up.ts';
import { type RiskTable, riskTable } from '../estimators/risk-table.ts';

/**
 * Jackknife pseudo-values of the cumulative incidence at day t: n times the estimate (Aalen-
 * Johansen; without competing events one minus Kaplan-Meier) less n - 1 times the estimate
 * without the subject. Their mean is close to the estimate; without censoring before t each is
 * 1 with the event by t and 0 without. They stand for the outcome at t where it was
 * censored, and may be below 0 or above 1. Competing events count as no event.
 *
 * Exact and in one pass: without a subject only the days up to its own have one less at risk, so
 * that the estimate is composed of a sum over the days before and one over the days after.
 * Where nobody else is left the estimate stays as it is. Of a row with case weight w, a share of
 * min(1, w) subjects is left out; a row of weight 0 has the estimate itself.
 *
 * @returns [n]; null when t is beyond the last time, which was a censoring: nobody is known at t
 * @throws RangeError when lengths differ, or there is late entry
 *
 * Source: andersen2003 (docs/references.bib).
 * Agrees with: R prodlim `jackknife(prodlim(Hist(days, event) ~ 1), times = t)`.
 */
export function pseudoValues(followUp: FollowUp, t: number): Float64Array | null {
  checkFollowUp('pseudoValues', followUp);
  refuseLateEntry('pseudoValues', followUp);
  if (!knownAt(followUp, t)) return null;
  const table = riskTable(followUp);
  const total = followUp.weights?.reduce((sum, weight) => sum + weight, 0) ?? followUp.days.length;
  const byMass = new Map<number, ReturnType<typeof leavingOut>>();
  const without = (mass: number) => {
    const known = byMass.get(mass) ?? leavingOut(table, t, mass);
    byMass.set(mass, known);
    return known;
  };
  const estimate = without(0)(table.days.length, 0);
  const place = new Map(Array.from(table.days, (day, k) => [day, k]));
  return Float64Array.from(followUp.days, (day, row) => {
    const mass = Math.min(1, followUp.weights?.[row] ?? 1);
    if (mass === 0) return estimate;
    const left = without(mass)(place.get(day)!, followUp.event[row]!);
    return (total * estimate - (total - mass) * left) / mass;
  });
}

/** Whether somebody was followed to day t, or nobody was left to follow because the last time is an event. */
export function knownAt({ days, event, weights }: FollowUp, t: number): boolean {
  let last = Number.NEGATIVE_INFINITY;
  let censoredLast = false;
  for (let row = 0; row < days.length; row++) {
    if (weights?.[row] === 0 || days[row]! < last) continue;
    censoredLast = event[row] === 0 || (days[row] === last && censoredLast);
    last = days[row]!;
  }
  return t <= last || !censoredLast;
}

/**
 * The cumulative incidence at t without `mass` subjects, as a function of their day k and event code.
 *
 * F = F'(k-) + S'(k-) [ h₁'(k) + (1 - h'(k)) F(t | alive after k) ], where the primes have `mass`
 * less at risk and h' and h₁' are the hazards of any event and of the one of interest.
 */
function leavingOut(
  { days, atRisk, events, anyEvents }: RiskTable,
  t: number,
  mass: number,
): (k: number, code: number) => number {
  let last = days.findIndex((day) => day > t);
  if (last < 0) last = days.length;
  const before = { survival: new Float64Array(last + 1).fill(1), incidence: new Float64Array(last + 1) };
  for (let k = 0; k < last; k++) {
    const n = atRisk[k]! - mass;
    const survival = before.survival[k]!;
    before.survival[k + 1] = survival * (1 - ratio(anyEvents[k]!, n));
    before.incidence[k + 1] = before.incidence[k]! + survival * ratio(events[k]!, n);
  }
  const after = new Float64Array(last + 1);
  for (let k = last - 1; k >= 0; k--)
    after[k] = ratio(events[k]!, atRisk[k]!) + (1 - ratio(anyEvents[k]!, atRisk[k]!)) * after[k + 1]!;
  return (k, code) => {
    if (k >= last) return before.incidence[last]!;
    const n = atRisk[k]! - mass;
    const own = ratio(events[k]! - (code === 1 ? mass : 0), n);
    const any = ratio(anyEvents[k]! - (code === 0 ? 0 : mass), n);
    return before.incidence[k]! + before.survival[k]! * (own + (1 - any) * after[k + 1]!);
  };
}

/** A hazard among nobody is 0. */
function ratio(count: number, atRisk: number): number {
  return atRisk > 1e-12 ? count / atRisk : 0;
}
