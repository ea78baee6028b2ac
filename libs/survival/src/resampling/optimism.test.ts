import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { brierScore } from '../performance/brier-score.ts';
import { lehmerCohort, lehmerRows } from '../testing/lehmer.ts';
import { bootstrap632 } from './bootstrap-632.ts';
import { modelMeasures } from './model-measures.ts';
import { correctOptimism } from './optimism.ts';
import { coxPipeline, fineGrayPipeline, type Pipeline } from './pipeline.ts';
import { brierError, concordanceError } from './prediction-error.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/survival/optimism.json', import.meta.url), 'utf8'),
);
const n = 120;
const { names, predictors, followUp } = lehmerCohort(n, 23);
const resampling = { resamples: 40, rows: lehmerRows(n, 500) };
const cox = coxPipeline({ names, predictors, followUp }, { ties: 'efron' }, [400]);

describe('correctOptimism', () => {
  const { measures, withoutModel } = correctOptimism(n, cox, modelMeasures(followUp, 400), resampling)!;

  for (const name of ['harrell', 'hazardSlope', 'brier', 'ipa', 'observedOverExpected'] as const)
    it(`has the ${name} of a loop in R on the same resamples`, () => {
      const got = measures[name];
      const { loop } = golden;
      expect(got.apparent).toBeCloseTo(loop.apparent[name], 7);
      expect(got.optimism).toBeCloseTo(loop.optimism[name], 7);
      expect(got.corrected).toBeCloseTo(loop.apparent[name] - loop.optimism[name], 7);
      expect(got.optimismSpread).toBeCloseTo(loop.spread[name], 7);
      if (name === 'hazardSlope') expect([got.low, got.high]).toEqual([null, null]);
      else {
        expect(got.low).toBeCloseTo(loop.low[name], 7);
        expect(got.high).toBeCloseTo(loop.high[name], 7);
      }
      expect(got.skipped).toBe(0);
    });
  it("has rms's Dxy = 2 C - 1, and its slope, which it fits to three digits", () => {
    const { dxy, slope } = golden.rms;
    expect(2 * measures.harrell.inResample! - 1).toBeCloseTo(dxy.training, 9);
    expect(2 * measures.harrell.onAll! - 1).toBeCloseTo(dxy.test, 9);
    expect(2 * measures.harrell.corrected! - 1).toBeCloseTo(dxy['index.corrected'], 9);
    expect(measures.hazardSlope.corrected).toBeCloseTo(slope['index.corrected'], 3);
    expect(withoutModel).toBe(0);
  });
  it('repeats the whole pipeline: a selection of predictors in it costs, one outside would not', () => {
    const noise = new Random('noise');
    const p = 12;
    const columns = Float64Array.from({ length: n * p }, () => noise.normal());
    const best: Pipeline<Float64Array> = (rows) => {
      const gain = (j: number) => {
        const of = (row: number) => columns[row * p + j]! * (followUp.event[row] === 1 ? 1 : -1);
        return rows.reduce((sum, row) => sum + of(row), 0);
      };
      const found = Array.from({ length: p }, (_, j) => j).sort(
        (a, b) => Math.abs(gain(b)) - Math.abs(gain(a)),
      )[0]!;
      const sign = Math.sign(gain(found));
      return (others) => Float64Array.from(others, (row) => sign * columns[row * p + found]!);
    };
    const error = concordanceError('harrell', followUp);
    const corrected = correctOptimism(
      n,
      best,
      (score, rows) => ({ harrell: 1 - error.among(score, rows)! }),
      { resamples: 100, random: new Random(4) },
    )!;
    const fixed = best(Int32Array.from({ length: n }, (_, row) => row))!;
    const outside = correctOptimism(
      n,
      () => fixed,
      (score, rows) => ({ harrell: 1 - error.among(score, rows)! }),
      { resamples: 100, random: new Random(4) },
    )!;
    expect(corrected.measures.harrell.optimism).toBeGreaterThan(0.03);
    expect(Math.abs(outside.measures.harrell.optimism!)).toBeLessThan(0.01);
  });
  it('counts resamples without a model and without a measure, and gives nothing where most lack it', () => {
    const rare = { days: followUp.days, event: followUp.event.map((_, row) => (row < 2 ? 1 : 0)) };
    const fragile = coxPipeline({ names, predictors, followUp: rare }, { ties: 'efron', ridge: 1 }, [400]);
    const got = correctOptimism(n, fragile, modelMeasures(rare, 400), {
      resamples: 60,
      random: new Random(9),
    })!;
    expect(got.withoutModel).toBeGreaterThan(3);
    expect(got.measures.harrell.skipped).toBeGreaterThanOrEqual(got.withoutModel);
    const never = correctOptimism(n, cox, () => ({ nothing: null }), resampling)!;
    expect(never.measures.nothing).toMatchObject({ corrected: null, low: null, skipped: 40 });
    expect(
      correctOptimism(
        n,
        () => null,
        () => ({ nothing: null }),
        resampling,
      ),
    ).toBeNull();
  });
  it('measures the cumulative incidence of a Fine-Gray model where events compete', () => {
    const competing = {
      days: followUp.days,
      event: followUp.event.map((code, row) => (row % 4 ? code : 2 * code)),
    };
    const pipeline = fineGrayPipeline({ names, predictors, followUp: competing }, [400]);
    const got = correctOptimism(n, pipeline, modelMeasures(competing, 400), {
      resamples: 15,
      random: new Random(2),
    })!;
    expect(got.measures.hazardSlope.apparent).toBeNull();
    expect(got.measures.slope.corrected).toBeLessThan(1.2);
    expect(got.measures.observedOverExpected.apparent).toBeCloseTo(1, 1);
  });
});

