import { readFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import type { Outcome, PredictorTable } from '@myocast/predictors';
import { describe, expect, it } from 'vitest';
import { competitors } from './competitors.ts';

interface Golden {
  readonly columns: readonly string[];
  readonly x: readonly (readonly (number | null)[])[];
  readonly days: readonly number[];
  /** For Fine-Gray regression, on whose ties R's own programs differ. */
  readonly untied: readonly number[];
  readonly cause: readonly number[];
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly horizons: readonly number[];
  /** Missing cells of the prespecified columns. */
  readonly missing: { readonly train: number; readonly test: number };
  readonly results: {
    readonly [name: string]: {
      readonly risk: readonly number[];
      readonly incidence: readonly (readonly number[])[];
    };
  };
}

// reference/model/comparators.R: R 4.2.2, survival 3.5.3.
const golden = JSON.parse(
  readFileSync(new URL('../../../../reference/model/comparators.json', import.meta.url), 'utf8'),
) as Golden;
const cells = golden.x.flat();
const table: PredictorTable = {
  subjects: golden.x.map((_, row) => `s${row}`),
  centres: golden.x.map(() => 'c'),
  columns: golden.columns.map((name, j) => ({
    name,
    label: name,
    unit: null,
    kind: 'continuous',
    source: j >= 7 && j <= 9 ? 'cmr' : 'clinical',
  })),
  values: Float64Array.from(cells, (cell) => cell ?? 0),
  observed: Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)),
  segments: [],
  slices: golden.x.map(() => []),
};
const outcome = (days: readonly number[]): Outcome => ({
  days: Float64Array.from(days),
  cause: Uint8Array.from(golden.cause),
  causes: ['cv death', 'mi', 'other death'],
  compositeCauses: ['cv death', 'mi'],
  compositeName: 'MACE',
});

describe('the prespecified regressions on a table with missing cells, ties and a competing cause', () => {
  it.each(Object.entries(golden.results))('%s is that of R', async (name, wanted) => {
    const [competitor] = competitors({
      columns: table.columns,
      horizonDays: golden.horizons[0]!,
      only: [name],
    });
    const { risk, incidence, incidenceAtHorizon, fit } = await competitor!.fitPredict({
      table,
      outcome: outcome(name === 'fine-gray' ? golden.untied : golden.days),
      train: golden.train,
      test: golden.test,
      random: new Random(1),
    });
    // R's linear predictor is at the means of the standardised columns, which are 0.
    near(risk, wanted.risk);
    for (const [at, days] of golden.horizons.entries()) near(incidence!(days), wanted.incidence[at]!);
    near(incidenceAtHorizon!, wanted.incidence[0]!);
    if (fit!.predictors === 10) expect(fit!.filledCells).toEqual(golden.missing);
    expect(fit!.leftOut).toEqual([]);
  });
});

function near(got: ArrayLike<number>, wanted: readonly number[]) {
  expect(got.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) expect(Math.abs(got[at]! - value)).toBeLessThan(1e-6);
}
