import { expect, it } from 'vitest';
import { checkCases } from './score-cases.fixture.ts';
import { zwolle } from './zwolle.ts';

const least = { killip: 1, timi_post: 3, age: 59, three_vessel: 0, anterior: 0, symptom_to_balloon: 240 };

checkCases(zwolle, least, [
  [{}, 0, 'low'],
  [{ killip: 2 }, 4, 'not low'],
  [{ killip: 3 }, 9],
  [{ killip: 4 }, 9],
  [{ timi_post: 2 }, 1],
  [{ timi_post: 1 }, 2],
  [{ timi_post: 0 }, 2],
  [{ age: 59.99 }, 0],
  [{ age: 60 }, 2],
  [{ three_vessel: 1 }, 1],
  [{ anterior: 1 }, 1],
  [{ symptom_to_balloon: 241 }, 1],
  [{ age: 60, anterior: 1 }, 3, 'low'],
  [{ age: 60, anterior: 1, three_vessel: 1 }, 4, 'not low'],
  // 9 + 2 + 2 + 1 + 1 + 1
  [
    { killip: 3, timi_post: 0, age: 80, three_vessel: 1, anterior: 1, symptom_to_balloon: 300 },
    16,
    'not low',
  ],
]);

it('says what is known of its weights and of its risks', () => {
  expect(zwolle.certainty).toBe('second-hand');
  expect(zwolle.risk(3)).toEqual({ lowPercent: 0.1, highPercent: 0.5 });
  expect(zwolle.risk(4)).toBeNull();
});
