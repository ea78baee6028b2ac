import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { contributions } from './contributions.ts';
import { playersBy, variableName } from './players.ts';
import { syntheticRisk } from './synthetic-risk.fixture.ts';

interface Golden {
  readonly background: readonly (readonly number[])[];
  readonly subject: readonly number[];
  readonly scales: {
    readonly [scale: string]: { readonly base: number; readonly values: readonly number[] };
  };
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/model/shapley.json', import.meta.url), 'utf8'),
) as Golden;

/** The formula of reference/model/shapley.py. */
function risk(cells: readonly (number | null)[]): number {
  const [a, b, c, d, e, f] = cells as number[];
  const eta = -1 + 0.8 * a! - 0.5 * b! + 0.6 * a! * c! - 0.4 * d! * e! * f!;
  return 1 / (1 + Math.exp(-eta));
}

describe('contributions against rows of a background', () => {
  const model = syntheticRisk([golden.subject], risk, golden.background);
  const players = playersBy(model.inputsOf(0), variableName);
  const found = (pairs: number) =>
    contributions(model, 0, players, { pairs, background: 'references' }, new Random('golden'));

  it('are those of shap’s exact explainer on every scale', async () => {
    const { method, scales } = await found(100);
    expect(method).toBe('exact');
    for (const { scale, base, contributions: parts } of scales) {
      const expected = golden.scales[scale]!;
      expect(Math.abs(base - expected.base)).toBeLessThan(1e-9);
      for (const [place, { value }] of parts.entries())
        expect(Math.abs(value - expected.values[place]!)).toBeLessThan(1e-9);
    }
  });

  it('are near them where orders are drawn, by the errors that are given', async () => {
    const { method, scales } = await found(20);
    expect(method).toBe('sampled');
    for (const { scale, contributions: parts } of scales) {
      for (const [place, { value, standardError }] of parts.entries())
        expect(Math.abs(value - golden.scales[scale]!.values[place]!)).toBeLessThan(4 * standardError + 1e-9);
    }
  });
});
