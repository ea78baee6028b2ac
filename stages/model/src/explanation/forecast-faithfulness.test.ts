import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { competitors } from '../comparators/competitors.ts';
import { planted } from '../planted.fixture.ts';
import { trainForecast } from '../train.ts';
import { faithfulnessRecord, faithfulnessSubjects, forecastCurves } from './forecast-faithfulness.ts';

const { table: full, outcome } = planted(260, 'columns', new Random(6));
const train = [...Array(200).keys()];
const test = Array.from({ length: 60 }, (_, index) => 200 + index);
const quick = { members: 2, epochs: 0 };
/** The first held-out subject has one column alone. */
const observed = full.observed.slice();
observed.fill(0, 200 * 16 + 1, 201 * 16);
observed[200 * 16] = 1;
const bare = full.segments.map((segment) => ({
  ...segment,
  observed: segment.observed.slice().fill(0, 200 * 16, 201 * 16),
}));
const table = {
  ...full,
  observed,
  segments: bare,
  slices: full.slices.map((own, row) => (row === 200 ? [] : own)),
};
const trained = trainForecast({ table, outcome, rows: train, config: quick, random: new Random(3) });
const config = { most: faithfulnessSubjects, horizonDays: 730 };

describe('the faithfulness of a trained forecast', () => {
  it('is of a fixed number of subjects spread over all, and counts those without an order', async () => {
    const found = await forecastCurves(await trained, table, test, config, new Random(1));
    expect(found.asked).toBe(24);
    expect(found.curves).toHaveLength(23);
    for (const { deletion, insertion } of found.curves)
      expect([deletion.length, insertion.length, deletion[0]!.length]).toEqual([6, 6, 11]);
    const record = faithfulnessRecord(found, { heldOut: true, horizonDays: 730 }, new Random(2))!;
    expect(record).toMatchObject({
      heldOut: true,
      horizonDays: 730,
      subjects: 23,
      leftOut: 1,
      randomOrders: 5,
    });
    // Two columns carry the hazard: what is named first must matter more than what is drawn at random.
    for (const { low, difference, high, pValue, better } of [record.deletion, record.insertion]) {
      expect(low!).toBeGreaterThan(0);
      expect(difference).toBeGreaterThan(low!);
      expect(high!).toBeGreaterThan(difference);
      expect(pValue).toBeLessThan(0.01);
      expect(better).toBeGreaterThan(15);
    }
    expect(JSON.stringify(record)).not.toContain('curves');
  });

  it('is the same again from the same seed, and of fewer subjects where there are fewer', async () => {
    const few = { most: 4, horizonDays: 730 };
    const once = await forecastCurves(await trained, table, test.slice(1, 4), few, new Random(1));
    expect(once.asked).toBe(3);
    expect(await forecastCurves(await trained, table, test.slice(1, 4), few, new Random(1))).toEqual(once);
  });

  it('is null where nobody has two inputs', async () => {
    const found = await forecastCurves(await trained, table, [200], config, new Random(1));
    expect(found).toEqual({ asked: 1, curves: [] });
    expect(faithfulnessRecord(found, { heldOut: true, horizonDays: null }, new Random(1))).toBeNull();
  });

  it('comes with the multimodal model of a split where it is asked for, and costs the others nothing', async () => {
    const given = { table, outcome, train, test, random: new Random(4) };
    const shared = { columns: table.columns, horizonDays: 730, forecast: quick };
    const [asked, other] = competitors({ ...shared, explainedRows: 3, only: ['multimodal', 'clinical-cox'] });
    const { explained, risk } = await asked!.fitPredict(given);
    expect(explained).toMatchObject({ asked: 3 });
    expect(explained!.curves).toHaveLength(2);
    expect((await other!.fitPredict(given)).explained).toBeUndefined();
    const [plain] = competitors({ ...shared, only: ['multimodal'] });
    const without = await plain!.fitPredict(given);
    expect(without.explained).toBeUndefined();
    expect(without.risk).toEqual(risk);
  });
});
