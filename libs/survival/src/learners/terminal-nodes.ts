import type { Members } from './node-test.ts';
import type { GrowingTrees } from './trees.ts';

/**
 * Writes what happens in a terminal node, by day with events: the Nelson-Aalen hazard d/n of each cause,
 * and S(t−) d/n, what the day adds to its cumulative incidence (Aalen-Johansen). With one cause the sum
 * of the latter is one minus the Kaplan-Meier estimate. On one day events precede censorings.
 */
export function addTerminalNode(
  growing: GrowingTrees,
  node: number,
  { byTime, start, end, drawn, event, daysReached }: Members,
  causes: number,
): void {
  growing.next.set(node, growing.entryStart.length);
  growing.entryStart.push(growing.day.length);
  let atRisk = 0;
  for (let at = start; at < end; at++) atRisk += drawn[byTime[at]!]!;
  let survival = 1;
  const counts = new Float64Array(causes + 1);
  for (let at = start; at < end; ) {
    const reached = daysReached[byTime[at]!]!;
    let leaving = 0;
    counts.fill(0);
    for (; at < end && daysReached[byTime[at]!] === reached; at++) {
      const subject = byTime[at]!;
      leaving += drawn[subject]!;
      counts[event[subject]!]! += drawn[subject]!;
    }
    const events = leaving - counts[0]!;
    if (leaving > 0 && counts.some((count, cause) => cause > 0 && count > 0)) {
      growing.day.push(reached - 1);
      for (let cause = 1; cause <= causes; cause++) {
        const hazard = counts[cause]! / atRisk;
        growing.hazard.push(hazard);
        growing.incidence.push(survival * hazard);
      }
      survival *= Math.max(0, 1 - events / atRisk);
    }
    atRisk -= leaving;
  }
}
