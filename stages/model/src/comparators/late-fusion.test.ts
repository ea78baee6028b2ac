import { describe, expect, it } from 'vitest';
import { fitPredict, judgedCohort, test, train } from './judged.fixture.ts';

describe('late fusion', () => {
  it('is the clinical and the image score, each standardised on the training rows, added', async () => {
    const cohort = judgedCohort('slices', 2);
    const rows = [...train, ...test];
    const parts = await Promise.all(
      ['clinical-cox', 'image-only'].map(async (name) => (await fitPredict(name, cohort, rows)).risk),
    );
    const standardised = parts.map((risk) => {
      const own = risk.subarray(0, train.length);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const sd = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length);
      return risk.map((value) => (value - mean) / sd);
    });
    const { risk, incidenceAtHorizon } = await fitPredict('late-fusion', cohort);
    for (const [place, value] of risk.entries()) {
      const at = train.length + place;
      expect(Math.abs(value - standardised[0]![at]! - standardised[1]![at]!)).toBeLessThan(1e-9);
    }
    // The incidence rises with the sum.
    const order = [...risk.keys()].sort((a, b) => risk[a]! - risk[b]!);
    for (const [k, row] of order.slice(1).entries())
      expect(incidenceAtHorizon![row]).toBeGreaterThanOrEqual(incidenceAtHorizon![order[k]!]!);
  });
});
