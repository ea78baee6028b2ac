import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { takeFollowUp, takeRows } from '../follow-up.ts';
import { tiedCohort } from '../testing/tied-cohort.ts';
import { concordance, resampledConcordance, unoConcordance } from './concordance.ts';

describe('the walk of resampled concordances', () => {
  const random = new Random('walk');
  const reference = tiedCohort(random, 60).followUp;

  for (const [name, n, spread] of [
    ['ties everywhere', 30, 1],
    ['few ties', 80, 40],
    ['a handful', 5, 1],
  ] as const)
    it(`counts as the measures do anew: ${name}`, () => {
      for (let trial = 0; trial < 40; trial++) {
        const { risk, followUp } = tiedCohort(random, n);
        const spaced = {
          ...followUp,
          days: followUp.days.map((day) => day + (spread > 1 ? random.integer(spread) / spread : 0)),
          weights: followUp.days.map(() => random.integer(3)),
        };
        const scores = risk.map((value) => value + (spread > 1 ? random.integer(spread) / spread : 0));
        const rows = Int32Array.from(risk, () => random.integer(n));
        const [own, drawn] = [takeRows(scores, rows), takeFollowUp(spaced, rows)];
        for (const options of [{}, { tau: 6 }, { tau: 6, censoring: reference }, { censoring: reference }]) {
          const uno = resampledConcordance('uno', scores, spaced, options)(rows);
          const anew = unoConcordance(own, drawn, options).index;
          if (anew === null) expect(uno).toBeNull();
          else expect(uno).toBeCloseTo(anew, 12);
        }
        const harrell = resampledConcordance('harrell', scores, spaced)(rows);
        const anew = concordance(own, drawn).index;
        if (anew === null) expect(harrell).toBeNull();
        else expect(harrell).toBeCloseTo(anew, 12);
      }
    });
  it('leaves to the tree what has more risks among the events than it is made for', () => {
    const n = 9000;
    const followUp = {
      days: Float64Array.from({ length: n }, () => random.uniform(0, 900)),
      event: Uint8Array.from({ length: n }, () => (random.chance(0.7) ? 1 : 0)),
    };
    const risk = followUp.days.map((day) => -day + 500 * random.normal());
    const rows = Int32Array.from(risk, () => random.integer(n));
    const drawn = unoConcordance(takeRows(risk, rows), takeFollowUp(followUp, rows), { tau: 800 });
    expect(resampledConcordance('uno', risk, followUp, { tau: 800 })(rows)).toBeCloseTo(drawn.index!, 10);
  });
});
