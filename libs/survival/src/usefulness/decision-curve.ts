import type { Random } from '@myocast/base';
import { checkFollowUp, type FollowUp, orderByDays, refuseLateEntry } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { bootstrapQuantile } from '../resampling/bootstrap-quantile.ts';

/** What treating everybody with a predicted risk of the threshold or more would bring. Null where nobody in the group is followed to day t. */
export interface DecisionPoint {
  readonly threshold: number;
  /** Share of all subjects who are treated */
  readonly treated: number;
  /** Share of all subjects who are treated and have the event by day t */
  readonly truePositives: number | null;
  /** Share of all subjects who are treated without need */
  readonly falsePositives: number | null;
  /** True positives less false positives × threshold / (1 - threshold) */
  readonly netBenefit: number | null;
  /** 2.5 % and 97.5 % points over the resamples; null without them, or when more than half of the resamples gave none */
  readonly low: number | null;
  readonly high: number | null;
  /** Net benefit over the observed risk, at most 1; null when no event is observed */
  readonly standardised: number | null;
  /** Treatments avoided per 100 subjects, without missing an event more than by treating all; null at threshold 0 */
  readonly interventionsAvoided: number | null;
}

export interface DecisionCurve {
  /** Observed risk by day t; null when nobody is followed so long */
  readonly observed: number | null;
  /** [thresholds] treating everybody; treating nobody has a net benefit of 0 throughout */
  readonly treatAll: readonly DecisionPoint[];
  /** One curve a model, in the order given */
  readonly models: readonly { readonly name: string; readonly points: readonly DecisionPoint[] }[];
}

export interface DecisionConfig {
  /** Percentile intervals of the net benefit over resampled subjects, the same for all models; none where absent */
  readonly bootstrap?: { readonly resamples: number; readonly random: Random };
}

/**
 * Decision curve: the net benefit of treating those whose predicted risk of the event by day t is
 * the threshold or more. The true positives are the treated times their observed risk by t, which is one minus
 * Kaplan-Meier among them, with competing events Aalen-Johansen.
 *
 * A group of nobody has a net benefit of 0. A group that is not followed to t has none: null.
 *
 * @param models [n] predicted probabilities of the event by day t, 0 to 1, under a name each
 * @param thresholds 0 or more and below 1
 * @throws RangeError when lengths differ, a risk is not a probability, a threshold is outside, there is late entry or no model
 *
 * Source: vickers2008 (docs/references.bib).
 * Agrees with: Python dcurves `dca(time = t)`.
 */
export function decisionCurve(
  models: readonly { readonly name: string; readonly risk: Float64Array }[],
  followUp: FollowUp,
  t: number,
  thresholds: readonly number[],
  { bootstrap }: DecisionConfig = {},
): DecisionCurve {
  checkInput(models, followUp, thresholds);
  const order = orderByDays(followUp.days);
  const everybody = new Float64Array(order.length).fill(1);
  const sorted = {
    days: Float64Array.from(order, (row) => followUp.days[row]!),
    event: Uint8Array.from(order, (row) => followUp.event[row]!),
  };
  const risks = [everybody, ...models.map(({ risk }) => Float64Array.from(order, (row) => risk[row]!))];
  const weights = Float64Array.from(order, (row) => followUp.weights?.[row] ?? 1);
  const curves = (caseWeights: Float64Array) =>
    risks.map((risk) => thresholds.map((threshold) => treatedFrom(sorted, t, risk, caseWeights, threshold)));
  const found = curves(weights);
  const spread = bootstrap ? resampled(curves, weights, thresholds, bootstrap) : null;
  const observed = treatedFrom(sorted, t, everybody, weights, 0).risk;
  const [treatAll, ...others] = found.map((curve, m) =>
    curve.map((group, k) => {
      const threshold = thresholds[k]!;
      const all = benefit({ share: 1, risk: observed }, threshold);
      return pointOf(group, threshold, observed, all, spread?.[m]![k] ?? [null, null]);
    }),
  );
  return {
    observed,
    treatAll: treatAll!,
    models: others.map((points, m) => ({ name: models[m]!.name, points })),
  };
}

