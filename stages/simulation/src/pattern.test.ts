import { describe, expect, it } from 'vitest';
import { createSubject, type SimulationConfig, subjectIds } from './cohort.ts';
import { injuryTotals, patternScore } from './pattern.ts';

describe('the pattern score', () => {
  it('is uncorrelated with every total of the injury, and has variance about 1', () => {
    const config: SimulationConfig = { patients: 1500, centres: 30, seed: 11 };
    const subjects = subjectIds(config).map((id) => createSubject(config, id));
    const scores = subjects.map(({ pattern, patient }) => patternScore(pattern, patient));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = (values: readonly number[]) => {
      const centre = mean(values);
      return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
    };
    expect(Math.abs(mean(scores))).toBeLessThan(0.08);
    expect(Math.abs(deviation(scores) - 1)).toBeLessThan(0.1);
    const totals = subjects.map(({ patient }) => injuryTotals(patient));
    for (let total = 1; total < totals[0]!.length; total++) {
      const values = totals.map((row) => row[total]!);
      const [centre, scoreCentre] = [mean(values), mean(scores)];
      const product = mean(values.map((value, i) => (value - centre) * (scores[i]! - scoreCentre)));
      expect(Math.abs(product / (deviation(values) * deviation(scores)))).toBeLessThan(0.1);
    }
  });
});
