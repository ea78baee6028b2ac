import type { Outcome, PredictorTable } from '@myocast/predictors';
import { aalenJohansen, incidenceAt } from '@myocast/survival';
import type { Population } from '../population-distance.ts';
import { populationFeatures } from '../population-features.ts';
import { factorPositive, solveFactored } from '../positive-definite.ts';
import type { Scaler } from '../scaler.ts';
import { symmetricEigen } from '../symmetric-eigen.ts';

/**
 * Where the training patients lie, as plain data without names: each is known by its place among the
 * training rows, a few scores and its outcome.
 */
export interface PatientMap {
  /** [axes][p] what a score takes of each standardised feature of the population */
  readonly axes: readonly (readonly number[])[];
  /** [n][axes] expected scores given what was observed, each of variance 1 in the population */
  readonly scores: readonly (readonly number[])[];
  /** [n] variance that the scores keep, summed over the axes: 0 where all is observed, the number of axes where nothing is */
  readonly doubt: readonly number[];
  /** Mean squared distance of two of these patients */
  readonly usual: number;
  /** [n] days; null for an outcome without times */
  readonly days: readonly number[] | null;
  /** [n] 0 none, k for `causes[k - 1]` */
  readonly cause: readonly number[];
  readonly causes: readonly string[];
  readonly compositeCauses: readonly string[];
}

export interface NearPatient {
  /** Place among the training rows, from 0 */
  readonly index: number;
  /** In the root mean square distance of two training patients */
  readonly distance: number;
  readonly days: number | null;
  /** Null where no event was seen */
  readonly cause: string | null;
}

export interface NearestPatients {
  /** Nearest first */
  readonly patients: readonly NearPatient[];
  /** Of them, how many had an event of the composite by the horizon */
  readonly events: number;
  /** Cumulative incidence of the composite at the horizon among them (Aalen-Johansen), share for an outcome without times; null where none of them was followed so far */
  readonly incidence: number | null;
}

/** Fewest and most axes of the map, and the share of the variance that is enough. */
const axisLimits = { fewest: 2, most: 20, share: 0.8 };

/**
 * A map of the training patients: as few principal axes of the population's correlations as hold 80 % of the
 * variance (two at least, twenty at most), each scaled to variance 1.
 *
 * @throws RangeError for fewer than 2 rows
 */
export function mapPatients(
  population: Population,
  scaler: Scaler,
  table: PredictorTable,
  rows: readonly number[],
  outcome: Outcome,
): PatientMap {
  if (rows.length < 2) throw new RangeError(`mapPatients: expected 2 rows or more, got ${rows.length}`);
  const p = population.names.length;
  const { values, vectors } = symmetricEigen(population.correlation, p);
  const count = axisCount(values);
  const axes = vectors.slice(0, count).map((vector, k) => vector.map((x) => x / Math.sqrt(values[k]!)));
  const places = placesOf(population, axes, scaler, table, rows);
  return {
    axes,
    scores: places.map(({ scores }) => scores),
    doubt: places.map(({ doubt }) => doubt),
    usual: usualSquare(places),
    days: outcome.days && rows.map((row) => outcome.days![row]!),
    cause: rows.map((row) => outcome.cause[row]!),
    causes: outcome.causes,
    compositeCauses: outcome.compositeCauses,
  };
}

function axisCount(values: readonly number[]): number {
  const { fewest, most, share } = axisLimits;
  const enough = share * values.reduce((sum, value) => sum + value, 0);
  let held = 0;
  const needed = 1 + values.findIndex((value) => (held += value) >= enough);
  return Math.min(values.length, most, Math.max(fewest, needed));
}

/** The mean over pairs of |difference of scores|² is twice the sum of the scores' variances. */
function usualSquare(places: readonly { readonly scores: readonly number[]; readonly doubt: number }[]) {
  const n = places.length;
  let total = 0;
  for (const k of places[0]!.scores.keys()) {
    const mean = places.reduce((sum, { scores }) => sum + scores[k]!, 0) / n;
    total += places.reduce((sum, { scores }) => sum + (scores[k]! - mean) ** 2, 0) / (n - 1);
  }
  return 2 * (total + places.reduce((sum, { doubt }) => sum + doubt, 0) / n);
}

export interface NearestConfig {
  readonly count: number;
  readonly horizonDays: number | null;
  /** Place of the subject itself among the training rows, which is passed over; null where it is none of them */
  readonly itself: number | null;
}