describe('bootstrap632', () => {
  const risks: Pipeline<readonly Float64Array[]> = (rows) => {
    const model = cox(rows);
    return model === null ? null : (others) => model(others).risks;
  };
  it("has pec's errors at each day, averaged over resamples", () => {
    const { pec } = golden;
    for (const [k, t] of pec.at.entries()) {
      const pipeline = coxPipeline({ names, predictors, followUp }, { ties: 'efron' }, [t]);
      const got = bootstrap632(
        n,
        (rows) => {
          const model = pipeline(rows);
          return model === null ? null : (others: Int32Array) => model(others).risks;
        },
        brierError(followUp, [t])!,
        resampling,
        { average: 'resamples' },
      )!;
      for (const name of ['apparent', 'leftOut', 'withoutInformation', 'error632Plus'] as const)
        expect(got[name]).toBeCloseTo(pec[name][k], 8);
    }
  });
  it('has the written formulas of the average over subjects, and of 1 - C', () => {
    const brier = bootstrap632(n, risks, brierError(followUp, [400])!, resampling)!;
    const pairs = bootstrap632(
      n,
      (rows) => {
        const model = cox(rows);
        return model === null ? null : (others: Int32Array) => model(others).score;
      },
      concordanceError('harrell', followUp),
      resampling,
    )!;
    for (const [got, there] of [
      [brier, golden.subjects],
      [pairs, golden.concordance],
    ])
      for (const [name, value] of Object.entries(there))
        expect(got[name as never]).toBeCloseTo(value as number, 8);
    expect(brier).toMatchObject({ resamples: 40, skipped: 0, neverLeftOut: 0 });
    expect(() =>
      bootstrap632(n, risks, { ...brierError(followUp, [400])!, bySubject: null }, resampling, {
        average: 'subjects',
      }),
    ).toThrow('mean over subjects');
  });
  it('the integrated error is the trapezoid of the days, and the apparent one the Brier score', () => {
    const days = [200, 400, 700];
    const pipeline = coxPipeline({ names, predictors, followUp }, { ties: 'efron' }, days);
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const prediction = pipeline(all)!(all).risks;
    const scores = days.map((t, k) => brierScore(prediction[k]!, followUp, t).score!);
    const error = brierError(followUp, days)!;
    expect(error.among(prediction, all)).toBeCloseTo(
      ((scores[0]! + scores[1]!) * 100 + (scores[1]! + scores[2]!) * 150) / 500,
      12,
    );
    const mean = error.bySubject!(prediction, all).reduce((sum, value) => sum + value / n, 0);
    expect(mean).toBeCloseTo(error.among(prediction, all)!, 12);
    expect(brierError(followUp, [1e9])).toBeNull();
    expect(() => brierError(followUp, [5, 5])).toThrow('ascending');
  });
  it('case weights count as many subjects', () => {
    const weights = Float64Array.from({ length: n }, (_, row) => 1 + (row % 2));
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const prediction = risks(all)!(all);
    const weighted = brierError({ ...followUp, weights }, [400])!;
    const rows = Int32Array.from([...all].flatMap((row) => (row % 2 ? [row, row] : [row])));
    const twice = {
      days: Float64Array.from(rows, (row) => followUp.days[row]!),
      event: Uint8Array.from(rows, (row) => followUp.event[row]!),
    };
    const long = brierError(twice, [400])!;
    const repeated = [Float64Array.from(rows, (row) => prediction[0]![row]!)];
    const allOfThem = Int32Array.from(rows.keys());
    expect(weighted.among(prediction, all)).toBeCloseTo(long.among(repeated, allOfThem)!, 10);
    expect(weighted.withoutInformation(prediction)).toBeCloseTo(long.withoutInformation(repeated)!, 10);
  });
  it('counts resamples without a model, and a subject that none left out', () => {
    const got = bootstrap632(
      4,
      (rows) => (rows.includes(3) ? (others: Int32Array) => [Float64Array.from(others, () => 0.5)] : null),
      brierError({ days: Float64Array.of(1, 2, 3, 4), event: Uint8Array.of(1, 0, 1, 1) }, [2.5])!,
      { resamples: 50, random: new Random(6) },
    )!;
    expect(got.skipped).toBeGreaterThan(5);
    expect(got.neverLeftOut).toBe(1);
    expect(got.error632Plus).not.toBeNull();
  });
});
