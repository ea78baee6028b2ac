import { expect, it } from 'vitest';
import { killip } from './killip.ts';
import { evaluateScore } from './score.ts';
import { checkCases } from './score-cases.fixture.ts';

checkCases(killip, {}, [
  [{ killip: 1 }, 1, 'I'],
  [{ killip: 2 }, 2, 'II'],
  [{ killip: 3 }, 3, 'III'],
  [{ killip: 4 }, 4, 'IV'],
]);

it('is anything from I to IV where it is missing', () => {
  expect(evaluateScore(killip, {})).toEqual({
    kind: 'incomplete',
    missing: ['killip'],
    low: 1,
    high: 4,
    className: null,
    risk: null,
  });
});