/**
 * The training patients nearest to a subject, and what became of them. The squared distance is its
 * expectation given what is observed of both, |difference of scores|² + doubt of the one + doubt of the other, so that
 * a patient of whom little is known is near to nobody; ties go by place.
 */
export function nearestPatients(
  population: Population,
  map: PatientMap,
  scaler: Scaler,
  table: PredictorTable,
  row: number,
  { count, horizonDays, itself }: NearestConfig,
): NearestPatients {
  const [own] = placesOf(population, map.axes, scaler, table, [row]);
  const ranked = map.scores
    .map((scores, index) => {
      const square = scores.reduce((sum, score, k) => sum + (score - own!.scores[k]!) ** 2, 0);
      return { index, distance: Math.sqrt((square + own!.doubt + map.doubt[index]!) / map.usual) };
    })
    .filter(({ index }) => index !== itself)
    .sort((a, b) => a.distance - b.distance || a.index - b.index)
    .slice(0, count);
  return {
    patients: ranked.map(({ index, distance }) => ({
      index,
      distance,
      days: map.days && map.days[index]!,
      cause: map.cause[index]! > 0 ? map.causes[map.cause[index]! - 1]! : null,
    })),
    ...outcomeOf(
      map,
      ranked.map(({ index }) => index),
      horizonDays,
    ),
  };
}

function outcomeOf(map: PatientMap, chosen: readonly number[], horizonDays: number | null) {
  const composite = (index: number) =>
    map.cause[index]! > 0 && map.compositeCauses.includes(map.causes[map.cause[index]! - 1]!);
  const { days } = map;
  if (days === null || horizonDays === null) {
    const events = chosen.filter(composite).length;
    return { events, incidence: chosen.length > 0 ? events / chosen.length : null };
  }
  const events = chosen.filter((index) => composite(index) && days[index]! <= horizonDays).length;
  const longest = Math.max(...chosen.map((index) => days[index]!));
  // Once the last of them has had an event, nobody is left for whom anything is unknown.
  const known = chosen.every((index) => map.cause[index]! > 0 || days[index]! < longest);
  if (chosen.length === 0 || (longest < horizonDays && !known)) return { events, incidence: null };
  const followUp = {
    days: Float64Array.from(chosen, (index) => days[index]!),
    event: Uint8Array.from(chosen, (index) => (composite(index) ? 1 : map.cause[index]! > 0 ? 2 : 0)),
  };
  return { events, incidence: events === 0 ? 0 : incidenceAt(aalenJohansen(followUp, 1), horizonDays) };
}

/**
 * Expected scores and their doubt: with R the correlations, u the deviations in standard deviations, B = axes × R over
 * the observed features, scores = B R⁻¹ u and doubt = axes - Σ over axes of b' R⁻¹ b.
 */
function placesOf(
  population: Population,
  axes: readonly (readonly number[])[],
  scaler: Scaler,
  table: PredictorTable,
  rows: readonly number[],
) {
  const p = population.names.length;
  const { values, observed } = populationFeatures(scaler, table, rows);
  const loadings = axes.map((axis) =>
    Float64Array.from({ length: p }, (_, j) =>
      axis.reduce((sum, weight, i) => sum + weight * population.correlation[i * p + j]!, 0),
    ),
  );
  return rows.map((_, index) => {
    const seen = [...Array(p).keys()].filter((j) => observed[index]![j]);
    const k = seen.length;
    const matrix = Float64Array.from(
      { length: k * k },
      (__, cell) => population.correlation[seen[Math.floor(cell / k)]! * p + seen[cell % k]!]!,
    );
    const factor = factorPositive(matrix, k);
    const u = seen.map((j) => deviation(population, j, values[index]![j]!));
    const solved = solveFactored(factor, u);
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      let total = 0;
      for (let j = 0; j < k; j++) total += a[j]! * b[j]!;
      return total;
    };
    const own = loadings.map((loading) => seen.map((j) => loading[j]!));
    const told = own.reduce((sum, b) => sum + dot(b, solveFactored(factor, b)), 0);
    return { scores: own.map((b) => dot(b, solved)), doubt: Math.max(0, axes.length - told) };
  });
}

/** In standard deviations, cut at ±4 as the population's own values are. */
function deviation({ mean, sd }: Population, j: number, value: number): number {
  return Math.max(-4, Math.min(4, (value - mean[j]!) / sd[j]!));
}
