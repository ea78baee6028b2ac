import { canonicalJson, Random } from '@myocast/base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planted } from '../planted.fixture.ts';
import { trainForecast } from '../train.ts';
import { explain } from './explain.ts';
import { type OpenRiskModel, openForecastRisk } from './forecast-risk.ts';
import { inputLabels } from './input-labels.ts';

const { table, outcome } = planted(160, 'slices', new Random(4));
const train = [...Array(140).keys()];
const context = {
  composite: 'MACE',
  labels: {},
  abstains: null,
  missingItems: [],
  unusual: [],
  place: null,
  nearest: null,
  whyNoNearest: null,
};
let model: OpenRiskModel;
let alone: OpenRiskModel;

beforeAll(async () => {
  const trained = await trainForecast({
    table,
    outcome,
    rows: train,
    config: { members: 2, epochs: 20, keepEvery: 20 },
    random: new Random(2),
  });
  const references = { table, rows: train };
  model = await openForecastRisk(trained, table, [150, 151, 152], { references });
  alone = await openForecastRisk(trained, table, [152], { references });
}, 60_000);
afterAll(async () => {
  await model.close();
  await alone.close();
});

describe('the explanation of a forecast', () => {
  it('has the same bytes for the same seed, whoever else is explained', async () => {
    const config = { pairs: 3 };
    const first = canonicalJson(await explain(model, 2, context, new Random(1), config));
    await explain(model, 1, context, new Random(1), config);
    expect(canonicalJson(await explain(alone, 0, context, new Random(1), config))).toBe(first);
    expect(canonicalJson(await explain(model, 2, context, new Random(2), config))).not.toBe(first);
  });

  it('names what is missing and nothing of it elsewhere', async () => {
    const explanation = await explain(model, 0, context, new Random(1), { pairs: 2 });
    const unobserved = table.columns.flatMap(({ name }, j) => (table.observed[150 * 16 + j] ? [] : [name]));
    expect(explanation.missing).toEqual(unobserved);
    expect(explanation.variables.scales[0]!.contributions.map(({ player }) => player)).toEqual([
      ...table.columns.map(({ name }) => name).filter((name) => !unobserved.includes(name)),
      'transmurality by segment',
      'lge-sax images',
    ]);
    expect(explanation.variablesAgainstTraining!.scales[0]!.total).toBeCloseTo(explanation.risk.risk, 6);
    expect(explanation.segments.median!.every((change) => change !== null)).toBe(true);
  });
});

describe('labels of inputs', () => {
  it('give values with units, logarithms undone, categories by name', () => {
    const column = (name: string, label: string, unit: string | null, kind: 'continuous' | 'binary') => {
      return { name, label, unit, kind, source: 'clinical' as const };
    };
    const columns = [
      column('age', 'Age', 'y', 'continuous'),
      column('log nt_probnp', 'NT-proBNP (natural logarithm)', 'ln(ng/L)', 'continuous'),
      column('diabetes', 'Diabetes', null, 'binary'),
      column('culprit=LCX', 'Culprit artery: LCX', null, 'binary'),
      column('culprit=RCA', 'Culprit artery: RCA', null, 'binary'),
      column('killip', 'Killip class', null, 'continuous'),
    ];
    const rows = [
      [61.04, Math.log(1840), 1, 0, 1, 2],
      [70, 0, 0, 0, 0, 1],
    ];
    const labelled = {
      subjects: ['a', 'b'],
      centres: ['c', 'c'],
      columns,
      values: Float64Array.from(rows.flat()),
      observed: Uint8Array.from([1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1]),
      segments: [],
      slices: [[], []],
    };
    expect(inputLabels(labelled, 0)).toEqual({
      age: 'Age 61 y',
      nt_probnp: 'NT-proBNP 1840 ng/L',
      diabetes: 'Diabetes: yes',
      culprit: 'Culprit artery: RCA',
    });
    expect(inputLabels(labelled, 1)).toEqual({
      age: 'Age 70 y',
      diabetes: 'Diabetes: no',
      culprit: 'Culprit artery: none of the named',
      killip: 'Killip class 1',
    });
  });
});
