import type { PredictorTable } from '@myocast/predictors';
import {
  addRow,
  momentsOf,
  pairwiseCorrelation,
  pairwiseMoments,
  shrinkageOf,
  shrunk,
} from './pairwise-moments.ts';
import { populationFeatures, type PopulationFeatures } from './population-features.ts';
import { factorPositive, solveFactored } from './positive-definite.ts';
import type { Scaler } from './scaler.ts';

/** The training population as plain data: nothing in it is of a single patient but the sorted distances. */
export interface Population {
  /** [p] */
  readonly names: readonly string[];
  /** [p] of the standardised features, cut at ±4 */
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  /** [p, p] correlations, shrunk */
  readonly correlation: readonly number[];
  /** Share by which the correlations were drawn to 0 */
  readonly shrinkage: number;
  /** [n] ascending: each training row's distance from all the others */
  readonly leaveOneOut: readonly number[];
}

export interface PopulationPlace {
  /** Normal score of the squared Mahalanobis distance over the observed features: about 0 for a usual patient, higher is farther */
  readonly distance: number;
  /** Share in percent of training rows that lie nearer to the others than this subject does (ties count half) */
  readonly percentile: number;
  /**
   * (1 + training rows as far out or farther) / (n + 1): as small as 0.05 in one of twenty patients of the
   * training population itself
   */
  readonly pValue: number;
  /** Features that were observed */
  readonly features: number;
  /** Of so many that are compared */
  readonly of: number;
  /** The three that make up most of the distance, with their share of it and how many standard deviations from the mean they are */
  readonly farthest: readonly { readonly name: string; readonly share: number; readonly deviation: number }[];
}

/** Training values are cut here, so that single outliers do not widen what counts as usual. */
const farthestValue = 4;

/**
 * Fits the training population: means, spreads and shrunk correlations over the rows that
 * have both of two features, and each row's distance from the population without it.
 *
 * @throws RangeError for fewer than 10 rows
 */
export function fitPopulation(scaler: Scaler, table: PredictorTable, rows: readonly number[]): Population {
  return populationOf(populationFeatures(scaler, table, rows));
}

/** The same, of features. */
export function populationOf({ names, values, observed }: PopulationFeatures): Population {
  const n = values.length;
  if (n < 10) throw new RangeError(`fitPopulation: expected 10 rows or more, got ${n}`);
  const p = names.length;
  const cut = values.map((own) => own.map((z) => Math.max(-farthestValue, Math.min(farthestValue, z))));
  const moments = pairwiseMoments(cut, observed, p);
  const raw = pairwiseCorrelation(moments);
  const shrinkage = shrinkageOf(raw, moments);
  const leaveOneOut = values.flatMap((own, row) => {
    addRow(moments, cut[row]!, observed[row]!, -1);
    const { mean, sd } = momentsOf(moments);
    const correlation = shrunk(pairwiseCorrelation(moments), p, shrinkage);
    addRow(moments, cut[row]!, observed[row]!, 1);
    const found = normalDistance({ mean, sd, correlation }, own, observed[row]!);
    return found ? [found.distance] : [];
  });
  const { mean, sd } = momentsOf(moments);
  return {
    names,
    mean: [...mean],
    sd: [...sd],
    correlation: [...shrunk(raw, p, shrinkage)],
    shrinkage,
    leaveOneOut: leaveOneOut.sort((a, b) => a - b),
  };
}

/**
 * How far a subject is from the training population, by what of it is observed. Null where nothing is.
 *
 * The squared Mahalanobis distance over k observed features is chi-square in normal data; its cube
 * root makes subjects with few and with many features comparable. What makes the percentile
 * right where data are not normal are the training rows' own distances, which are measured in the same way.
 *
 * Source: wilson1931 for the cube root (docs/references.bib).
 */
export function placeInPopulation(
  population: Population,
  scaler: Scaler,
  table: PredictorTable,
  row: number,
): PopulationPlace | null {
  const { values, observed } = populationFeatures(scaler, table, [row]);
  return placeOf(population, values[0]!, observed[0]!);
}

/** The same, of features. */
export function placeOf(
  population: Population,
  values: Float64Array,
  observed: Uint8Array,
): PopulationPlace | null {
  const found = normalDistance(population, values, observed);
  if (!found) return null;
  const { distance, parts } = found;
  const { leaveOneOut, names } = population;
  const nearer = leaveOneOut.filter((other) => other < distance).length;
  const asFar = leaveOneOut.filter((other) => other >= distance).length;
  const ties = nearer + asFar - leaveOneOut.filter((other) => other !== distance).length;
  const ranked = [...parts].sort((a, b) => b.share - a.share || a.feature - b.feature);
  return {
    distance,
    percentile: (100 * (nearer + ties / 2)) / leaveOneOut.length,
    pValue: (1 + asFar) / (leaveOneOut.length + 1),
    features: parts.length,
    of: names.length,
    farthest: ranked
      .slice(0, 3)
      .map(({ feature, share, deviation }) => ({ name: names[feature]!, share, deviation })),
  };
}

interface NormalModel {
  readonly mean: ArrayLike<number>;
  readonly sd: ArrayLike<number>;
  readonly correlation: ArrayLike<number>;
}

/**
 * With u = deviations in standard deviations, d² = u' R⁻¹ u = Σ u(j) (R⁻¹ u)(j) over the observed features; the
 * distance is ((d² / k)^(1/3) - (1 - 2 / (9 k))) / √(2 / (9 k)). Null without an observed feature.
 */
function normalDistance({ mean, sd, correlation }: NormalModel, values: Float64Array, observed: Uint8Array) {
  const p = values.length;
  const seen = [...observed.keys()].filter((j) => observed[j] === 1);
  const k = seen.length;
  if (k === 0) return null;
  const matrix = new Float64Array(k * k);
  for (const [a, i] of seen.entries()) {
    for (const [b, j] of seen.entries()) matrix[a * k + b] = correlation[i * p + j]!;
  }
  const deviations = Float64Array.from(seen, (j) => (values[j]! - mean[j]!) / sd[j]!);
  const solved = solveFactored(factorPositive(matrix, k), deviations);
  const squared = deviations.reduce((sum, u, a) => sum + u * solved[a]!, 0);
  const spread = 2 / (9 * k);
  return {
    distance: (Math.cbrt(squared / k) - (1 - spread)) / Math.sqrt(spread),
    parts: seen.map((feature, a) => ({
      feature,
      share: squared > 0 ? (deviations[a]! * solved[a]!) / squared : 0,
      deviation: deviations[a]!,
    })),
  };
}
