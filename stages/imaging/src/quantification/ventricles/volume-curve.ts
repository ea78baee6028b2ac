import { median } from '../../median.ts';

/** Mean and four harmonics. More follow the scatter of the contours, fewer round off the E wave. */
const harmonics = 4;
const terms = 2 * harmonics + 1;
/** Fewer phases leave no scatter to judge a phase by. */
export const leastPhases = 12;
/** A phase is off the curve beyond so many robust standard deviations and this share of the curve's range. */
const offSds = 4.5;
const offShare = 0.06;
/** With more phases off than this share it is the curve that fails. */
const mostOffShare = 0.2;

/** A periodic curve of volume over time. */
export interface VolumeCurve {
  readonly periodMs: number;
  readonly valueAt: (ms: number) => number;
  /** ml per second. */
  readonly slopeAt: (ms: number) => number;
  /** Standard error of the slope, from the scatter about the curve. */
  readonly slopeSeAt: (ms: number) => number;
  readonly residualMl: number;
  /** Used, and off the curve (or without a volume), as indices of phases. */
  readonly used: readonly number[];
  readonly leftOut: readonly number[];
}

/**
 * A smooth periodic curve through the volumes of a beat: a Fourier series of four
 * harmonics by least squares, so that phases need not be evenly spaced and may be
 * missing. A phase of volume 0 is a failed contour and is left out, and so is one
 * that lies far off the curve which the others make (the worst first, one at a
 * time): beyond 4.5 robust standard deviations of such distances and 6 % of the range.
 *
 * @param volumesMl [t]
 * @param timesMs [t] after the R wave
 * @returns null with fewer than 12 phases left, or more than a fifth off the curve
 * @throws RangeError when the lengths differ, or a time or the period is not finite
 *
 * Agrees with: numpy.linalg.lstsq on the same design (reference/imaging/volume_curve.py).
 */
export function fitVolumeCurve(
  volumesMl: readonly number[],
  timesMs: readonly number[],
  periodMs: number,
): VolumeCurve | null {
  if (volumesMl.length !== timesMs.length)
    throw new RangeError(`fitVolumeCurve: expected ${volumesMl.length} times, got ${timesMs.length}`);
  if (!(periodMs > 0 && Number.isFinite(periodMs)) || !timesMs.every(Number.isFinite))
    throw new RangeError('fitVolumeCurve: expected finite times and a positive period');
  const drawn = [...volumesMl.keys()].filter((phase) => volumesMl[phase]! > 0);
  let used = drawn;
  for (;;) {
    if (used.length < leastPhases || used.length < (1 - mostOffShare) * volumesMl.length) return null;
    const fit = leastSquares(
      used.map((phase) => basis(timesMs[phase]!, periodMs)),
      used.map((phase) => volumesMl[phase]!),
    );
    if (fit === null) return null;
    const off = worstOff(fit);
    if (off === null) {
      const leftOut = [...volumesMl.keys()].filter((phase) => !used.includes(phase));
      return curveOf(fit, periodMs, used, leftOut);
    }
    used = used.filter((_, at) => at !== off);
  }
}

/** 1, cos, sin, cos 2, sin 2 … of the time in the beat. */
function basis(ms: number, periodMs: number): number[] {
  const angle = (2 * Math.PI * ms) / periodMs;
  const row = [1];
  for (let k = 1; k <= harmonics; k++) row.push(Math.cos(k * angle), Math.sin(k * angle));
  return row;
}

/** Their derivatives, per second. */
function slopeBasis(ms: number, periodMs: number): number[] {
  const angle = (2 * Math.PI * ms) / periodMs;
  const perSecond = (2000 * Math.PI) / periodMs;
  const row = [0];
  for (let k = 1; k <= harmonics; k++)
    row.push(-k * perSecond * Math.sin(k * angle), k * perSecond * Math.cos(k * angle));
  return row;
}

interface Fit {
  readonly coefficients: readonly number[];
  /** Inverse of the normal matrix. */
  readonly inverse: readonly (readonly number[])[];
  readonly residuals: readonly number[];
  /** Distance of each point from the curve that the others make. */
  readonly deleted: readonly number[];
  readonly range: number;
}

function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): Fit | null {
  const normal = Array.from({ length: terms }, (_, i) =>
    Array.from({ length: terms }, (__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const inverse = inverseOf(normal);
  if (inverse === null) return null;
  const right = Array.from({ length: terms }, (_, i) =>
    rows.reduce((sum, row, at) => sum + row[i]! * values[at]!, 0),
  );
  const coefficients = inverse.map((row) => dot(row, right));
  const residuals = rows.map((row, at) => values[at]! - dot(row, coefficients));
  const deleted = rows.map((row, at) => residuals[at]! / Math.max(1e-9, 1 - quadratic(inverse, row)));
  return { coefficients, inverse, residuals, deleted, range: Math.max(...values) - Math.min(...values) };
}

/** The point that lies farthest off; null where none does. */
function worstOff({ deleted, range }: Fit): number | null {
  const sizes = deleted.map(Math.abs);
  const robustSd = 1.4826 * median(sizes);
  const worst = Math.max(...sizes);
  return worst > Math.max(offSds * robustSd, offShare * range) ? sizes.indexOf(worst) : null;
}

function curveOf(
  { coefficients, inverse, residuals }: Fit,
  periodMs: number,
  used: readonly number[],
  leftOut: readonly number[],
): VolumeCurve {
  const sum = residuals.reduce((total, residual) => total + residual ** 2, 0);
  const variance = sum / (used.length - terms);
  return {
    periodMs,
    valueAt: (ms) => dot(basis(ms, periodMs), coefficients),
    slopeAt: (ms) => dot(slopeBasis(ms, periodMs), coefficients),
    slopeSeAt: (ms) => Math.sqrt(variance * quadratic(inverse, slopeBasis(ms, periodMs))),
    residualMl: Math.sqrt(sum / used.length),
    used,
    leftOut,
  };
}

/** Gauss-Jordan with pivots; null where the phases do not determine the curve. */
function inverseOf(matrix: readonly (readonly number[])[]): number[][] | null {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  const scale = Math.max(...matrix.map((row, i) => Math.abs(row[i]!)));
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let row = i + 1; row < n; row++)
      if (Math.abs(work[row]![i]!) > Math.abs(work[pivot]![i]!)) pivot = row;
    if (Math.abs(work[pivot]![i]!) < 1e-6 * scale) return null;
    [work[i], work[pivot]] = [work[pivot]!, work[i]!];
    const own = work[i]!.map((value) => value / work[i]![i]!);
    work[i] = own;
    for (let row = 0; row < n; row++) {
      if (row === i) continue;
      const factor = work[row]![i]!;
      work[row] = work[row]!.map((value, at) => value - factor * own[at]!);
    }
  }
  return work.map((row) => row.slice(n));
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0);
const quadratic = (matrix: readonly (readonly number[])[], row: readonly number[]) =>
  dot(
    row,
    matrix.map((line) => dot(line, row)),
  );
