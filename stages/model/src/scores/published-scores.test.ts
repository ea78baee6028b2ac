import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bulluck } from './bulluck.ts';
import { leiden } from './leiden.ts';
import { publishedScores } from './published-scores.ts';
import { evaluateScore, itemsOf } from './score.ts';

const bibliography = readFileSync(new URL('../../../../docs/references.bib', import.meta.url), 'utf8');

describe('the published scores', () => {
  it('have a name of their own, and papers that the bibliography holds', () => {
    expect(new Set(publishedScores.map(({ name }) => name)).size).toBe(publishedScores.length);
    for (const { source } of publishedScores)
      for (const key of source) expect(bibliography).toContain(`{${key},`);
  });

  it('use each item in one term, so that their bounds add up', () => {
    for (const score of publishedScores) {
      const items = itemsOf(score);
      expect(new Set(items).size, score.name).toBe(items.length);
    }
  });

  it('have the published range, and classes that begin where it begins', () => {
    const ranges = publishedScores.map((score) => {
      const result = evaluateScore(score, {});
      return result.kind === 'incomplete' ? [score.name, result.low, result.high] : [score.name, result.kind];
    });
    expect(ranges).toEqual([
      ['grace-in-hospital', 1, 372],
      ['grace-six-months', 1, 263],
      ['timi-stemi', 0, 14],
      ['cadillac', 0, 18],
      ['zwolle', 0, 16],
      ['pami', 0, 15],
      ['killip', 1, 4],
      ['leiden', 'not-computable'],
      ['eitel', 0, 4],
      ['valencia', 0, 8],
      ['bulluck', 'not-computable'],
    ]);
    for (const score of publishedScores) {
      if (score.kind !== 'points' || score.classes.length === 0) continue;
      const result = evaluateScore(score, {});
      expect(score.classes[0]!.from).toBe(result.kind === 'incomplete' ? result.low : -1);
      const starts = score.classes.map(({ from }) => from);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    }
  });

  it('compute nothing where the weights are not known, whatever is given', () => {
    for (const score of [bulluck, leiden]) {
      expect(score.certainty).toBe('not-seen');
      expect(evaluateScore(score, { lvef: 30, age: 60 })).toEqual({
        kind: 'not-computable',
        whyNot: score.whyNot,
      });
    }
  });
});
