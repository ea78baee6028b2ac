import { factorPositive, solveFactored } from './positive-definite.ts';
import { componentScores, type PrincipalComponents } from './principal-components.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** The two views of one exam: what the encoder saw in its slices, and what else is known of the patient. */
export interface ExamViews {
  readonly slices: readonly Float32Array[];
  /** [p] standardised, 0 where missing */
  readonly record: ArrayLike<number>;
}

/** Added to the variances of the views: of the record as much as it has, as it has many columns for few patients. */
const imageRidge = 0.05;
const recordRidge = 1;

/**
 * Directions of the slices' features that tell one patient's record from another's: the image is
 * the anchor, its own record the positive, the records of the others the negatives. For a linear
 * embedding the spectral contrastive loss has a closed solution, the leading singular vectors of
 * the whitened cross-covariance of the two views. No outcome is looked at, so that exams without
 * follow-up serve as well.
 *
 * @param base the principal components among whose span the directions lie
 * @returns the directions as components; scores have standard deviation 1 among these slices
 *
 * Source: haochen2021 (docs/references.bib).
 */
export function contrastComponents(
  base: PrincipalComponents,
  exams: readonly ExamViews[],
  most: number,
): PrincipalComponents {
  const q = base.axes.length;
  const scores = exams.map(({ slices }) => slices.map((slice) => componentScores(base, slice)));
  const images = centred(scores.map((own) => meanOf(own, q)));
  const records = centred(exams.map(({ record }) => Array.from(record)));
  const p = records[0]?.length ?? 0;
  if (exams.length < 2 || p === 0 || q === 0) return { ...base, axes: [], scale: [] };
  const whiten = inverseRoot(covariance(images, images, imageRidge), q);
  const cross = covariance(images, records, 0);
  const factor = factorPositive(covariance(records, records, recordRidge), p);
  const agreement = product(whiten, product(throughRecords(cross, factor, q, p), whiten, q), q);
  const { values, vectors } = symmetricEigen(agreement, q);
  const chosen = vectors.slice(0, most).filter((_, index) => values[index]! > 1e-6);
  const directions = chosen.map((vector) =>
    Array.from({ length: q }, (_, i) =>
      vector.reduce((sum, value, j) => sum + whiten[i * q + j]! * value, 0),
    ),
  );
  const axes = directions.map((direction) =>
    base.mean.map((_, feature) =>
      direction.reduce((sum, weight, j) => sum + (weight * base.axes[j]![feature]!) / base.scale[j]!, 0),
    ),
  );
  const all = scores.flat();
  const scale = directions.map((direction) => {
    const along = all.map((own) => direction.reduce((sum, weight, j) => sum + weight * own[j]!, 0));
    const mean = along.reduce((sum, value) => sum + value, 0) / along.length;
    return Math.sqrt(along.reduce((sum, value) => sum + (value - mean) ** 2, 0) / along.length) || 1;
  });
  return { mean: base.mean, sd: base.sd, axes, scale };
}

function meanOf(rows: readonly (readonly number[])[], width: number): number[] {
  return Array.from(
    { length: width },
    (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / Math.max(1, rows.length),
  );
}

function centred(rows: readonly (readonly number[])[]): number[][] {
  const mean = meanOf(rows, rows[0]?.length ?? 0);
  return rows.map((row) => row.map((value, j) => value - mean[j]!));
}

/** [a, b] of two views, with a ridge on the diagonal. */
function covariance(left: readonly number[][], right: readonly number[][], ridge: number): Float64Array {
  const [a, b] = [left[0]!.length, right[0]!.length];
  const matrix = new Float64Array(a * b);
  for (const [row, own] of left.entries())
    for (let i = 0; i < a; i++)
      for (let j = 0; j < b; j++) matrix[i * b + j]! += (own[i]! * right[row]![j]!) / left.length;
  for (let i = 0; i < Math.min(a, b); i++) matrix[i * b + i]! += ridge;
  return matrix;
}

/** C R⁻¹ C' of the cross-covariance C [q, p] and the records' covariance R. */
function throughRecords(
  cross: Float64Array,
  factor: ReturnType<typeof factorPositive>,
  q: number,
  p: number,
): Float64Array {
  const rows = Array.from({ length: q }, (_, i) => cross.subarray(i * p, (i + 1) * p));
  const solved = rows.map((row) => solveFactored(factor, row));
  return Float64Array.from({ length: q * q }, (_, cell) => {
    const [left, right] = [rows[Math.floor(cell / q)]!, solved[cell % q]!];
    return left.reduce((sum, value, j) => sum + value * right[j]!, 0);
  });
}

function inverseRoot(matrix: Float64Array, q: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, q);
  return Float64Array.from({ length: q * q }, (_, cell) => {
    const [i, j] = [Math.floor(cell / q), cell % q];
    return vectors.reduce((sum, vector, k) => sum + (vector[i]! * vector[j]!) / Math.sqrt(values[k]!), 0);
  });
}

function product(left: Float64Array, right: Float64Array, q: number): Float64Array {
  return Float64Array.from({ length: q * q }, (_, cell) => {
    const [i, j] = [Math.floor(cell / q), cell % q];
    let sum = 0;
    for (let k = 0; k < q; k++) sum += left[i * q + k]! * right[k * q + j]!;
    return sum;
  });
}
