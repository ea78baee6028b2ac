import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { heldOutLogLikelihood, logPartialLikelihood } from './partial-likelihood.ts';

describe('the log partial likelihood', () => {
  it('is that by hand of two events and a censoring, the censoring of the first event day at risk', () => {
    const followUp = { days: Float64Array.of(2, 2, 5), event: Uint8Array.of(1, 0, 1) };
    const [a, b, c] = [0.4, -1, 2];
    const wanted = a - Math.log(Math.exp(a) + Math.exp(b) + Math.exp(c));
    expect(Math.abs(logPartialLikelihood(Float64Array.of(a, b, c), followUp) - wanted)).toBeLessThan(1e-12);
  });

  it('is a double sum over events and those at risk, with ties and competing events, and takes large scores', () => {
    const random = new Random('partial likelihood');
    const days = Float64Array.from({ length: 40 }, () => 1 + random.integer(12));
    const event = Uint8Array.from(days, () => random.integer(3));
    const score = Float64Array.from(days, () => random.normal());
    const wanted = [...days.keys()].reduce((sum, row) => {
      if (event[row] !== 1) return sum;
      const atRisk = [...days.keys()].filter((other) => days[other]! >= days[row]!);
      return (
        sum + score[row]! - Math.log(atRisk.reduce((total, other) => total + Math.exp(score[other]!), 0))
      );
    }, 0);
    expect(Math.abs(logPartialLikelihood(score, { days, event }) - wanted)).toBeLessThan(1e-10);
    const shifted = score.map((value) => value + 900);
    expect(Math.abs(logPartialLikelihood(shifted, { days, event }) - wanted)).toBeLessThan(1e-9);
  });

  it('of rows held out is what they add to that of the others', () => {
    const followUp = { days: Float64Array.of(1, 2, 3), event: Uint8Array.of(1, 1, 0) };
    const [a, b, c] = [0.5, 1, -0.5];
    // The first row held out: the others keep b against b and c.
    const wanted = a - Math.log(Math.exp(a) + Math.exp(b) + Math.exp(c));
    const got = heldOutLogLikelihood(Float64Array.of(a, b, c), followUp, Int32Array.of(1, 2));
    expect(Math.abs(got - wanted)).toBeLessThan(1e-12);
  });
});
