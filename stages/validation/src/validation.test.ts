import { Random } from '@myocast/base';
import { competitors } from '@myocast/model';
import type { ForecastCompetitor } from '@myocast/model';
import { compositeFollowUp, type Outcome } from '@myocast/predictors';
import { type FollowUp, kaplanMeier, survivalAt, takeFollowUp } from '@myocast/survival';
import { concordance, rocAuc } from '@myocast/survival/performance';
import { describe, expect, it } from 'vitest';
import { concordanceAcrossCentres } from './across-centres.ts';
import { calibrationBins, riskThirds } from './calibration.ts';
import { cohort, inputFor, simpleCox } from './cohort.fixture.ts';
import { crossValidate, type FoldRecord } from './cross-validation.ts';
import { centreSplits, stratifiedFolds } from './splits.ts';
import { validationRecord } from './validation-record.ts';

/** Every number anywhere in a value. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersOf) : [];
}

describe('splits', () => {
  it('hold each centre out once and train on the others', () => {
    const splits = centreSplits(['b', 'a', 'b', 'c']);
    expect(splits.map(({ name, train, test }) => [name, [...train], [...test]])).toEqual([
      ['a', [0, 2, 3], [1]],
      ['b', [1, 3], [0, 2]],
      ['c', [0, 1, 2], [3]],
    ]);
    expect(() => centreSplits(['a', 'a'])).toThrow('expected at least 2 centres');
  });
  it('spread every stratum over the folds, and hold each row out once', () => {
    const strata = Array.from({ length: 53 }, (_, row) => (row % 5 === 0 ? 1 : 0));
    const folds = stratifiedFolds(strata, 5, new Random(3));
    expect(folds.flatMap(({ test }) => test).toSorted((a, b) => a - b)).toEqual([...strata.keys()]);
    for (const { test, train } of folds) {
      const events = test.filter((row) => strata[row] === 1).length;
      expect(events === 2 || events === 3).toBe(true);
      expect(test.length + train.length).toBe(53);
    }
    expect(stratifiedFolds(strata, 5, new Random(3))).toEqual(folds);
  });
});

describe('cross-validation', () => {
  const run = (data: ReturnType<typeof cohort>, competitor: ForecastCompetitor, more = {}) =>
    crossValidate({
      ...data,
      splits: centreSplits(data.table.centres),
      competitors: [competitor],
      random: new Random(1),
      ...more,
    });

  it('finds what there is to find, and chance once the outcomes are shuffled', async () => {
    const data = cohort(600, 'signal');
    const honest = await run(data, simpleCox());
    const index = concordance(honest[0]!.risk, compositeFollowUp(data.outcome)).index!;
    expect(index).toBeGreaterThan(0.7);
    const order = new Random('shuffle').permutation(600);
    const shuffled: Outcome = {
      ...data.outcome,
      days: Float64Array.from(order, (row) => data.outcome.days![row]!),
      cause: Uint8Array.from(order, (row) => data.outcome.cause[row]!),
    };
    const chance = await run({ ...data, outcome: shuffled }, simpleCox());
    const shuffledIndex = concordance(chance[0]!.risk, compositeFollowUp(shuffled));
    expect(Math.abs(shuffledIndex.index! - 0.5)).toBeLessThan(3.5 * shuffledIndex.standardError!);
  });
  it('leaves the model of a split as it is when a held-out subject changes, in values or outcome', async () => {
    const data = cohort(80, 'leak');
    const before = new Map<string, number[]>();
    await run(data, simpleCox(before));
    const held = centreSplits(data.table.centres)[2]!.test;
    const changed = structuredClone(data);
    changed.table.values[2 * held[0]!] = 50;
    changed.outcome.days![held[0]!] = 1;
    changed.outcome.cause[held[0]!] = 1;
    const after = new Map<string, number[]>();
    await run(changed, simpleCox(after));
    expect(after.get(held.join())).toEqual(before.get(held.join()));
    const elsewhere = [...before.keys()].filter((key) => key !== held.join());
    for (const key of elsewhere) expect(after.get(key)).not.toEqual(before.get(key));
  });
  it('does not fit a competitor that would be the same model as another, and names it with the reason', async () => {
    const data = cohort(80, 'same');
    const all = competitors({ columns: data.table.columns, horizonDays: 100 });
    const pair = all.filter(({ name }) => name === 'clinical-cox' || name === 'fine-gray');
    const input = { ...data, splits: centreSplits(data.table.centres), random: new Random(1) };
    const withCompeting = await crossValidate({ ...input, competitors: pair });
    expect(withCompeting.map(({ name }) => name)).toEqual(['clinical-cox', 'fine-gray']);
    const cause = data.outcome.cause.map((code) => (code === 2 ? 0 : code));
    const outcome = { ...data.outcome, cause };
    const alone = await crossValidate({ ...input, outcome, competitors: pair });
    expect(alone.map(({ name, standsFor }) => [name, standsFor])).toEqual([
      [
        'clinical-cox',
        [
          'Fine-Gray, clinical: the same model as Ridge Cox, clinical, without a competing event the subdistribution hazard is the hazard',
        ],
      ],
    ]);
    expect(validationRecord({ ...inputFor(data, alone), outcome }).leftOut).toEqual(alone[0]!.standsFor);
    // Fitted by itself it is there, and orders the subjects as the other does.
    const fineGray = await crossValidate({ ...input, outcome, competitors: pair.slice(1) });
    const [own, other] = [fineGray[0]!.incidenceAtHorizon!, alone[0]!.incidenceAtHorizon!];
    for (const [row, incidence] of own.entries())
      expect(Math.abs(incidence - other[row]!)).toBeLessThan(5e-3);
  });
  it('keeps with each fold what a comparator decided and filled in on its training rows', async () => {
    const data = cohort(80, 'fit');
    const folds: FoldRecord[] = [];
    const [cox] = competitors({ columns: data.table.columns, horizonDays: 100, only: ['clinical-cox'] });
    const gaps = { ...data.table, observed: data.table.observed.slice() };
    gaps.observed[0] = 0;
    const missing = centreSplits(gaps.centres).map(({ test }) => (test.includes(0) ? [0, 1] : [1, 0]));
    const writeFold = async (fold: FoldRecord) => {
      folds.push(fold);
    };
    await run({ ...data, table: gaps }, cox!, { writeFold });
    expect(folds.map(({ fit }) => [fit!.filledCells.train, fit!.filledCells.test])).toEqual(missing);
  });
  it('shows a competitor frozen rows and no outcome of those it predicts', async () => {
    const data = cohort(40, 'blank');
    const seen: number[] = [];
    await run(data, {
      name: 'peek',
      label: 'Peek',
      fitPredict: async ({ outcome, train, test }) => {
        expect(Object.isFrozen(train) && Object.isFrozen(test)).toBe(true);
        expect(train.map((row) => outcome.days![row])).toEqual(train.map((row) => data.outcome.days![row]));
        for (const row of test) seen.push(outcome.days![row]! + outcome.cause[row]!);
        return { risk: new Float64Array(test.length), incidenceAtHorizon: null };
      },
    });
    expect(seen).toEqual(Array.from({ length: 40 }, () => 0));
    expect(data.outcome.days!.every((day) => day > 0)).toBe(true);
  });
  it('takes up where it was interrupted, with the same predictions', async () => {
    const data = cohort(80, 'resume');
    const kept = new Map<string, string>();
    const store = {
      readFold: async (name: string, split: string) =>
        JSON.parse(kept.get(`${name} ${split}`) ?? 'null') as FoldRecord | null,
      writeFold: async (record: FoldRecord) => {
        kept.set(`${record.competitor} ${record.split}`, JSON.stringify(record));
      },
    };
    const whole = await run(data, simpleCox(), store);
    expect(kept.size).toBe(4);
    kept.delete('cox C');
    const fitted = new Map<string, number[]>();
    const steps: number[] = [];
    const resumed = await run(data, simpleCox(fitted), {
      ...store,
      onProgress: (done: number) => steps.push(done),
    });
    expect(fitted.size).toBe(1);
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(resumed).toEqual(whole);
  });
  it('names competitor and split when a prediction is no risk', async () => {
    const bad: ForecastCompetitor = {
      name: 'bad',
      label: 'Bad',
      fitPredict: async ({ test }) => ({
        risk: new Float64Array(test.length).fill(Number.NaN),
        incidenceAtHorizon: null,
      }),
    };
    await expect(run(cohort(20, 'bad'), bad)).rejects.toThrow('bad, A: expected finite risks, found NaN');
  });
  it('refuses splits that hold a row out twice, or train on it', async () => {
    const data = cohort(8, 'splits');
    const splits = [{ name: 'one', train: [0, 1], test: [1] }];
    await expect(run(data, simpleCox(), { splits })).rejects.toThrow('trains on rows that it holds out');
    await expect(run(data, simpleCox(), { splits: [{ ...splits[0], train: [] }] })).rejects.toThrow(
      'row 0 was 0 times',
    );
  });
});

describe('the validation record', () => {
  it('judges every model in every centre and pooled, with intervals about the estimates', async () => {
    const data = cohort(400, 'record');
    const predictions = await crossValidate({
      ...data,
      splits: centreSplits(data.table.centres),
      competitors: [simpleCox()],
      random: new Random(1),
    });
    const record = validationRecord(inputFor(data, predictions));
    expect(record.groups.map(({ group }) => group)).toEqual(['A', 'B', 'C', 'D', 'all']);
    const pooled = record.groups.at(-1)!;
    const [cox] = pooled.models;
    expect(cox!.harrell.value).toBe(concordance(predictions[0]!.risk, compositeFollowUp(data.outcome)).index);
    for (const estimate of [cox!.harrell, cox!.uno, cox!.brier, cox!.ipa, cox!.observedOverExpected]) {
      expect(estimate.low!).toBeLessThan(estimate.value!);
      expect(estimate.high!).toBeGreaterThan(estimate.value!);
    }
    expect(cox!.observedOverExpected.low!).toBeLessThan(1.1);
    expect(cox!.observedOverExpected.high!).toBeGreaterThan(0.9);
    expect(cox!.ipa.value!).toBeGreaterThan(0);
    expect(record.events['death']).toBe(pooled.events);
    expect(record.acrossCentres!['cox']!.low!).toBeGreaterThan(0.5);
    expect(record.calibration['cox']!.map(({ subjects }) => subjects)).toEqual([80, 80, 80, 80, 80]);
    const { curve, riskCounts } = record.smoothCalibration!['cox']!;
    expect(riskCounts.reduce((sum, count) => sum + count, 0)).toBe(400);
    const risks = predictions[0]!.incidenceAtHorizon!.toSorted();
    expect(curve!.predicted[0]!).toBeGreaterThanOrEqual(risks[4]!);
    expect(curve!.predicted.at(-1)!).toBeLessThanOrEqual(risks[395]!);
    expect(curve!.observed.every((risk, k) => risk >= curve!.low[k]! && risk <= curve!.high[k]!)).toBe(true);
    // The model is the right one: the line of perfect calibration is within most of the band.
    const held = curve!.predicted.filter((risk, k) => risk >= curve!.low[k]! && risk <= curve!.high[k]!);
    expect(held.length).toBeGreaterThan(0.7 * curve!.predicted.length);
    const ends = record.riskGroups.map(({ survival }) => survival.at(-1)!);
    expect(ends[0]!).toBeGreaterThan(ends[2]!);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(validationRecord(inputFor(data, predictions))).toEqual(record);
  });
  it('judges a study of one centre once, without measures across centres', () => {
    const data = cohort(60, 'one centre');
    const risk = Float64Array.from({ length: 60 }, (_, row) => data.table.values[2 * row]!);
    const model = { name: 'm', label: 'M', risk, incidenceAtHorizon: null };
    const record = validationRecord({
      ...inputFor(data, [model]),
      centres: Array.from(risk, () => 'Worcester'),
    });
    expect(record.groups.map(({ group, subjects }) => [group, subjects])).toEqual([['all', 60]]);
    expect(record).not.toHaveProperty('acrossCentres');
    expect(record.notes).toContain('One centre: measures across centres need at least two.');
    expect(record.notes.join()).not.toContain('pools subjects across centres');
  });
  it('says why an estimate is not there, and holds no NaN, when there are hardly any events', () => {
    const data = cohort(16, 'few');
    data.outcome.cause.fill(0);
    data.outcome.cause[0] = 1;
    data.outcome.days!.fill(500);
    const risk = Float64Array.from({ length: 16 }, (_, row) => row);
    const model = { name: 'm', label: 'M', risk, incidenceAtHorizon: risk.map((value) => value / 20) };
    const bare = { name: 'bare', label: 'Bare', risk, incidenceAtHorizon: null };
    const record = validationRecord(inputFor(data, [model, bare]));
    const [judged, without] = record.groups.at(-1)!.models;
    expect(judged!.harrell).toEqual({
      value: null,
      low: null,
      high: null,
      reason: 'expected at least 2 events, found 1',
    });
    expect(judged!.brier.reason).toBe('the follow-up of these subjects does not determine it');
    expect(without!.brier.reason).toBe('the model predicts no risk at the horizon');
    expect(record.calibration['m']![0]!.observed.value).toBeNull();
    expect(numbersOf(record).every((value) => Number.isFinite(value))).toBe(true);
  });
  it('gives the AUC, the plain Brier score and the prevalence of a yes/no outcome', () => {
    const data = cohort(60, 'binary');
    const outcome: Outcome = { ...data.outcome, days: null };
    const random = new Random('p');
    const risk = Float64Array.from({ length: 60 }, () => Math.round(random.uniform() * 20) / 20);
    const record = validationRecord(
      inputFor({ ...data, outcome }, [{ name: 'm', label: 'M', risk, incidenceAtHorizon: risk }]),
    );
    const [judged] = record.groups.at(-1)!.models;
    const yes = outcome.cause.map((code) => (code === 1 ? 1 : 0));
    expect(judged!.harrell.value).toBeCloseTo(rocAuc(risk, yes).area!, 12);
    expect(judged!.uno).toMatchObject({ value: null, reason: 'a yes/no outcome has no censoring times' });
    const square = risk.reduce((sum, value, row) => sum + (value - yes[row]!) ** 2, 0) / 60;
    expect(judged!.brier.value).toBeCloseTo(square, 12);
    const expected = risk.reduce((sum, value) => sum + value, 0);
    expect(judged!.observedOverExpected.value).toBeCloseTo(
      yes.filter((code) => code === 1).length / expected,
      12,
    );
    expect(record.riskGroups).toEqual([]);
  });
});

describe('calibration', () => {
  it('observes in each fifth what a count without censoring gives', () => {
    const incidence = Float64Array.from({ length: 50 }, (_, row) => row / 50);
    // one event by day 1 in the first ten subjects, two in the second ten …
    const event = Uint8Array.from({ length: 50 }, (_, row) => (row % 10 <= Math.floor(row / 10) ? 1 : 0));
    const followUp: FollowUp = { days: Float64Array.from(event, (code) => (code === 1 ? 1 : 9)), event };
    const bins = calibrationBins(incidence, followUp, 5);
    for (const [bin, share] of [0.1, 0.2, 0.3, 0.4, 0.5].entries())
      expect(bins[bin]!.observed.value).toBeCloseTo(share, 12);
    expect(bins[0]!.predicted).toBeCloseTo(0.09, 12);
    expect(bins[4]!.observed.low!).toBeLessThan(0.5);
    expect(
      calibrationBins(incidence.slice(0, 12), takeFollowUp(followUp, [...Array(12).keys()]), 5),
    ).toHaveLength(2);
  });
  it('draws the curve of each third from 1 on day 0', () => {
    const { outcome } = cohort(90, 'thirds');
    const followUp = compositeFollowUp(outcome);
    const risk = Float64Array.from({ length: 90 }, (_, row) => row);
    const [lowest] = riskThirds(risk, followUp);
    const own = kaplanMeier(takeFollowUp(followUp, [...Array(30).keys()]));
    expect([lowest!.subjects, lowest!.timesDays[0], lowest!.survival[0]]).toEqual([30, 0, 1]);
    expect(lowest!.survival.at(-1)).toBe(survivalAt(own, 1e6));
  });
});

describe('the average across centres', () => {
  it('does not see a difference between centres', () => {
    const data = cohort(200, 'centres');
    const followUp = compositeFollowUp(data.outcome);
    const risk = Float64Array.from({ length: 200 }, (_, row) => data.table.values[2 * row]!);
    const moved = risk.map((value, row) => value + 10 * (row % 4));
    const plain = concordanceAcrossCentres(risk, followUp, data.table.centres);
    expect(concordanceAcrossCentres(moved, followUp, data.table.centres)).toEqual(plain);
    expect(
      concordanceAcrossCentres(
        risk,
        followUp,
        data.table.centres.map(() => 'one'),
      ).value,
    ).toBeNull();
  });
});
