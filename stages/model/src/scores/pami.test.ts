import { expect, it } from 'vitest';
import { pami } from './pami.ts';
import { checkCases } from './score-cases.fixture.ts';

const least = { age: 64, killip: 1, heart_rate: 100, diabetes: 0, anterior: 0, lbbb: 0 };

checkCases(pami, least, [
  [{}, 0, null],
  [{ age: 64.99 }, 0],
  [{ age: 65 }, 3],
  [{ age: 75.99 }, 3],
  [{ age: 76 }, 7],
  [{ killip: 2 }, 2],
  [{ heart_rate: 101 }, 2],
  [{ diabetes: 1 }, 2],
  [{ anterior: 1 }, 2],
  [{ lbbb: 1 }, 2],
  [{ anterior: 1, lbbb: 1 }, 2],
  // 7 + 2 + 2 + 2 + 2
  [{ age: 80, killip: 3, heart_rate: 120, diabetes: 1, anterior: 1 }, 15],
]);

it('is marked as recalled', () => {
  expect(pami.certainty).toBe('recalled');
  expect(pami.notes.join()).toContain('recalled');
});
