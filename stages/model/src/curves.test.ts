import { exportOnnx, input, loadModel } from '@myocast/autodiff';
import { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { concordance } from '@myocast/survival/performance';
import { expect, it } from 'vitest';
import { curvedColumns } from './curve-graph.ts';
import { fitCurves, withCurves } from './curves.ts';
import { forecast } from './native-forecast.ts';
import { trainForecast } from './train.ts';

const n = 40;
const random = new Random('curves');
/** Two columns that vary, one of two values. */
const columns = Float32Array.from({ length: 3 * n }, (_, cell) =>
  cell % 3 === 2 ? Number(random.chance(0.4)) : random.normal(),
);
const observed = Float32Array.from({ length: 3 * n }, () => Number(random.chance(0.8)));
for (let cell = 0; cell < 3 * n; cell++) if (!observed[cell]) columns[cell] = 0;
const curves = fitCurves(columns, observed, 3);

it('bends the columns that vary at their quartiles, and no others', () => {
  expect(curves.map(({ column }) => column)).toEqual([0, 1]);
  const seen = [...Array(n).keys()]
    .filter((row) => observed[3 * row])
    .map((row) => columns[3 * row]!)
    .sort((a, b) => a - b);
  expect(seen.filter((value) => value < curves[0]!.knots[0]).length).toBe(
    Math.floor(0.25 * (seen.length - 1)),
  );
});

it('counts the mean and a missing value as 0', () => {
  const features = withCurves(columns, observed, 3, curves);
  for (const at of [3, 4, 5, 6]) {
    let sum = 0;
    for (let row = 0; row < n; row++) sum += features[row * 7 + at]!;
    expect(Math.abs(sum)).toBeLessThan(1e-4);
  }
  const missing = [...Array(n).keys()].find((row) => !observed[3 * row])!;
  expect([...features.subarray(missing * 7 + 3, missing * 7 + 5)]).toEqual([0, 0]);
});

it('is the same in a graph', async () => {
  const features = curvedColumns(input('columns', [n, 3, 1]), input('observed', [n, 3, 1]), curves);
  const model = await loadModel(exportOnnx({ outputs: { features }, parameters: {} }));
  const found = await model.run({
    columns: { data: columns, shape: [n, 3, 1] },
    observed: { data: observed, shape: [n, 3, 1] },
  });
  await model.close();
  const expected = withCurves(columns, observed, 3, curves);
  for (const [cell, value] of expected.entries())
    expect(Math.abs(found['features']!.data[cell]! - value)).toBeLessThan(1e-6);
});

it('lets a forecast find a risk that is high at both ends of a column', async () => {
  const subjects = 300;
  const value = Float64Array.from({ length: subjects }, () => random.normal());
  const days = value.map((x) => Math.ceil(900 * random.exponential(Math.exp(1.5 * Math.abs(x) - 1.2))));
  const outcome: Outcome = {
    days: days.map((day) => Math.min(day, 1500)),
    cause: Uint8Array.from(days, (day) => Number(day <= 1500)),
    causes: ['death'],
    compositeCauses: ['death'],
    compositeName: 'death',
  };
  const table: PredictorTable = {
    subjects: Array.from(value, (_, row) => `S${row}`),
    centres: Array.from(value, () => 'A'),
    columns: [{ name: 'x', label: 'x', unit: null, kind: 'continuous', source: 'clinical' }],
    values: value,
    observed: new Uint8Array(subjects).fill(1),
    segments: [],
    slices: Array.from(value, () => []),
  };
  const rows = [...Array(200).keys()];
  const trained = await trainForecast({ table, outcome, rows, config: { epochs: 0 }, random });
  expect(trained.plan.curves).toHaveLength(1);
  const later = Array.from({ length: 100 }, (_, index) => 200 + index);
  const forecasts = await forecast(trained, table, later);
  const risk = Float64Array.from(forecasts, ({ composite }) => composite.risk.at(-1)!);
  const { index } = concordance(risk, {
    days: Float64Array.from(later, (row) => outcome.days![row]!),
    event: Uint8Array.from(later, (row) => outcome.cause[row]!),
  });
  expect(index).toBeGreaterThan(0.65);
});
