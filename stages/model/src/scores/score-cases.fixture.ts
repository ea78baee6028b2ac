import { expect, it } from 'vitest';
import type { GivenItems } from './items.ts';
import { evaluateScore, type PointScore } from './score.ts';

/** Items that differ from the base patient, and what the published table gives, added up by hand. */
export type Case = readonly [change: GivenItems, points: number, className?: string | null];

/** One test for each case; the class is checked where it is given. */
export function checkCases(score: PointScore, base: GivenItems, cases: readonly Case[]): void {
  for (const [change, points, className] of cases)
    it(`${score.label}: ${JSON.stringify(change)} is ${points} points`, () => {
      const result = evaluateScore(score, { ...base, ...change });
      expect(result).toMatchObject({ kind: 'complete', points });
      if (className !== undefined) expect(result).toMatchObject({ className });
    });
}
