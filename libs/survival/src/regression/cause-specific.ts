import { accepted, type Checked, issue, refused } from '@myocast/base';
import { checkValues, stepAt } from '../follow-up.ts';
import { type CoxConfig, type CoxFit, type CoxInput, coxLinearPredictor, fitCox } from './cox.ts';
import type { CoxDesign } from './cox-rows.ts';

/** A Cox model of the hazard of every cause. */
export interface CauseSpecificFit {
  /** In ascending order of their codes */
  readonly causes: readonly CauseFit[];
}

export interface CauseFit {
  /** Its code among the events: 1, 2, … */
  readonly cause: number;
  /** Every other cause counts as a censoring */
  readonly fit: CoxFit;
}

/**
 * How the chance to be free of every event comes from the hazards: the product of 1 - their sum, as
 * Aalen-Johansen's estimate, or exp of minus the cumulative sum. With the product, risks and event-free
 * survival add up to 1; with exp they can exceed it a little where few are at risk.
 */
export type EventFree = 'product-limit' | 'exponential';

/** The cumulative incidence of every cause. */
export interface CauseSpecificRisk {
  /** [causes] of [m, k] subjects by days */
  readonly incidence: readonly Float64Array[];
  /** [m, k] chance of no event of any cause */
  readonly eventFree: Float64Array;
}

/**
 * Cause-specific Cox regression: one model for each cause, the others as censorings, so that together
 * they say what happens to a subject. Strata, offset, late entry, weights, ridge and clusters as `fitCox`.
 *
 * An issue of a cause begins with its code: `cause 2: age`. A table without any event is refused.
 *
 * @param input event codes 1 and more are the causes
 * @throws RangeError as `fitCox`
 *
 * Source: prentice1978 (docs/references.bib).
 * Agrees with: R riskRegression `CSC(Hist(days, cause) ~ ...)`.
 */
export function fitCauseSpecific(input: CoxInput, config: CoxConfig): Checked<CauseSpecificFit> {
  const { followUp } = input;
  const codes = [...new Set(followUp.event)].filter((code) => code > 0).sort((a, b) => a - b);
  if (codes.length === 0)
    return refused(issue('too-few-events', 'cause-specific regression', 'expected an event, found none'));
  const causes: CauseFit[] = [];
  for (const cause of codes) {
    const event = followUp.event.map((code) => (code === cause ? 1 : 0));
    const found = fitCox({ ...input, followUp: { ...followUp, event } }, config);
    if (!found.ok) {
      const [first, ...rest] = found.issues.map(({ kind, path, message }) =>
        issue(kind, `cause ${cause}: ${path}`, message),
      );
      return refused(first!, ...rest);
    }
    causes.push({ cause, fit: found.value });
  }
  return accepted({ causes });
}

/**
 * The cumulative incidence of every cause for given subjects, from the hazards of all of them: on each
 * day with an event of any cause, the chance to be free of all until just before it times the
 * hazard of the cause, summed up to each day.
 *
 * @param predictors [m, p]
 * @param days [k] in any order
 * @param options strata [m] and offset [m], 0 where absent; eventFree 'product-limit' where absent, as in
 * riskRegression; there a sum of hazards above 1 leaves nobody
 * @throws RangeError when a value is not finite or lengths differ
 *
 * Source: benichou1990 (docs/references.bib).
 * Agrees with: R riskRegression `predict(CSC, times, cause, product.limit = TRUE | FALSE)`.
 */
export function causeSpecificRisk(
  { causes }: CauseSpecificFit,
  predictors: Float64Array,
  days: Float64Array,
  { strata, offset, eventFree = 'product-limit' }: CoxDesign & { readonly eventFree?: EventFree } = {},
): CauseSpecificRisk {
  checkValues('causeSpecificRisk', 'days', days, days.length);
  const scores = causes.map(({ fit }) => coxLinearPredictor(fit, predictors));
  const m = scores[0]!.length;
  const width = days.length;
  const stratum = strata ?? new Int32Array(m);
  const added = offset ?? new Float64Array(m);
  checkValues('causeSpecificRisk', 'offsets', added, m);
  if (stratum.length !== m)
    throw new RangeError(`causeSpecificRisk: expected ${m} strata, got ${stratum.length}`);
  const jumpsIn = new Map([...new Set(stratum)].map((code) => [code, jumpsOf(causes, code)]));
  const incidence = causes.map(() => new Float64Array(m * width));
  const free = new Float64Array(m * width);
  for (let row = 0; row < m; row++) {
    const jumps = jumpsIn.get(stratum[row]!)!;
    const relative = scores.map((score) => Math.exp(score[row]! + added[row]!));
    const curve = incidenceCurve(jumps, relative, eventFree);
    const on = (values: Float64Array, start: number) =>
      days.map((day) => stepAt(jumps.days, values, day, start));
    for (const [c, values] of curve.incidence.entries()) incidence[c]!.set(on(values, 0), row * width);
    free.set(on(curve.free, 1), row * width);
  }
  return { incidence, eventFree: free };
}

/** The hazards of all causes on the days with any event of a stratum. */
interface Jumps {
  readonly days: Float64Array;
  /** [causes] of [days] baseline hazard of the day */
  readonly hazards: readonly Float64Array[];
}

function jumpsOf(causes: readonly CauseFit[], stratum: number): Jumps {
  const baselines = causes.map(({ fit }) => fit.baselines.find((candidate) => candidate.stratum === stratum));
  const days = Float64Array.from(new Set(baselines.flatMap((one) => [...(one?.days ?? [])]))).sort();
  const hazards = baselines.map((one) => {
    const on = new Map(
      [...(one?.days ?? [])].map((day, k) => [
        day,
        one!.cumulativeHazard[k]! - (k === 0 ? 0 : one!.cumulativeHazard[k - 1]!),
      ]),
    );
    return days.map((day) => on.get(day) ?? 0);
  });
  return { days, hazards };
}

function incidenceCurve({ days, hazards }: Jumps, relative: readonly number[], eventFree: EventFree) {
  const incidence = hazards.map(() => new Float64Array(days.length));
  const free = new Float64Array(days.length);
  let before = 1;
  let cumulative = 0;
  for (let k = 0; k < days.length; k++) {
    const here = hazards.map((hazard, c) => hazard[k]! * relative[c]!);
    const sum = here.reduce((total, value) => total + value, 0);
    // more than everybody cannot fail: with the product the causes share those who are left
    const shared = eventFree === 'product-limit' && sum > 1 ? 1 / sum : 1;
    for (let c = 0; c < here.length; c++)
      incidence[c]![k] = (k === 0 ? 0 : incidence[c]![k - 1]!) + before * here[c]! * shared;
    cumulative += sum;
    before = eventFree === 'product-limit' ? before * Math.max(0, 1 - sum) : Math.exp(-cumulative);
    free[k] = before;
  }
  return { incidence, free };
}
