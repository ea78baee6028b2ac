import { describe, expect, it } from 'vitest';
import { incidenceBeside } from './cumulative-incidence.ts';

const baseline = { days: Float64Array.of(10, 20), cumulativeHazard: Float64Array.of(0.1, 0.3) };

describe('the incidence beside competing causes', () => {
  it('is 1 - exp(-H e^x) where nothing competes', () => {
    const incidence = incidenceBeside(baseline, {
      days: Float64Array.of(10, 20, 30),
      event: Uint8Array.of(1, 1, 0),
    });
    const score = Float64Array.of(0, 1.2);
    for (const [days, hazard] of [
      [9, 0],
      [10, 0.1],
      [19.9, 0.1],
      [500, 0.3],
    ] as const)
      for (const [row, value] of incidence(score, days).entries())
        expect(Math.abs(value - (1 - Math.exp(-hazard * Math.exp(score[row]!))))).toBeLessThan(1e-12);
  });

  it('loses by hand what competes before an event day, and not what competes on it', () => {
    // Day 12 one of four at risk, day 20 one of three: its hazard comes after the event of the composite.
    const incidence = incidenceBeside(baseline, {
      days: Float64Array.of(10, 12, 20, 20, 30),
      event: Uint8Array.of(1, 2, 1, 2, 0),
    });
    const e = Math.exp(0.7);
    const first = 1 - Math.exp(-0.1 * e);
    const second = Math.exp(-1 / 4) * (Math.exp(-0.1 * e) - Math.exp(-0.3 * e));
    expect(Math.abs(incidence(Float64Array.of(0.7), 30)[0]! - first - second)).toBeLessThan(1e-12);
  });
});