function checkInput(
  models: readonly { readonly risk: Float64Array }[],
  followUp: FollowUp,
  thresholds: readonly number[],
): void {
  checkFollowUp('decisionCurve', followUp);
  refuseLateEntry('decisionCurve', followUp);
  if (models.length === 0) throw new RangeError('decisionCurve: expected at least one model, got none');
  for (const { risk } of models) checkRisks('decisionCurve', risk, followUp.days.length);
  const wrong = thresholds.find((threshold) => !(threshold >= 0 && threshold < 1));
  if (wrong !== undefined)
    throw new RangeError(`decisionCurve: expected thresholds of 0 or more and below 1, got ${wrong}`);
}

/** Those who are treated, as a share of all, and their observed risk. */
interface Treated {
  readonly share: number;
  readonly risk: number | null;
}

/** Rows by ascending day. */
interface Sorted {
  readonly days: Float64Array;
  readonly event: Uint8Array;
}

function treatedFrom(
  sorted: Sorted,
  t: number,
  risk: Float64Array,
  weights: Float64Array,
  threshold: number,
): Treated {
  const own = new Float64Array(risk.length);
  let [atRisk, all] = [0, 0];
  for (let row = 0; row < risk.length; row++) {
    all += weights[row]!;
    if (risk[row]! < threshold) continue;
    own[row] = weights[row]!;
    atRisk += weights[row]!;
  }
  return atRisk > 0
    ? { share: atRisk / all, risk: incidenceBy(sorted, t, own, atRisk) }
    : { share: 0, risk: 0 };
}

/** Aalen-Johansen estimate at t of rows with these weights; null when the last of them is censored before t. */
function incidenceBy(
  { days, event }: Sorted,
  t: number,
  weights: Float64Array,
  total: number,
): number | null {
  let [survival, incidence, left, row] = [1, 0, total, 0];
  let endsCensored = false;
  while (row < days.length && days[row]! <= t && left > 1e-9 * total) {
    const day = days[row]!;
    const out = [0, 0, 0]; // censored, with the event, with a competing one
    for (; row < days.length && days[row] === day; row++) out[Math.min(2, event[row]!)]! += weights[row]!;
    const [censored, events, others] = out as [number, number, number];
    incidence += (survival * events) / left;
    survival *= 1 - (events + others) / left;
    left -= censored + events + others;
    endsCensored = censored > 0 && day < t;
  }
  return endsCensored && left <= 1e-9 * total ? null : incidence;
}

function benefit({ share, risk }: Treated, threshold: number): number | null {
  if (risk === null) return null;
  if (share === 0) return 0;
  return share * (risk - ((1 - risk) * threshold) / (1 - threshold));
}

function pointOf(
  group: Treated,
  threshold: number,
  observed: number | null,
  all: number | null,
  [low, high]: readonly [number | null, number | null],
): DecisionPoint {
  const netBenefit = benefit(group, threshold);
  const { share, risk } = group;
  return {
    threshold,
    treated: share,
    truePositives: risk === null ? null : share * risk,
    falsePositives: risk === null ? null : share * (1 - risk),
    netBenefit,
    low,
    high,
    standardised: netBenefit !== null && observed ? netBenefit / observed : null,
    interventionsAvoided: avoided(netBenefit, all, threshold),
  };
}

function avoided(netBenefit: number | null, all: number | null, threshold: number): number | null {
  if (netBenefit === null || all === null || threshold === 0) return null;
  return (100 * (netBenefit - all) * (1 - threshold)) / threshold;
}

/** [curves] of [thresholds] intervals; each resample draws n of n subjects, of whom each brings its case weight. */
function resampled(
  curves: (weights: Float64Array) => Treated[][],
  weights: Float64Array,
  thresholds: readonly number[],
  { resamples, random }: NonNullable<DecisionConfig['bootstrap']>,
): ([number, number] | null)[][] {
  const n = weights.length;
  const drawn = Array.from({ length: resamples }, (_, resample) => {
    const stream = random.fork(resample);
    const drawnWeights = new Float64Array(n);
    for (let draw = 0; draw < n; draw++) {
      const row = stream.integer(n);
      drawnWeights[row]! += weights[row]!;
    }
    return curves(drawnWeights).map((curve) => curve.map((group, k) => benefit(group, thresholds[k]!)));
  });
  return (drawn[0] ?? []).map((curve, m) =>
    curve.map((_, k) => {
      const values = drawn.flatMap((one) => one[m]![k] ?? []).sort((a, b) => a - b);
      return values.length < 2 || values.length < resamples / 2
        ? null
        : [bootstrapQuantile(values, 0.025).value, bootstrapQuantile(values, 0.975).value];
    }),
  );
}
