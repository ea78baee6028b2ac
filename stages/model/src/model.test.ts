import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash, Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { takeFollowUp } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { describe, expect, it } from 'vitest';
import { readBundle, writeBundle } from './bundle.ts';
import { competitors } from './comparators/competitors.ts';
import { forecast } from './forecast.ts';
import { patientTable } from './patient.ts';
import { planted } from './planted.fixture.ts';
import { type ForecastConfig, trainForecast } from './train.ts';

const quick: Partial<ForecastConfig> = { members: 2, epochs: 40 };
const train = [...Array(200).keys()];
const test = Array.from({ length: 200 }, (_, index) => 200 + index);
const random = () => new Random(11);
const card = {
  name: 'planted',
  created: '2026-01-01T00:00:00.000Z',
  softwareVersion: '0.1.0',
  seed: 11,
  dataSet: 'none',
  subjects: 200,
  events: {},
  outcome: { causes: ['mace', 'other death'], compositeName: 'MACE', horizonDays: null },
  predictors: [],
  sequences: [],
  trainedOn: 'virtual patients' as const,
  intendedUse: 'test',
};

function harrell(risk: ArrayLike<number>, { days, cause }: Outcome): number {
  return concordance(Float64Array.from(risk), takeFollowUp({ days: days!, event: cause }, test)).index!;
}

async function judge(name: string, table: PredictorTable, outcome: Outcome): Promise<number> {
  const competitor = competitors({ columns: table.columns, horizonDays: 1000, forecast: quick }).find(
    (entry) => entry.name === name,
  )!;
  const { risk, incidenceAtHorizon } = await competitor.fitPredict({
    table,
    outcome,
    train,
    test,
    random: random(),
  });
  expect(incidenceAtHorizon!.every((value) => value >= 0 && value <= 1)).toBe(true);
  return harrell(risk, outcome);
}

describe('the forecast', () => {
  it('finds a hazard that two columns carry', async () => {
    const { table, outcome } = planted(400, 'columns', new Random(1));
    expect(await judge('multimodal', table, outcome)).toBeGreaterThan(0.68);
    expect(await judge('clinical-cox', table, outcome)).toBeGreaterThan(0.6);
  });

  it('finds a hazard that only the images carry, which the clinical Cox model cannot', async () => {
    const { table, outcome } = planted(400, 'slices', new Random(2));
    const multimodal = await judge('multimodal', table, outcome);
    expect(multimodal).toBeGreaterThan(0.65);
    expect(multimodal).toBeGreaterThan((await judge('clinical-cox', table, outcome)) + 0.08);
  });

  it('falls to chance when the outcomes are shuffled', async () => {
    const { table, outcome } = planted(400, 'columns', new Random(3));
    const order = new Random(4).permutation(400);
    const shuffled: Outcome = {
      ...outcome,
      days: Float64Array.from(order, (row) => outcome.days![row]!),
      cause: Uint8Array.from(order, (row) => outcome.cause[row]!),
    };
    const index = await judge('multimodal', table, shuffled);
    expect(index).toBeGreaterThan(0.4);
    expect(index).toBeLessThan(0.6);
  });

  it('is a logistic regression of the same form for a yes/no outcome', async () => {
    const { table, outcome } = planted(400, 'columns', new Random(5));
    const yesNo: Outcome = {
      days: null,
      cause: outcome.cause.map((code) => (code === 1 ? 1 : 0)),
      causes: ['mace'],
      compositeCauses: ['mace'],
      compositeName: 'MACE',
    };
    const only = ['multimodal', 'clinical-cox', 'clinical-cmr-cox'];
    const config = { columns: table.columns, horizonDays: null, forecast: quick, only };
    for (const competitor of competitors(config)) {
      const { risk } = await competitor.fitPredict({ table, outcome: yesNo, train, test, random: random() });
      const cases = test.map((row, index) => ({ event: yesNo.cause[row]!, risk: risk[index]! }));
      const mean = (event: number) => {
        const own = cases.filter((entry) => entry.event === event);
        return own.reduce((sum, entry) => sum + entry.risk, 0) / own.length;
      };
      expect(mean(1), competitor.name).toBeGreaterThan(mean(0) + 0.05);
      const expected = risk.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(expected - cases.filter(({ event }) => event === 1).length)).toBeLessThan(30);
    }
  });
});

