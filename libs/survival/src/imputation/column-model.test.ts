import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { invertCholesky } from '../numerics/cholesky.ts';
import { sandwich } from '../numerics/matrix.ts';
import { categoryPosterior, drawCategoryModel } from './category-model.ts';
import type { ImputationColumn } from './column.ts';
import { drawColumnModel, drawValue } from './column-model.ts';
import { drawLinear, linearPosterior } from './linear-model.ts';
import type { PredictorMatrix } from './predictor-matrix.ts';

const random = new Random('column model');
const n = 30;
const x = Float64Array.from({ length: n }, () => 5 + 2 * random.normal());
const z = x.map((value) => 0.6 * value + random.normal());
const matrix: PredictorMatrix = { names: ['x', 'z'], columns: [x, z] };
const rows = Int32Array.from(x.keys());
const draws = 20_000;

/** Mean [q] and covariance [q, q] of draws. */
function momentsOf(drawn: readonly (readonly number[])[]) {
  const q = drawn[0]!.length;
  const mean = Array.from({ length: q }, (_, j) => drawn.reduce((sum, row) => sum + row[j]! / draws, 0));
  const covariance = Array.from({ length: q * q }, (_, at) => {
    const [i, j] = [Math.floor(at / q), at % q];
    return drawn.reduce((sum, row) => sum + ((row[i]! - mean[i]!) * (row[j]! - mean[j]!)) / draws, 0);
  });
  return { mean, covariance };
}

function nearMoments(
  got: ReturnType<typeof momentsOf>,
  mean: readonly number[],
  covariance: ArrayLike<number>,
) {
  const q = mean.length;
  for (let i = 0; i < q; i++) {
    expect(Math.abs(got.mean[i]! - mean[i]!)).toBeLessThan(5 * Math.sqrt(covariance[i * q + i]! / draws));
    for (let j = 0; j < q; j++) {
      const scale = Math.sqrt(covariance[i * q + i]! * covariance[j * q + j]!);
      expect(Math.abs(got.covariance[i * q + j]! - covariance[i * q + j]!) / scale).toBeLessThan(0.06);
    }
  }
}

describe('draws from the posterior', () => {
  it('of a linear regression have the mean and covariance of a multivariate t', () => {
    const y = x.map((value, row) => 1 + 0.5 * value - z[row]! + random.normal());
    const posterior = linearPosterior(y, matrix, rows);
    const stream = random.fork('linear');
    const drawn = Array.from({ length: draws }, () => {
      const { coefficients, sigma } = drawLinear(posterior, stream);
      return [coefficients.constant, ...coefficients.slopes, sigma ** 2];
    });
    const got = momentsOf(drawn.map((row) => row.slice(0, 3)));
    // by hand: (XᵀX)⁻¹ of the constant and two predictors, times the residual squares over df - 2
    const cross = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) =>
        rows.reduce((sum, row) => sum + [1, x[row]!, z[row]!][i]! * [1, x[row]!, z[row]!][j]!, 0),
      ),
    );
    const { degreesOfFreedom: df, residualSquares, estimate } = posterior;
    const variance = residualSquares / (df - 2);
    const wanted = inverse3(cross).map((value) => value * variance);
    nearMoments(got, [estimate.constant, ...estimate.slopes], wanted);
    const sigmaSquares = drawn.reduce((sum, row) => sum + row[3]! / draws, 0);
    expect(Math.abs(sigmaSquares / variance - 1)).toBeLessThan(0.02);
    expect(df).toBe(27);
  });
  it('of a logistic regression have the inverse of the information', () => {
    const y = x.map((value) => (random.chance(1 / (1 + Math.exp(5 - value))) ? 1 : 0));
    const posterior = categoryPosterior(y, 2, false, matrix, rows)!;
    const stream = random.fork('logistic');
    const drawn = Array.from({ length: draws }, () => {
      const model = drawCategoryModel(posterior, stream);
      if (model.method !== 'nominal') throw new Error('expected scores');
      return [model.scores[0]!.constant, ...model.scores[0]!.slopes];
    });
    const { means, scales } = posterior.standardised;
    const map = Float64Array.of(
      1,
      -means[0]! / scales[0]!,
      -means[1]! / scales[1]!,
      0,
      1 / scales[0]!,
      0,
      0,
      0,
      1 / scales[1]!,
    );
    const covariance = sandwich(map, invertCholesky(posterior.factor));
    const [constant, ...slopes] = [0, 3, 6].map(
      (at) =>
        map[at]! * posterior.parameters[0]! +
        map[at + 1]! * posterior.parameters[1]! +
        map[at + 2]! * posterior.parameters[2]!,
    );
    nearMoments(momentsOf(drawn), [constant!, ...slopes], covariance);
  });
  it('of ordered categories keep their thresholds ascending', () => {
    const y = x.map((value, row) => (row % 10 === 0 ? 1 : value > 5 ? 2 : 0));
    const posterior = categoryPosterior(y, 3, true, matrix, rows)!;
    const stream = random.fork('ordinal');
    for (let draw = 0; draw < 500; draw++) {
      const model = drawCategoryModel(posterior, stream);
      if (model.method !== 'ordinal') throw new Error('expected thresholds');
      expect(model.thresholds[0]!).toBeLessThan(model.thresholds[1]!);
    }
  });
});

