import { Random } from '@myocast/base';
import { beforeAll, describe, expect, it } from 'vitest';
import { forecast } from '../native-forecast.ts';
import type { Forecast } from '../records.ts';
import { type ForecastTraining, trainForecast } from '../train.ts';
import { type Course, firstEventCourses, type Known } from './course.ts';
import { plantedCourses, plantedEffects } from './courses.fixture.ts';
import { landmarkForecast } from './landmark-forecast.ts';
import type { LandmarkModel } from './landmark-model.ts';
import { termName } from './terms.ts';
import { type LandmarkInput, trainLandmark } from './train-landmark.ts';

const n = 900;
const { table, courses, outcome } = plantedCourses(n, 3);
const train = [...Array(700).keys()];
const test = Array.from({ length: 200 }, (_, index) => 700 + index);
const nothing: Known = { events: [], findings: [] };
let baseline: ForecastTraining;
let model: LandmarkModel;

beforeAll(async () => {
  baseline = await trainForecast({
    table,
    outcome,
    rows: train,
    config: { members: 2, epochs: 0 },
    random: new Random(2),
  });
  model = trainLandmark({ baseline, table, rows: train, courses, random: new Random(2) });
}, 60_000);

const trained = () => ({ ...baseline, plan: { ...baseline.plan, landmark: model } });
const ask = (rows: readonly number[], landmarkDays: number, known: (row: number) => Known) =>
  landmarkForecast(
    trained(),
    table,
    rows,
    rows.map((row) => ({ landmarkDays, known: known(row) })),
  );
const trainedWith = (other: Partial<LandmarkInput>) =>
  trainLandmark({ baseline, table, rows: train, courses, random: new Random(2), ...other });
const effect = (name: string, own = model) => {
  const at = own.terms.findIndex((term) => termName(term) === name);
  return { value: own.composite[at]!, error: own.training.terms[at]!.standardError };
};
const furthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, t) => Math.abs(value - b[t]!)));
const last = ({ composite }: Forecast) => composite.risk.at(-1)!;