describe('the bundle', () => {
  const { table, outcome } = planted(260, 'columns', new Random(6));
  const rows = train;
  const trained = trainForecast({ table, outcome, rows, config: quick, random: random() });
  const write = async (model: Awaited<typeof trained>) => {
    const folder = join(await mkdtemp(join(tmpdir(), 'myocast-bundle-')), 'model');
    await writeBundle(model, folder, card);
    return folder;
  };
  const hashes = async (folder: string) => {
    const names = (await readdir(folder)).sort();
    const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return names.map((name, index) => [name, contentHash(contents[index]!)]);
  };

  it('forecasts as the model in memory does, and curves rise between 0 and 1', async () => {
    const read = await readBundle(await write(await trained));
    if (!read.ok) throw new Error(read.issues[0]!.message);
    const later = Array.from({ length: 60 }, (_, index) => 200 + index);
    const inMemory = await forecast(await trained, table, later);
    const fromBundle = await forecast(read.value, table, later);
    for (const [index, { composite, incidence }] of fromBundle.entries()) {
      for (const [k, risk] of composite.risk.entries()) {
        expect(Math.abs(risk - inMemory[index]!.composite.risk[k]!)).toBeLessThan(1e-6);
        expect(composite.low[k]!).toBeLessThanOrEqual(risk + 1e-12);
        expect(composite.high[k]!).toBeGreaterThanOrEqual(risk - 1e-12);
        expect(risk + incidence['other death']![k]!).toBeLessThanOrEqual(1 + 1e-12);
        if (k > 0) expect(risk).toBeGreaterThanOrEqual(composite.risk[k - 1]!);
      }
    }
  });

  it('has the same bytes for the same seed, whatever the rows not trained on hold', async () => {
    const changed: PredictorTable = { ...table, values: table.values.slice() };
    changed.values.fill(77, 200 * 16);
    const blank: Outcome = {
      ...outcome,
      days: outcome.days!.slice().fill(0, 200),
      cause: outcome.cause.slice().fill(0, 200),
    };
    const again = await trainForecast({
      table: changed,
      outcome: blank,
      rows,
      config: quick,
      random: random(),
    });
    expect(await hashes(await write(again))).toEqual(await hashes(await write(await trained)));
    const other = await trainForecast({ table, outcome, rows, config: quick, random: new Random(12) });
    expect(await hashes(await write(other))).not.toEqual(await hashes(await write(await trained)));
  });

  it('is refused when a byte of it has changed or a file is gone', async () => {
    const folder = await write(await trained);
    const path = join(folder, 'member-1.onnx');
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
    await writeFile(path, bytes);
    expect(await readBundle(folder)).toMatchObject({ ok: false, issues: [{ kind: 'bad-value', path }] });
    expect(await readBundle(join(folder, 'nowhere'))).toMatchObject({ ok: false });
  });

  it('forecasts the population for a patient of whom nothing is known, and says what is missing', async () => {
    const { plan } = await trained;
    const unknown = patientTable(plan, [{ subject: 'x', values: { lab3: 0.5, lab99: 1, lab4: 'high' } }]);
    expect(unknown.issues.map(({ kind, path }) => [kind, path])).toEqual([
      ['unknown-column', 'x: lab99'],
      ['bad-value', 'x: lab4'],
    ]);
    const nothing = patientTable(plan, [{ subject: 'x', values: {} }]);
    if (!nothing.ok) throw new Error('expected a table');
    const [one] = await forecast(await trained, nothing.value, [0]);
    expect(one!.missing).toEqual([
      ...plan.scaler.columns.map(({ name }) => name),
      'transmurality',
      'lge-sax',
    ]);
    const everyone = await forecast(await trained, table, rows);
    const average =
      everyone.reduce((sum, { composite }) => sum + composite.risk.at(-1)!, 0) / everyone.length;
    expect(Math.abs(one!.composite.risk.at(-1)! - average)).toBeLessThan(0.1);
  });
});
