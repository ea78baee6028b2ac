import { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { takeFollowUp } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { describe, expect, it } from 'vitest';
import { competitors } from './comparators/competitors.ts';
import { forecast } from './native-forecast.ts';
import { patientTable } from './patient.ts';
import { predictorDefinitions } from './predictor-definitions.ts';
import { planted } from './planted.fixture.ts';
import { type ForecastConfig, trainForecast } from './train.ts';

const quick: Partial<ForecastConfig> = { members: 2, epochs: 40 };
const train = [...Array(200).keys()];
const test = Array.from({ length: 200 }, (_, index) => 200 + index);
const random = () => new Random(11);
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

describe('a trained forecast', () => {
  const { table, outcome } = planted(260, 'columns', new Random(6));
  const rows = train;
  const trained = trainForecast({ table, outcome, rows, config: quick, random: random() });

  it('gives curves that rise between 0 and 1, within their interval', async () => {
    const later = Array.from({ length: 60 }, (_, index) => 200 + index);
    for (const { composite, incidence } of await forecast(await trained, table, later)) {
      for (const [k, risk] of composite.risk.entries()) {
        expect(composite.low[k]!).toBeLessThanOrEqual(risk + 1e-12);
        expect(composite.high[k]!).toBeGreaterThanOrEqual(risk - 1e-12);
        expect(risk + incidence['other death']![k]!).toBeLessThanOrEqual(1 + 1e-12);
        if (k > 0) expect(risk).toBeGreaterThanOrEqual(composite.risk[k - 1]!);
      }
    }
  });

  it('forecasts the population for a patient of whom nothing is known, says what is missing, and abstains', async () => {
    const { plan } = await trained;
    const predictors = predictorDefinitions(plan, table.columns, []);
    const nothing = patientTable(predictors, [{ subject: 'x', values: {} }]);
    if (!nothing.ok) throw new Error('expected a table');
    const [one] = await forecast(await trained, nothing.value, [0]);
    expect(one!.missing).toEqual([
      ...plan.scaler.columns.map(({ name }) => name),
      'transmurality',
      'lge-sax',
    ]);
    expect(one).toMatchObject({ distance: null, group: null, abstains: { reason: 'little-observed' } });
    const everyone = await forecast(await trained, table, rows);
    const average =
      everyone.reduce((sum, { composite }) => sum + composite.risk.at(-1)!, 0) / everyone.length;
    expect(Math.abs(one!.composite.risk.at(-1)! - average)).toBeLessThan(0.1);
  });
});
