import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { addCrossProducts } from '../numerics/cross-products.ts';
import { coxDerivatives } from './cox-likelihood.ts';
import { coxRows, type Ties } from './cox-rows.ts';

/** Few days, so that events, censorings and entries share them. */
function cohort(random: Random, n: number, p: number, ties: Ties) {
  const days = Float64Array.from({ length: n }, () => 1 + random.integer(8));
  return {
    x: Float64Array.from({ length: n * p }, () => random.normal()),
    days,
    event: Uint8Array.from({ length: n }, () => random.integer(3)),
    entryDays: days.map((day) => (random.chance(0.4) ? random.integer(day) : -1)),
    weights: Float64Array.from({ length: n }, () => (ties === 'exact' ? 1 : random.integer(4) / 2)),
    strata: Int32Array.from({ length: n }, () => random.integer(3)),
    offset: Float64Array.from({ length: n }, () => random.normal()),
  };
}

type Cohort = ReturnType<typeof cohort>;

/** By its definition: each day of each stratum, its risk set gathered anew. */
function logLikelihood(
  { x, days, event, entryDays, weights, strata, offset }: Cohort,
  beta: Float64Array,
  ties: Ties,
) {
  const p = beta.length;
  const all = [...days.keys()];
  const eta = all.map((row) => beta.reduce((sum, b, j) => sum + b * x[row * p + j]!, offset[row]!));
  const risk = (rows: readonly number[]) =>
    rows.reduce((sum, row) => sum + weights[row]! * Math.exp(eta[row]!), 0);
  let sum = 0;
  for (const stratum of [0, 1, 2])
    for (const day of new Set(days)) {
      const here = all.filter((row) => strata[row] === stratum);
      const failing = here.filter((row) => days[row] === day && event[row] === 1 && weights[row]! > 0);
      const atRisk = here.filter((row) => days[row]! >= day && entryDays[row]! < day);
      const d = failing.length;
      if (d === 0) continue;
      sum += failing.reduce((total, row) => total + weights[row]! * eta[row]!, 0);
      if (ties === 'exact') {
        const risks = atRisk.map((row) => Math.exp(eta[row]!));
        sum -= Math.log(subsets(risks, d));
        continue;
      }
      const mean = failing.reduce((total, row) => total + weights[row]! / d, 0);
      for (let l = 0; l < d; l++)
        sum -= mean * Math.log(risk(atRisk) - (ties === 'efron' ? l / d : 0) * risk(failing));
    }
  return sum;
}

/** Sum over all sets of `size` of these numbers of their product. */
function subsets(values: readonly number[], size: number): number {
  if (size === 0) return 1;
  if (values.length < size) return 0;
  const [first, ...rest] = values;
  return first! * subsets(rest, size - 1) + subsets(rest, size);
}

describe('the partial likelihood', () => {
  const [n, p] = [24, 3];
  it.each(['efron', 'breslow', 'exact'] as const)(
    'is its definition, with strata, late entry, weights and offset: %s',
    (ties) => {
      const random = new Random(`likelihood ${ties}`);
      for (let trial = 0; trial < 12; trial++) {
        const one = cohort(random.fork(trial), n, p, ties);
        const beta = Float64Array.of(0.4, -0.8, 0.2);
        const rows = coxRows(one.x, one, one.weights, ties, one);
        const got = coxDerivatives(rows, beta);
        expect(got.logLikelihood).toBeCloseTo(logLikelihood(one, beta, ties), 9);
        for (let j = 0; j < p; j++) {
          const h = 1e-5;
          const [up, down] = [h, -h].map((step) => beta.map((b, k) => (k === j ? b + step : b)));
          const slope = (logLikelihood(one, up!, ties) - logLikelihood(one, down!, ties)) / (2 * h);
          expect(Math.abs(got.gradient[j]! - slope)).toBeLessThan(1e-7);
          const [above, below] = [coxDerivatives(rows, up!), coxDerivatives(rows, down!)];
          for (let k = 0; k < p; k++) {
            const curvature = (below.gradient[k]! - above.gradient[k]!) / (2 * h);
            expect(Math.abs(got.information[j * p + k]! - curvature)).toBeLessThan(1e-7);
          }
        }
      }
    },
  );
  it('is not lost where somebody who is at risk on no event day has an enormous predictor', () => {
    // the third is gone before the first event, the fourth enters after the last
    const followUp = {
      days: Float64Array.of(5, 7, 1, 20),
      event: Uint8Array.of(1, 1, 0, 0),
      entryDays: Float64Array.of(0, 0, 0, 8),
    };
    const rows = coxRows(Float64Array.of(0, 1, 1e5, 1e5), followUp, new Float64Array(4).fill(1), 'efron');
    const { logLikelihood, gradient } = coxDerivatives(rows, Float64Array.of(1));
    expect(logLikelihood).toBeCloseTo(-Math.log(1 + Math.E), 9);
    expect(gradient[0]).toBeCloseTo(-Math.E / (1 + Math.E), 9);
  });
});

describe('cross products', () => {
  it.each([1, 2, 3, 5, 8, 11])('of %i columns, some of them taken', (q) => {
    const random = new Random(`products ${q}`);
    const rows = 7;
    const x = Float64Array.from({ length: (q + 2) * rows }, () => random.normal());
    const weights = Float64Array.from({ length: rows }, () => random.normal());
    const places = Int32Array.from({ length: q }, (_, j) => q + 1 - j);
    const target = new Float64Array(q * q).fill(1);
    addCrossProducts(x, places, weights, target);
    for (let j = 0; j < q; j++)
      for (let k = 0; k < q; k++) {
        let sum = 0;
        for (let row = 0; row < rows; row++)
          sum += weights[row]! * x[places[j]! * rows + row]! * x[places[k]! * rows + row]!;
        // the upper triangle is left as it was
        expect(target[j * q + k]).toBeCloseTo(k <= j ? 1 + sum : 1, 12);
      }
  });
});
