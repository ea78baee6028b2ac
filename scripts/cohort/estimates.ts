import type { CohortRow } from '@myocast/report';

/** A row of docs/results/cohort.json: an estimate with its 95 % Monte-Carlo interval, and what it should be. */
export type Row = CohortRow;

/** What was published: a number with the distance that counts as equal, or an interval. */
export type Goal =
  | { readonly value: number; readonly within: number }
  | { readonly low: number; readonly high: number; readonly value?: number };

export interface Estimate {
  readonly value: number;
  readonly se: number;
  /** Interval on the log scale, for ratios. */
  readonly log?: boolean;
}

export const normal = 1.959963984540054;

export function rowOf(group: string, name: string, estimate: Estimate, goal: Goal, source: string): Row {
  const { value, se } = estimate;
  const [low, high] = estimate.log
    ? [value * Math.exp(-normal * se), value * Math.exp(normal * se)]
    : [value - normal * se, value + normal * se];
  const [from, to] =
    'within' in goal ? [goal.value - goal.within, goal.value + goal.within] : [goal.low, goal.high];
  const text =
    'within' in goal ? `${short(goal.value)} ± ${short(goal.within)}` : `${short(from)} to ${short(to)}`;
  return {
    group,
    name,
    value: short(value),
    low: short(low),
    high: short(high),
    goal: 'value' in goal && !('within' in goal) ? `${goal.value} (${text})` : text,
    published: goal.value ?? null,
    from: Number.isFinite(from) ? short(from) : null,
    to: Number.isFinite(to) ? short(to) : null,
    source,
    met: high >= from && low <= to,
  };
}

/** A row without a goal: what was never published, but should be known of the cohort. */
export function reported(group: string, name: string, estimate: Estimate, why: string): Row {
  const everything = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return { ...rowOf(group, name, estimate, everything, why), goal: 'reported' };
}

export function short(value: number): number {
  return Number(value.toPrecision(4));
}

export function meanOf(values: readonly number[]): Estimate {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { value: centre, se: sdOf(values) / Math.sqrt(values.length) };
}

export function sdOf(values: readonly number[]): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** The quantile, with the error by the normal approximation of its order statistics. */
export function quantileOf(values: readonly number[], share: number): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const at = (position: number) => sorted[Math.min(n - 1, Math.max(0, Math.floor(position)))]!;
  const spread = Math.sqrt(n * share * (1 - share));
  return { value: at(share * n), se: (at(share * n + spread) - at(share * n - spread)) / 2 };
}

export function correlationOf(a: readonly number[], b: readonly number[]): Estimate {
  const n = a.length;
  const [centreA, centreB] = [meanOf(a).value, meanOf(b).value];
  const product = a.reduce((sum, value, i) => sum + (value - centreA) * (b[i]! - centreB), 0) / (n - 1);
  const value = product / (sdOf(a) * sdOf(b));
  return { value, se: (1 - value ** 2) / Math.sqrt(n - 1) };
}
