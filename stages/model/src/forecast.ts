import { loadModel } from '@myocast/autodiff';
import type { PredictorTable } from '@myocast/predictors';
import { hazardsOf, type Incidence, incidenceOf } from './discrete-hazards.ts';
import { fusionFeeds } from './fusion.ts';
import type { Forecast } from './records.ts';
import type { Scaler } from './scaler.ts';
import { type Tokens, tokensOf } from './tokens.ts';
import type { ForecastPlan, TrainedForecast } from './train.ts';

/**
 * Forecasts for rows of a table, in their order. The incidences are means over
 * the ensemble's members; `low` and `high` are the ensemble's range: how far its
 * members disagree, which is not a prediction interval.
 *
 * Columns, segment columns and sequences are matched by name; what the model
 * knows and a row does not give is listed as missing, and the forecast made without it.
 */
export async function forecast(
  { plan, members }: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
): Promise<Forecast[]> {
  if (rows.length === 0) return [];
  const tokens = tokensOf(plan.scaler, table, rows);
  const incidences: Incidence[][] = [];
  for (const bytes of members) incidences.push(await memberIncidences(plan, bytes, tokens));
  return rows.map((row, index) => {
    const byMember = incidences.map((all) => all[index]!);
    const composites = byMember.map((incidence) => compositeOf(plan, incidence));
    return {
      subject: table.subjects[row]!,
      timesDays: [0, ...plan.intervalEnds],
      incidence: Object.fromEntries(
        plan.causes.map((name, c) => [
          name,
          combine(
            byMember.map(({ causes }) => [...causes[c]!]),
            meanOf,
          ),
        ]),
      ),
      composite: {
        risk: combine(composites, meanOf),
        low: combine(composites, (values) => Math.min(...values)),
        high: combine(composites, (values) => Math.max(...values)),
      },
      missing: missingOf(plan.scaler, tokens, table, row, index),
    };
  });
}

async function memberIncidences(plan: ForecastPlan, bytes: Uint8Array, tokens: Tokens): Promise<Incidence[]> {
  const model = await loadModel(bytes, { threads: plan.config.threads });
  try {
    const feeds = inputShapes(plan.scaler, tokens);
    const { logits } = await model.run(feeds);
    const width = plan.intervalEnds.length * plan.causes.length;
    return Array.from({ length: tokens.count }, (_, index) => {
      const own = logits!.data.subarray(index * width, (index + 1) * width);
      return incidenceOf(hazardsOf(own, plan.causes.length), plan.causes.length);
    });
  } finally {
    await model.close();
  }
}

/** The graph's inputs with their shapes for this many subjects. */
export function inputShapes(scaler: Scaler, tokens: Tokens) {
  const n = tokens.count;
  return Object.fromEntries(
    Object.entries(fusionFeeds(scaler, tokens)).map(([name, data]) => {
      const size = data.length / n;
      if (name === 'present') return [name, { data, shape: [n, size] }];
      if (name === 'columns' || name === 'observed') return [name, { data, shape: [n, size, 1] }];
      const tokenCount = name === 'segments' ? 16 : scaler.bands;
      return [name, { data, shape: [n, tokenCount, size / tokenCount] }];
    }),
  );
}

/** The composite's cumulative incidence at time zero and the interval ends. */
export function compositeOf({ causes, compositeCauses }: ForecastPlan, incidence: Incidence): number[] {
  return Array.from(incidence.eventFree, (_, k) =>
    causes.reduce((sum, name, c) => sum + (compositeCauses.includes(name) ? incidence.causes[c]![k]! : 0), 0),
  );
}

function combine(curves: readonly (readonly number[])[], how: (values: number[]) => number): number[] {
  return curves[0]!.map((_, k) => how(curves.map((curve) => curve[k]!)));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Columns, segment columns and sequences the model knows and this row does not give. */
function missingOf(
  scaler: Scaler,
  tokens: Tokens,
  table: PredictorTable,
  row: number,
  index: number,
): string[] {
  const p = scaler.columns.length;
  const columns = scaler.columns.filter((_, j) => !tokens.observed[index * p + j]);
  const segments = scaler.segments.filter(({ name }) => {
    const column = table.segments.find((entry) => entry.name === name);
    return !column?.observed.subarray(row * 16, (row + 1) * 16).some((seen) => seen === 1);
  });
  const slices = scaler.slices.filter(
    ({ kind, encoder }) =>
      !table.slices[row]?.some((entry) => entry.kind === kind && entry.encoder === encoder),
  );
  return [
    ...columns.map(({ name }) => name),
    ...segments.map(({ name }) => name),
    ...slices.map(({ kind }) => kind),
  ];
}
