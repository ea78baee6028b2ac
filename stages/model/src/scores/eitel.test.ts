import { expect, it } from 'vitest';
import { eitel } from './eitel.ts';
import { evaluateScore } from './score.ts';
import { checkCases } from './score-cases.fixture.ts';

checkCases(eitel, { lvef: 47.1, infarct: 18.9, mvo: 1.3 }, [
  [{}, 0, 'low'],
  [{ lvef: 47 }, 1, 'low'],
  [{ infarct: 19 }, 1, 'low'],
  [{ mvo: 1.4 }, 2, 'high'],
  [{ lvef: 47, infarct: 19 }, 2, 'high'],
  [{ lvef: 20, mvo: 5 }, 3, 'high'],
  [{ lvef: 20, infarct: 40, mvo: 5 }, 4, 'high'],
]);

it('is high with obstruction, whatever the cine would show', () => {
  expect(evaluateScore(eitel, { infarct: 30, mvo: 3 })).toMatchObject({
    kind: 'incomplete',
    missing: ['lvef'],
    low: 3,
    high: 4,
    className: 'high',
  });
});