describe('the landmark forecast', () => {
  it('on the index date is the baseline forecast, whatever comes later', async () => {
    const first = await forecast(baseline, table, test);
    const again = await ask(test, 0, (row) => courses[row]!);
    for (const [at, entry] of again.entries()) {
      const { used, notUsed, landmarkDays, missing, timesDays, composite, incidence } = entry;
      expect(timesDays).toEqual(first[at]!.timesDays);
      for (const bound of ['risk', 'low', 'high'] as const)
        expect(furthest(composite[bound], first[at]!.composite[bound])).toBeLessThan(1e-14);
      for (const [cause, curve] of Object.entries(incidence))
        expect(furthest(curve, first[at]!.incidence[cause]!)).toBeLessThan(1e-14);
      expect([used, notUsed, landmarkDays]).toEqual([[], [], 0]);
      expect(missing).toEqual(['change in ejection_fraction']);
    }
  });

  it('of whom nothing has become known is that of the baseline given survival, at every time and of every cause', async () => {
    const first = await forecast(baseline, table, test);
    // Known only later: an event that is reported after the landmark, and one of a cause that the terms do not know.
    const known: Known = {
      events: [
        { cause: 'hf', days: 300, knownDays: 1001 },
        { cause: 'other', days: 10 },
      ],
      findings: [],
    };
    const landmarkDays = first[0]!.timesDays[20]!;
    for (const [at, entry] of (await ask(test, landmarkDays, () => known)).entries()) {
      const { incidence, composite, timesDays } = first[at]!;
      const gone = Object.values(incidence).reduce((sum, curve) => sum + curve[20]!, 0);
      const given = (curve: readonly number[]) =>
        curve.slice(20).map((value) => (value - curve[20]!) / (1 - gone));
      expect(entry.timesDays).toEqual(timesDays.slice(20));
      expect(furthest(entry.composite.risk, given(composite.risk))).toBeLessThan(1e-12);
      for (const [cause, curve] of Object.entries(entry.incidence))
        expect(furthest(curve, given(incidence[cause]!))).toBeLessThan(1e-12);
    }
  });

  it('is less sure after an event, by what the data leave open of its effect', async () => {
    const hf: Known = { events: [{ cause: 'hf', days: 60 }], findings: [] };
    const halfWidth = ({ composite: { low, high } }: Forecast) => {
      const logit = (risk: number) => Math.log(risk / (1 - risk));
      return logit(high.at(-1)!) - logit(low.at(-1)!);
    };
    const [free, after] = await Promise.all([nothing, hf].map((known) => ask([700], 700, () => known)));
    expect(halfWidth(after![0]!)).toBeGreaterThan(halfWidth(free![0]!));
  });

  it('has risks from 0 on that rise, of causes that add up, within their interval', async () => {
    for (const entry of await ask(test.slice(0, 40), 500, (row) => courses[row]!)) {
      expect(entry.timesDays[0]).toBe(500);
      expect(entry.timesDays.at(-1)).toBe(baseline.plan.intervalEnds.at(-1));
      const { risk, low, high } = entry.composite;
      expect(risk[0]).toBe(0);
      for (const [t, value] of risk.entries()) {
        expect(Math.abs(entry.incidence['hf']![t]! + entry.incidence['death']![t]! - value)).toBeLessThan(
          1e-12,
        );
        if (t > 0) expect(value).toBeGreaterThan(risk[t - 1]!);
        if (t > 0) expect([low[t]! < value, value < high[t]!, high[t]! <= 1]).toEqual([true, true, true]);
      }
    }
  });

  it('does not change with anything that happens, is found or is reported after the landmark', async () => {
    const now = (row: number): Known => ({
      events: courses[row]!.events.filter(({ days }) => days <= 400),
      findings: courses[row]!.findings,
    });
    const later = (row: number): Known => ({
      events: [
        ...now(row).events,
        { cause: 'hf', days: 401 },
        { cause: 'hf', days: 390, knownDays: 401 },
        { cause: 'death', days: 500 },
      ],
      findings: [...now(row).findings, { name: 'ejection_fraction', value: 5, days: 401, source: 'exam' }],
    });
    const alike = async (days: number) =>
      JSON.stringify(await ask(test, days, later)) === JSON.stringify(await ask(test, days, now));
    expect([await alike(400), await alike(401)]).toEqual([true, false]);
  });

  it('is higher after HF, and more so soon after it', async () => {
    const hf = (days: number): Known => ({ events: [{ cause: 'hf', days }], findings: [] });
    const [free, long, fresh] = await Promise.all(
      [nothing, hf(60), hf(690)].map((known) => ask(test, 700, () => known)),
    );
    for (const at of test.keys()) expect(last(long![at]!)).toBeGreaterThan(1.3 * last(free![at]!));
    expect(long![0]!.used).toEqual(['hf on day 60']);
    expect(last(fresh![0]!)).not.toBe(last(long![0]!));
  });

  it('after a second exam follows the change that it found', async () => {
    const exam =
      (change: number) =>
      (row: number): Known => ({
        events: [],
        findings: [
          {
            name: 'ejection_fraction',
            value: table.values[3 * row + 1]! + change,
            days: 365,
            source: 'exam',
          },
        ],
      });
    const [worse, better, none] = await Promise.all([
      ask(test, 365, exam(-8)),
      ask(test, 365, exam(12)),
      ask(test, 365, () => nothing),
    ]);
    expect(last(worse[0]!)).toBeGreaterThan(1.5 * last(better[0]!));
    expect([worse[0]!.missing, none[0]!.missing]).toEqual([[], ['change in ejection_fraction']]);
    expect(worse[0]!.used[0]).toMatch(/^ejection_fraction .* on day 365$/);
  });

  it('says what was known and is no term of the model', async () => {
    const known: Known = {
      events: [{ cause: 'other', days: 3 }],
      findings: [{ name: 'nt_probnp', value: 400, days: 5, source: 'visit' }],
    };
    const [entry] = await ask([701], 10, () => known);
    expect(entry!.used).toEqual([]);
    expect(entry!.abstains).toMatchObject({
      reason: 'event-not-in-model',
      words: expect.stringContaining('other on day 3 is known and not in the model') as string,
    });
    expect(entry!.notUsed).toEqual(['other on day 3', 'nt_probnp 400 on day 5']);
  });

  it('is made from the plan as plain JSON', async () => {
    const copy = JSON.parse(JSON.stringify(model)) as LandmarkModel;
    expect(copy).toEqual(model);
  });

  it('names what the caller got wrong', async () => {
    const end = baseline.plan.intervalEnds.at(-1)!;
    await expect(
      landmarkForecast(baseline, table, [0], [{ landmarkDays: 9, known: nothing }]),
    ).rejects.toThrow('landmark model');
    await expect(ask([0], end, () => nothing)).rejects.toThrow(`before day ${end}, got ${end}`);
    await expect(ask([0], Number.NaN, () => nothing)).rejects.toThrow('got NaN');
    await expect(landmarkForecast(trained(), table, [0], [])).rejects.toThrow('expected 1 questions, got 0');
  });
});

