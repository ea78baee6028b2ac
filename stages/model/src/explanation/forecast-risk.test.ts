import { Random } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curveAt } from '../discrete-hazards.ts';
import { forecast } from '../native-forecast.ts';
import { planted } from '../planted.fixture.ts';
import { trainForecast, type TrainedForecast } from '../train.ts';
import { addedValues } from './added-value.ts';
import { contributions } from './contributions.ts';
import { type OpenRiskModel, openForecastRisk } from './forecast-risk.ts';
import { segmentOcclusion, sliceSaliency } from './occlusion.ts';
import { playersBy, sequenceName, variableName } from './players.ts';
import { allBut, type ModelInput } from './risk-model.ts';

const { table, outcome } = planted(240, 'slices', new Random(2));
const train = [...Array(200).keys()];
const rows = [200, 201, 202, 204];
const horizonDays = 900;
let trained: TrainedForecast;
let model: OpenRiskModel;

beforeAll(async () => {
  trained = await trainForecast({
    table,
    outcome,
    rows: train,
    config: { members: 2, epochs: 40, keepEvery: 40 },
    random: new Random(2),
  });
  // At 0 the network would say nothing, and hiding what only it sees would change nothing.
  expect(trained.plan.training.epochs).toBe(40);
  model = await openForecastRisk(trained, table, rows, { horizonDays, references: { table, rows: train } });
}, 60_000);
afterAll(() => model.close());

/** The forecast's own risk for a row of a changed table. */
async function riskOf(changed: PredictorTable, row: number): Promise<number> {
  const [one] = await forecast(trained, changed, [row]);
  return curveAt(one!.timesDays, one!.composite.risk, horizonDays);
}

const hide = (of: number, which: (input: ModelInput) => boolean) =>
  allBut(
    model,
    of,
    model.inputsOf(of).flatMap((input, index) => (which(input) ? [index] : [])),
  );

async function risk(subject: number, shown: Uint8Array, hidden: 'missing' | 'median' | number = 'missing') {
  return (await model.risk([{ subject, shown, hidden }]))[0]!;
}

