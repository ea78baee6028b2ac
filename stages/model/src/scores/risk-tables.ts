import type { RiskRange } from './score.ts';

/** A risk that was published as one number. */
export function exactly(percent: number): RiskRange {
  return { lowPercent: percent, highPercent: percent };
}

/** A risk that was published as a class, from one number to another. */
export function between(lowPercent: number, highPercent: number): RiskRange {
  return { lowPercent, highPercent };
}

/**
 * A risk that was published for some points alone: those have one number, points between two of them
 * lie between their risks, and beyond the last nothing but a limit is known.
 *
 * @param published ascending
 */
export function knownAt(
  published: readonly (readonly [points: number, percent: number])[],
): (points: number) => RiskRange {
  return (points) => {
    const under = published.findLast(([at]) => at <= points);
    const over = published.find(([at]) => at >= points);
    return between(under?.[1] ?? 0, over?.[1] ?? 100);
  };
}

/** A risk for each number of points from 0 on, the last one also for more. */
export function fromZero(...percents: readonly number[]): (points: number) => RiskRange {
  return (points) => exactly(percents[Math.min(points, percents.length - 1)]!);
}