describe('training at landmarks', () => {
  it('finds what was planted, of HF and of the second exam', () => {
    const sd = model.terms.flatMap((term) => (term.kind === 'finding' ? [term.sd] : []))[0]!;
    const change = effect('change in ejection_fraction');
    // With a third of the subjects lost in an interval, odds differ by up to half more than hazards do.
    expect(change.value / sd / plantedEffects.perPointOfChange).toBeGreaterThan(0.85);
    expect(change.value / sd / plantedEffects.perPointOfChange).toBeLessThan(1.75);
    expect(change.value / change.error).toBeLessThan(-4);
    const after = effect('earlier event').value + effect('recent event').value * 0.4;
    expect(after).toBeGreaterThan(0.6 * plantedEffects.afterHf);
    expect(after).toBeLessThan(1.3 * plantedEffects.afterHf);
  });

  it('has no term where only first events are recorded', () => {
    const own = trainedWith({ courses: firstEventCourses(outcome) });
    expect([own.terms, own.eventCauses, own.covariance, own.training.stiffness]).toEqual([[], [], [], null]);
    expect(own.training.heldOutLoss).toHaveLength(1);
    expect(own.training.events).toBeGreaterThan(50);
    expect(own.training.informative).toBe(0);
  });

  it('shrinks a stiff effect, and not its error nor whether there was an event', () => {
    const [soft, stiff, none] = [[1], [256], [null]].map((stiffnesses) =>
      trainedWith({ config: { stiffnesses } }),
    );
    expect(stiff!.covariance).toEqual(soft!.covariance);
    expect(none!.covariance).toEqual(soft!.covariance);
    const change = (own: LandmarkModel) => Math.abs(effect('change in ejection_fraction', own).value);
    expect(change(stiff!)).toBeLessThan(0.6 * change(soft!));
    expect(effect('earlier event', stiff!).value).toBeGreaterThan(0.6 * plantedEffects.afterHf);
    expect(none!.composite.every((value) => value === 0)).toBe(true);
  });

  it('looks at the training rows alone', () => {
    const spoilt = courses.map(
      (course, row): Course =>
        row < 700 ? course : { events: [{ cause: 'hf', days: 1 }], findings: [], endDays: 3 },
    );
    expect(trainLandmark({ baseline, table, rows: train, courses: spoilt, random: new Random(2) })).toEqual(
      model,
    );
  });

  it('leaves out what a handful of subjects show, and says so', () => {
    const rare = courses.map(
      (course, row): Course =>
        row % 100 === 1
          ? {
              ...course,
              findings: [...course.findings, { name: 'rare', value: row, days: 2, source: 'visit' }],
            }
          : course,
    );
    const { training, terms } = trainLandmark({
      baseline,
      table,
      rows: train,
      courses: rare,
      random: new Random(2),
    });
    expect(training.leftOut).toEqual([{ term: 'rare', subjects: expect.any(Number) }]);
    expect(training.leftOut[0]!.subjects).toBeLessThan(8);
    expect(terms.map(termName)).toEqual(model.terms.map(termName));
  });

  it('of shuffled courses tells nothing of HF or the exam', () => {
    const order = new Random(9).permutation(n);
    // Events stay with their subject; what is known before is another's.
    const shuffled = courses.map(
      (course, row): Course => ({
        ...course,
        findings: courses[order[row]!]!.findings.map((finding) => ({
          ...finding,
          value: finding.value - table.values[3 * order[row]! + 1]! + table.values[3 * row + 1]!,
        })),
      }),
    );
    const own = trainLandmark({ baseline, table, rows: train, courses: shuffled, random: new Random(2) });
    const { value, error } = effect('change in ejection_fraction', own);
    expect(Math.abs(value)).toBeLessThan(2.5 * error);
  });

  it('names what does not agree', () => {
    const input = { baseline, table, rows: train, courses, random: new Random(2) };
    expect(() => trainLandmark({ ...input, courses: courses.slice(1) })).toThrow(
      'expected 900 courses, got 899',
    );
    expect(() => trainLandmark({ ...input, rows: train.slice(1) })).toThrow('held-out logits');
    const untimed = { ...baseline, plan: { ...baseline.plan, timed: false } };
    expect(() => trainLandmark({ ...input, baseline: untimed })).toThrow('an outcome with times');
  });
});