describe('a forecast opened for explanation', () => {
  it('gives the risk and range of the forecast where everything is shown', async () => {
    const intervals = await model.interval(
      rows.map((_, subject) => ({ subject, shown: allBut(model, subject), hidden: 'missing' })),
    );
    const forecasts = await forecast(trained, table, rows);
    for (const [index, { timesDays, composite }] of forecasts.entries()) {
      for (const key of ['risk', 'low', 'high'] as const)
        expect(
          Math.abs(intervals[index]![key] - curveAt(timesDays, composite[key], horizonDays)),
        ).toBeLessThan(1e-6);
    }
  });

  it('hides a column as if it were not observed', async () => {
    for (const name of ['lab0', 'cmr13']) {
      const j = table.columns.findIndex((column) => column.name === name);
      const changed = { ...table, observed: table.observed.slice() };
      changed.observed[201 * 16 + j] = 0;
      const hidden = await risk(
        1,
        hide(1, (input) => input.kind === 'column' && input.name === name),
      );
      expect(Math.abs(hidden - (await riskOf(changed, 201)))).toBeLessThan(1e-6);
    }
  });

  it('hides a segment as if it were not measured', async () => {
    const observed = table.segments[0]!.observed.slice();
    observed[200 * 16 + 4] = 0;
    const changed = { ...table, segments: [{ ...table.segments[0]!, observed }] };
    const hidden = await risk(
      0,
      hide(0, (input) => input.kind === 'segment' && input.segment === 5),
    );
    expect(Math.abs(hidden - (await riskOf(changed, 200)))).toBeLessThan(1e-6);
    expect(Math.abs(hidden - (await riskOf(table, 200)))).toBeGreaterThan(1e-5);
    expect((await segmentOcclusion(model, 0, 'missing'))[4]).toBeCloseTo(
      (await riskOf(table, 200)) - hidden,
      6,
    );
  });

  it('hides a slice, and all slices, as if they were not in the exam', async () => {
    const seen = table.slices[202]![0]!;
    const keep = [...seen.level.keys()].filter((place) => place !== 3);
    const without = (places: readonly number[]) => ({
      ...table,
      slices: table.slices.map((own, row) =>
        row !== 202
          ? own
          : places.length === 0
            ? []
            : [
                {
                  ...seen,
                  values: Float32Array.from(
                    places.flatMap((p) => [...seen.values.subarray(p * 24, p * 24 + 24)]),
                  ),
                  level: Float32Array.from(places, (p) => seen.level[p]!),
                },
              ],
      ),
    });
    const one = await risk(
      2,
      hide(2, (input) => input.kind === 'slice' && input.place === 3),
    );
    expect(Math.abs(one - (await riskOf(without(keep), 202)))).toBeLessThan(1e-6);
    const all = await risk(
      2,
      hide(2, (input) => input.kind === 'slice'),
    );
    expect(Math.abs(all - (await riskOf(without([]), 202)))).toBeLessThan(1e-6);
    const [saliency] = await sliceSaliency(model, 2);
    expect(saliency!.slices[3]!.change).toBeCloseTo((await riskOf(table, 202)) - one, 6);
    expect(saliency!.bands.flatMap(({ places }) => places)).toEqual([...seen.level.keys()]);
  });

  it('hides everything behind a reference as if the patient were that one, but for what the patient lacks', async () => {
    const nothing = allBut(model, 3).fill(0);
    const bands = (row: number) =>
      Array.from(table.slices[row]![0]?.level ?? [], (level) => Math.min(5, Math.floor(level * 6)));
    const sameBands = (row: number) => String([...new Set(bands(row))]) === String([...new Set(bands(204))]);
    const reference = train.findIndex(sameBands);
    expect(bands(204).length).toBeGreaterThan(0);
    // The reference's risk with those cells missing that row 204 does not have.
    const p = table.columns.length;
    const changed = { ...table, observed: table.observed.slice() };
    for (let j = 0; j < p; j++) if (!table.observed[204 * p + j]) changed.observed[reference * p + j] = 0;
    const expected = await riskOf(changed, reference);
    expect(Math.abs((await risk(3, nothing, reference)) - expected)).toBeLessThan(1e-6);
    expect(Math.abs((await risk(3, nothing)) - expected)).toBeGreaterThan(1e-3);
    await expect(risk(3, nothing, 200)).rejects.toThrow(RangeError);
  });

  it('has medians of the training rows that do not depend on the subjects', async () => {
    const cells = train.flatMap((row) => (table.observed[row * 16 + 2] ? [table.values[row * 16 + 2]!] : []));
    const sorted = cells.sort((a, b) => a - b);
    const middle = (sorted[Math.ceil(sorted.length / 2) - 1]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
    const changed = { ...table, values: table.values.slice() };
    changed.values[200 * 16 + 2] = middle;
    const hidden = await risk(
      0,
      hide(0, (input) => input.kind === 'column' && input.name === 'lab2'),
      'median',
    );
    expect(table.observed[200 * 16 + 2]).toBe(1);
    expect(Math.abs(hidden - (await riskOf(changed, 200)))).toBeLessThan(1e-6);
  });

  it('refuses what it was not given', async () => {
    const bare = await openForecastRisk(trained, table, rows);
    expect(bare).toMatchObject({ references: 0, hasMedian: false });
    await expect(segmentOcclusion(bare, 0, 'median')).rejects.toThrow(RangeError);
    const config = { pairs: 2, background: 'references' as const };
    await expect(contributions(bare, 0, [], config, new Random(1))).rejects.toThrow(RangeError);
    await expect(risk(0, new Uint8Array(3))).rejects.toThrow(/inputs shown or hidden, got 3/);
    await bare.close();
  });
});

describe('contributions to a forecast', () => {
  it('add up on every scale, name only what the patient has, and find the images that carry the hazard', async () => {
    const totals = new Map<string, number>();
    for (const subject of rows.keys()) {
      const players = playersBy(model.inputsOf(subject), variableName);
      const config = { pairs: 4, background: 'missing' as const };
      const { scales } = await contributions(model, subject, players, config, new Random('c'));
      expect(scales.map(({ scale }) => scale)).toEqual(['risk', 'logit', 'log-cumulative-hazard']);
      for (const { base, total, contributions: parts } of scales)
        expect(Math.abs(base + parts.reduce((sum, { value }) => sum + value, 0) - total)).toBeLessThan(1e-9);
      const unobserved = table.columns.flatMap(({ name }, j) =>
        table.observed[rows[subject]! * 16 + j] ? [] : [name],
      );
      const named = scales[0]!.contributions.map(({ player }) => player);
      expect(named.some((name) => unobserved.includes(name))).toBe(false);
      for (const { player, value } of scales[2]!.contributions)
        totals.set(player, (totals.get(player) ?? 0) + Math.abs(value));
    }
    const order = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    expect(order.slice(0, 2)).toContain('lge-sax images');
  });

  it('of sequences and record are enumerated', async () => {
    const players = playersBy(model.inputsOf(0), sequenceName);
    expect(players.map(({ name }) => name)).toEqual(['clinical', 'other CMR', 'LGE']);
    const config = { pairs: 8, background: 'references' as const };
    const few = await openForecastRisk(trained, table, rows, { references: { table, rows: [0, 1, 2] } });
    const result = await contributions(few, 0, players, config, new Random('s'));
    expect(result).toMatchObject({ method: 'exact', evaluations: 24 });
    await few.close();
  });

  it('are refused where a model does not give one risk for one patient', async () => {
    let asked = 0;
    const fickle = {
      ...model,
      risk: async (sets: readonly unknown[]) => Float64Array.from(sets, () => 0.1 + 0.01 * asked++),
    };
    const players = playersBy(model.inputsOf(0), sequenceName);
    await expect(
      contributions(fickle, 0, players, { pairs: 2, background: 'missing' }, new Random(1)),
    ).rejects.toThrow(/add up/);
  });
});

describe('what a test adds', () => {
  it('is the change of risk and of its range; a test that was not done adds nothing', async () => {
    const { whole, tests } = await addedValues(model, 2);
    const of = (name: string) => tests.find(({ test }) => test === name)!;
    expect(of('troponin')).toEqual({
      test: 'troponin',
      inputs: 0,
      without: null,
      change: null,
      widthChange: null,
    });
    const shown = hide(2, (input) => input.kind !== 'column');
    expect(of('LGE').inputs).toBe(shown.filter((one) => one === 0).length);
    expect(of('LGE').change).toBeCloseTo(whole.risk - (await risk(2, shown)), 6);
    const { low, high } = of('LGE').without!;
    expect(of('LGE').widthChange).toBeCloseTo(whole.high - whole.low - (high - low), 12);
  });
});
