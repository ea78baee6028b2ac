/** Predictors of n rows as numbers. */
export interface PredictorMatrix {
  /** [q] such as `age`, `stage 2` */
  readonly names: readonly string[];
  /** [q] of [n] */
  readonly columns: readonly Float64Array[];
}

/** What a regression makes of its predictors: those that tell nothing are left out. */
export interface Standardised {
  /** Places of the predictors that are kept. */
  readonly kept: readonly number[];
  /** [kept] mean and standard deviation over the rows of the fit */
  readonly means: readonly number[];
  readonly scales: readonly number[];
  /** [kept, kept] correlations over the rows of the fit */
  readonly correlations: Float64Array;
  /** Whether what is kept is so close to collinear that a ridge is called for. */
  readonly isNearCollinear: boolean;
  readonly leftOut: readonly { readonly place: number; readonly why: 'constant' | 'collinear' }[];
}

/** One minus the share of a predictor that those before it explain: below the first it is a combination of them. */
const collinear = 1e-10;
const nearCollinear = 1e-4;

/**
 * Predictors over some rows with mean 0 and standard deviation 1. One that does not vary, or that is a linear
 * combination of those before it, is left out.
 */
export function standardise({ columns }: PredictorMatrix, rows: Int32Array): Standardised {
  const moments = columns.map((column) => momentsOf(column, rows));
  const varying = moments.flatMap(({ scale }, place) => (scale > 0 ? [place] : []));
  const all = correlationsOf(columns, moments, varying, rows);
  const { independent, least } = independentOf(all, varying.length);
  const kept = independent.map((at) => varying[at]!);
  const q = kept.length;
  const isKept = new Set(kept);
  return {
    kept,
    means: kept.map((place) => moments[place]!.mean),
    scales: kept.map((place) => moments[place]!.scale),
    correlations: Float64Array.from(
      { length: q * q },
      (_, at) => all[independent[Math.floor(at / q)]! * varying.length + independent[at % q]!]!,
    ),
    isNearCollinear: least < nearCollinear,
    leftOut: [...columns.keys()]
      .filter((place) => !isKept.has(place))
      .map((place) => ({ place, why: moments[place]!.scale > 0 ? 'collinear' : 'constant' })),
  };
}

/** Standard deviation with divisor n - 1; 0 for a constant. */
export function momentsOf(column: Float64Array, rows: Int32Array): { mean: number; scale: number } {
  let mean = 0;
  for (let at = 0; at < rows.length; at++) mean += column[rows[at]!]!;
  mean /= rows.length;
  let squares = 0;
  for (let at = 0; at < rows.length; at++) {
    const distance = column[rows[at]!]! - mean;
    squares += distance * distance;
  }
  const scale = Math.sqrt(squares / Math.max(1, rows.length - 1));
  return { mean, scale: scale > 1e-10 * Math.abs(mean) ? scale : 0 };
}

function correlationsOf(
  columns: readonly Float64Array[],
  moments: readonly { readonly mean: number; readonly scale: number }[],
  places: readonly number[],
  rows: Int32Array,
): Float64Array {
  const q = places.length;
  const n = rows.length;
  const scaled = places.map((place) => {
    const column = columns[place]!;
    const { mean, scale } = moments[place]!;
    const own = new Float64Array(n);
    for (let at = 0; at < n; at++) own[at] = (column[rows[at]!]! - mean) / scale;
    return own;
  });
  const found = new Float64Array(q * q);
  for (let i = 0; i < q; i++)
    for (let j = 0; j <= i; j++) {
      const correlation = i === j ? 1 : dot(scaled[i]!, scaled[j]!) / (n - 1);
      found[i * q + j] = correlation;
      found[j * q + i] = correlation;
    }
  return found;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += x[at]! * y[at]!;
  return sum;
}

/** Cholesky's steps, in which a column with a pivot of 0 is passed over. */
function independentOf(matrix: Float64Array, q: number): { independent: number[]; least: number } {
  const lower = new Float64Array(q * q);
  const independent: number[] = [];
  let least = 1;
  for (let j = 0; j < q; j++) {
    const entry = (i: number) => {
      let value = matrix[i * q + j]!;
      for (const k of independent) value -= lower[i * q + k]! * lower[j * q + k]!;
      return value;
    };
    const pivot = entry(j);
    if (pivot <= collinear) continue;
    least = Math.min(least, pivot);
    const root = Math.sqrt(pivot);
    for (let i = j; i < q; i++) lower[i * q + j] = entry(i) / root;
    independent.push(j);
  }
  return { independent, least };
}
