import { Random } from '@myocast/base';
import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lehmerCohort } from '../testing/lehmer.ts';
import { crossValidate, outOfFold } from './cross-validation.ts';
import { crossValidationFolds, foldRows } from './folds.ts';
import { modelMeasures } from './model-measures.ts';
import { coxPipeline } from './pipeline.ts';

const counted = (fold: Int32Array, keep: (row: number) => boolean, folds: number) =>
  Array.from(
    { length: folds },
    (_, own) => [...fold.keys()].filter((row) => fold[row] === own && keep(row)).length,
  );
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

describe('crossValidationFolds', () => {
  it('folds differ by at most one in size and in events of each code, whatever the codes', () => {
    assert(
      property(
        array(integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 60 }),
        integer({ min: 2, max: 6 }),
        (event, folds) => {
          const [fold] = crossValidationFolds(event.length, { folds, random: new Random(1), event });
          expect(spread(counted(fold!, () => true, folds))).toBeLessThanOrEqual(1);
          for (const code of [0, 1, 2])
            expect(spread(counted(fold!, (row) => event[row] === code, folds))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
  it('never divides a centre, and spreads the events over the folds', () => {
    const random = new Random('centres');
    const groups = Array.from({ length: 300 }, () => random.integer(24));
    const event = Array.from({ length: 300 }, () => (random.chance(0.2) ? 1 : 0));
    const repeats = crossValidationFolds(300, { folds: 4, repeats: 3, random: new Random(2), event, groups });
    expect(repeats).toHaveLength(3);
    expect(repeats[0]).not.toEqual(repeats[1]);
    for (const fold of repeats) {
      const of = new Map(groups.map((group, row) => [group, fold[row]]));
      for (const [row, group] of groups.entries()) expect(fold[row]).toBe(of.get(group));
      expect(spread(counted(fold, (row) => event[row] === 1, 4))).toBeLessThanOrEqual(4);
    }
  });
  it('the second repeat is the same whether or not there is a third', () => {
    const of = (repeats: number) => crossValidationFolds(40, { folds: 5, repeats, random: new Random(7) });
    expect(of(3)[1]).toEqual(of(2)[1]);
  });
  it('refuses more folds than centres, one fold, and codes of another length', () => {
    const random = new Random(1);
    expect(() => crossValidationFolds(4, { folds: 3, random, groups: [1, 1, 2, 2] })).toThrow(
      'expected 2 to 2 folds for 2 groups, got 3',
    );
    expect(() => crossValidationFolds(4, { folds: 1, random })).toThrow('2 to 4 folds for 4 rows');
    expect(() => crossValidationFolds(4, { folds: 2, random, event: [1] })).toThrow(
      '4 codes of event, got 1',
    );
  });
});

describe('crossValidate', () => {
  const n = 120;
  const { names, predictors, followUp } = lehmerCohort(n, 23);
  const cox = coxPipeline({ names, predictors, followUp }, { ties: 'efron' }, [400]);

  it('is the mean over repeats of models that never saw their fold', () => {
    const config = { folds: 5, repeats: 2, random: new Random(3), event: followUp.event };
    const measure = modelMeasures(followUp, 400);
    const got = crossValidate(n, cox, measure, ['harrell', 'brier'], config);
    const byHand = crossValidationFolds(n, config).map((folds) => {
      const values = foldRows(folds).map(({ test, train }) => measure(cox(train)!(test), test).brier!);
      return values.reduce((sum, value) => sum + value, 0) / 5;
    });
    expect(got.measures.brier.mean).toBeCloseTo((byHand[0]! + byHand[1]!) / 2, 12);
    expect(got.measures.brier.betweenRepeats).toBeCloseTo(Math.abs(byHand[0]! - byHand[1]!) / Math.SQRT2, 12);
    expect(got.measures.harrell.mean).toBeGreaterThan(0.6);
    expect(got).toMatchObject({ folds: 5, repeats: 2, withoutModel: 0 });
  });
  it('a changed outcome in the fold changes no prediction of it', () => {
    const config = { folds: 4, random: new Random(5) };
    const score = (event: Uint8Array) => {
      const pipeline = coxPipeline(
        { names, predictors, followUp: { ...followUp, event } },
        { ties: 'efron' },
        [400],
      );
      return outOfFold(
        n,
        (rows) => {
          const model = pipeline(rows);
          return model && ((others) => model(others).score);
        },
        config,
      )[0]!;
    };
    const [folds] = crossValidationFolds(n, config);
    const flipped = followUp.event.map((code, row) => (folds![row] === 2 ? 1 - code : code));
    const [before, after] = [score(followUp.event), score(flipped)];
    for (const [row, value] of before.entries())
      if (folds![row] === 2) expect(after[row]).toBe(value);
      else expect(after[row]).not.toBe(value);
  });
  it('counts folds without a model or a measure', () => {
    const config = { folds: 4, random: new Random(5) };
    const none = crossValidate(
      n,
      () => null,
      () => ({ a: 1 }),
      ['a'],
      config,
    );
    expect(none.measures.a).toEqual({ mean: null, betweenRepeats: null, betweenFolds: null, skipped: 4 });
    expect(none.withoutModel).toBe(4);
    expect(outOfFold(3, () => null, { folds: 3, random: new Random(5) })).toEqual([[null, null, null]]);
  });
});
