import type { Random } from '@myocast/base';

/** Axes of largest spread, fitted to training rows. */
export interface PrincipalComponents {
  /** [width] */
  readonly mean: readonly number[];
  /** [width] standard deviation of each feature; 1 for one that is constant */
  readonly sd: readonly number[];
  /** [components][width] in standardised features; those of largest spread are orthonormal */
  readonly axes: readonly (readonly number[])[];
  /** [components] standard deviation of the scores, by which they are divided */
  readonly scale: readonly number[];
}

/**
 * Principal components of standardised features by subspace iteration: the
 * starting axes are random, the result is the leading eigenvectors of the
 * correlation matrix. The sign of an axis is fixed by its largest entry.
 *
 * @param rows [m] feature vectors of equal width
 */
export function principalComponents(
  rows: readonly ArrayLike<number>[],
  most: number,
  random: Random,
): PrincipalComponents {
  const width = rows[0]?.length ?? 0;
  const { mean, sd } = moments(rows, width);
  const standardised = rows.map((row) => mean.map((centre, j) => (row[j]! - centre) / sd[j]!));
  const correlation = covariance(standardised, width);
  let axes = orthonormal(
    Array.from({ length: Math.min(most, width, rows.length) }, () =>
      Array.from({ length: width }, () => random.normal()),
    ),
  );
  for (let iteration = 0; iteration < 60; iteration++) {
    axes = orthonormal(axes.map((axis) => correlation.map((line) => dot(line, axis))));
  }
  axes = axes.map(withFixedSign);
  const spread = axes.map((axis) =>
    Math.sqrt(
      Math.max(
        0,
        dot(
          axis,
          correlation.map((line) => dot(line, axis)),
        ),
      ),
    ),
  );
  const kept = axes.filter((_, index) => spread[index]! > 1e-3);
  return { mean, sd, axes: kept, scale: spread.filter((value) => value > 1e-3) };
}

/** Scores [components] of one feature vector, each with standard deviation 1 among the training rows. */
export function componentScores(
  { mean, sd, axes, scale }: PrincipalComponents,
  features: ArrayLike<number>,
): number[] {
  const standardised = mean.map((centre, j) => (features[j]! - centre) / sd[j]!);
  return axes.map((axis, index) => dot(axis, standardised) / scale[index]!);
}

function moments(rows: readonly ArrayLike<number>[], width: number) {
  const mean = Array.from({ length: width }, (_, j) => {
    return rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
  });
  const sd = mean.map((centre, j) => {
    const variance = rows.reduce((sum, row) => sum + (row[j]! - centre) ** 2, 0) / rows.length;
    return variance > 1e-12 * (1 + centre * centre) ? Math.sqrt(variance) : 1;
  });
  return { mean, sd };
}

function covariance(rows: readonly (readonly number[])[], width: number): number[][] {
  const matrix = Array.from({ length: width }, () => Array.from({ length: width }, () => 0));
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) matrix[i]![j] = matrix[i]![j]! + (row[i]! * row[j]!) / rows.length;
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) matrix[j]![i] = matrix[i]![j]!;
  return matrix;
}

/** Gram-Schmidt; an axis that depends on those before it becomes 0. */
function orthonormal(axes: readonly (readonly number[])[]): number[][] {
  const done: number[][] = [];
  for (const axis of axes) {
    let rest = [...axis];
    for (const before of done) {
      const along = dot(rest, before);
      rest = rest.map((value, j) => value - along * before[j]!);
    }
    const length = Math.sqrt(dot(rest, rest));
    done.push(rest.map((value) => (length > 1e-9 ? value / length : 0)));
  }
  return done;
}

function withFixedSign(axis: readonly number[]): number[] {
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return axis.map((value) => (largest < 0 ? -value : value));
}

function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j]! * b[j]!;
  return total;
}
