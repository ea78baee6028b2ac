import type { PredictorTable } from '@myocast/predictors';
import { calibrated, compositeLogits, compositeOf } from './calibration.ts';
import { withCurves } from './curves.ts';
import { caution } from './caution.ts';
import { hazardsOf, type Incidence, incidenceAt } from './discrete-hazards.ts';
import { type FusionInput, inputShapes } from './fusion-feeds.ts';
import { placeInPopulation } from './population-distance.ts';
import { unexplainedSd } from './interval-words.ts';
import { logitVariance } from './posterior.ts';
import type { Forecast } from './records.ts';
import type { Scaler } from './scaler.ts';
import { type Tokens, tokensOf } from './tokens.ts';
import type { ForecastPlan, TrainedForecast } from './train.ts';
import { heard } from './voice.ts';

/** A month of the Gregorian calendar. */
export const daysPerMonth = 365.2425 / 12;

/** Standard normal quantile of a 90 % interval. */
export const z90 = 1.6449;

/** Runs a member of the ensemble on the inputs of n subjects: its logits [n, k, causes]. */
export type RunMember = (
  member: Uint8Array,
  inputs: Readonly<Record<string, FusionInput>>,
  threads: number,
) => Promise<Float32Array>;

/**
 * Forecasts for rows of a table, in their order: month by month to
 * the longest follow-up of the training. The incidences are
 * means over the ensemble's members, calibrated by what members said of subjects
 * they had not seen.
 *
 * `low` and `high` are a 90 % interval of the subject's own risk: from what the data leave open of the
 * linear path, from the values that are missing, from how far the members disagree, and from an assumed
 * spread among subjects with the same predictors (`unexplainedSd`). Whether it holds the risk that
 * often is measured on virtual patients, whose risk is known (docs/results/forecast.md).
 *
 * Columns, segment columns and sequences are matched by name; what the model
 * knows and a row does not give is listed as missing, and the forecast made without it.
 *
 * Nothing here needs Node: the networks run where `run` runs them, and all else is arithmetic on plain data.
 */
export async function forecastWith(
  run: RunMember,
  trained: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
): Promise<Forecast[]> {
  if (rows.length === 0) return [];
  const { plan, population } = trained;
  const tokens = tokensOf(plan.scaler, table, rows);
  const logits = await ensembleLogits(run, trained, tokens);
  const width = plan.intervalEnds.length * plan.causes.length;
  const p = plan.scaler.columns.length;
  return rows.map((row, index) => {
    const own = logits.map((all) => all.subarray(index * width, (index + 1) * width));
    const found = curves(plan, own, tokens, index);
    const place = population && placeInPopulation(population, plan.scaler, table, row);
    return {
      subject: table.subjects[row]!,
      ...found,
      ...caution(plan, found, tokens.observed.subarray(index * p, (index + 1) * p), place),
      missing: missingOf(plan.scaler, tokens, table, row, index),
    };
  });
}

/** Of each member the logits [n, k, causes], its trees heard. */
export async function ensembleLogits(
  run: RunMember,
  { plan, members, trees }: TrainedForecast,
  tokens: Tokens,
): Promise<Float32Array[]> {
  const inputs = inputShapes(plan.scaler, tokens);
  const logits: Float32Array[] = [];
  for (const [place, bytes] of members.entries())
    logits.push(heard(plan, trees[place], tokens, await run(bytes, inputs, plan.config.threads)));
  return logits;
}

/** When forecasts are given, in days: month by month, and at the end of the longest follow-up. */
export function forecastTimes({
  timed,
  intervalEnds,
}: Pick<ForecastPlan, 'timed' | 'intervalEnds'>): number[] {
  const last = intervalEnds.at(-1)!;
  if (!timed) return [0, last];
  const months = Array.from({ length: Math.ceil(last / daysPerMonth) }, (_, month) => month * daysPerMonth);
  return [...months, last];
}

function curves(
  plan: ForecastPlan,
  members: readonly Float32Array[],
  tokens: Tokens,
  index: number,
): Pick<Forecast, 'timesDays' | 'incidence' | 'composite'> {
  const timesDays = forecastTimes(plan);
  const expected = members.map((logits) => memberIncidence(plan, logits, timesDays, 0));
  return {
    timesDays,
    incidence: Object.fromEntries(
      plan.causes.map((name, c) => [
        name,
        timesDays.map((_, t) => mean(expected.map((one) => one.causes[c]![t]!))),
      ]),
    ),
    composite: {
      risk: compositeOfMembers(plan, expected, timesDays),
      ...bounds(plan, members, tokens, index, timesDays),
    },
  };
}

/** The composite's risk at these times, and its 90 % interval, from the members' logits of one subject. */
export function compositeInterval(
  plan: ForecastPlan,
  members: readonly Float32Array[],
  tokens: Tokens,
  index: number,
  timesDays: readonly number[],
): Forecast['composite'] {
  return {
    risk: compositeRisk(plan, members, timesDays),
    ...bounds(plan, members, tokens, index, timesDays),
  };
}

function bounds(
  plan: ForecastPlan,
  members: readonly Float32Array[],
  tokens: Tokens,
  index: number,
  timesDays: readonly number[],
): Pick<Forecast['composite'], 'low' | 'high'> {
  const half = z90 * logitSd(plan, members, tokens, index);
  return {
    low: compositeRisk(plan, members, timesDays, -half),
    high: compositeRisk(plan, members, timesDays, half),
  };
}

/** The composite's calibrated risk at these times: the mean of the members, each logit moved by `shift`. */
export function compositeRisk(
  plan: ForecastPlan,
  members: readonly Float32Array[],
  timesDays: readonly number[],
  shift = 0,
): number[] {
  const incidences = members.map((logits) => memberIncidence(plan, logits, timesDays, shift));
  return compositeOfMembers(plan, incidences, timesDays);
}

function compositeOfMembers(
  plan: ForecastPlan,
  incidences: readonly Incidence[],
  timesDays: readonly number[],
): number[] {
  const own = compositeOf(plan);
  return timesDays.map((_, t) => mean(incidences.map((one) => sumOf(own, (c) => one.causes[c]![t]!))));
}

function memberIncidence(
  plan: ForecastPlan,
  logits: Float32Array,
  timesDays: readonly number[],
  shift: number,
): Incidence {
  const hazards = hazardsOf(calibrated(logits, plan.calibration, plan, shift), plan.causes.length);
  return incidenceAt(hazards, plan.causes.length, plan.intervalEnds, timesDays);
}

/** Standard deviation of a subject's logit: of the linear path and of the members around their mean. */
export function logitSd(
  plan: ForecastPlan,
  members: readonly Float32Array[],
  { columns, observed }: Tokens,
  index: number,
): number {
  const p = plan.scaler.columns.length;
  const seen = observed.subarray(index * p, (index + 1) * p);
  const features = withCurves(columns.subarray(index * p, (index + 1) * p), seen, p, plan.curves);
  const own = logitVariance(plan.posterior, features, seen);
  const levels = members.map((logits) => mean([...compositeLogits(logits, plan)]));
  const centre = mean(levels);
  const spread = members.length < 2 ? 0 : mean(levels.map((level) => (level - centre) ** 2));
  return Math.sqrt(own + spread + unexplainedSd ** 2);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function sumOf(places: readonly number[], value: (place: number) => number): number {
  return places.reduce((sum, place) => sum + value(place), 0);
}

/** Columns, segment columns and sequences the model knows and this row does not give. */
export function missingOf(
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