describe('values from a drawn model', () => {
  const column = (kind: ImputationColumn['kind'], values: Float64Array, more = {}): ImputationColumn => ({
    name: 'y',
    kind,
    values,
    observed: new Uint8Array(n).fill(1),
    ...more,
  });
  it('by matching come from the donors nearest to the drawn prediction, each as often', () => {
    const y = x.map((value, row) => 2 * value + row / 100);
    const model = drawColumnModel(column('numeric', y), matrix, rows, 3, random.fork('pmm'), () => {});
    if (model.method !== 'pmm') throw new Error('expected donors');
    const stream = random.fork('values');
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 9000; draw++) {
      const { value } = drawValue(model, matrix.columns, 4, stream);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const { constant, slopes } = model.coefficients;
    const target = constant + slopes[0]! * x[4]! + slopes[1]! * z[4]!;
    const order = [...model.donors.fitted.keys()].sort(
      (a, b) => Math.abs(model.donors.fitted[a]! - target) - Math.abs(model.donors.fitted[b]! - target),
    );
    expect(new Set(counts.keys())).toEqual(new Set(order.slice(0, 3).map((at) => model.donors.values[at]!)));
    for (const count of counts.values()) expect(Math.abs(count - 3000)).toBeLessThan(200);
  });
  it('by a normal regression have its mean and spread, and of categories their probabilities', () => {
    const y = x.map((value) => value + random.normal());
    const model = drawColumnModel(
      column('numeric', y, { method: 'norm' }),
      matrix,
      rows,
      5,
      random.fork('norm'),
      () => {},
    );
    if (model.method !== 'norm') throw new Error('expected a normal');
    const stream = random.fork('norm values');
    const values = Array.from({ length: draws }, () => drawValue(model, matrix.columns, 7, stream).value);
    const mean = values.reduce((sum, value) => sum + value / draws, 0);
    const target =
      model.coefficients.constant +
      model.coefficients.slopes[0]! * x[7]! +
      model.coefficients.slopes[1]! * z[7]!;
    expect(Math.abs(mean - target)).toBeLessThan((5 * model.sigma) / Math.sqrt(draws));
    const thirds = {
      method: 'nominal',
      scores: [Math.log(2), Math.log(3)].map((constant) => ({ constant, slopes: Float64Array.of(0, 0) })),
    } as const;
    const counts = [0, 0, 0];
    for (let draw = 0; draw < draws; draw++) counts[drawValue(thirds, matrix.columns, 0, stream).value]! += 1;
    for (const [code, share] of [1 / 6, 2 / 6, 3 / 6].entries())
      expect(Math.abs(counts[code]! / draws - share)).toBeLessThan(0.02);
  });
});

function inverse3(m: readonly number[]): number[] {
  const [a, b, c, d, e, f, g, h, i] = m as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ].map((value) => value / determinant);
}
