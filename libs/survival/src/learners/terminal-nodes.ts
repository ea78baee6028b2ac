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
  for (let at = start; at < end; ) {
    const from = at;
    const reached = daysReached[byTime[at]!]!;
    let leaving = 0;
    let events = 0;
    for (; at < end && daysReached[byTime[at]!] === reached; at++) {
      const subject = byTime[at]!;
      leaving += drawn[subject]!;
      if (event[subject]! > 0) events += drawn[subject]!;
    }
    if (events > 0) {
      growing.day.push(reached - 1);
      for (let cause = 1; cause <= causes; cause++) {
        let own = 0;
        for (let place = from; place < at; place++)
          if (event[byTime[place]!] === cause) own += drawn[byTime[place]!]!;
        growing.hazard.push(own / atRisk);
        growing.incidence.push((survival * own) / atRisk);
      }
      survival *= Math.max(0, 1 - events / atRisk);
    }
    atRisk -= leaving;
  }
}
