import { logGamma } from '../numerics/chi-square.ts';
import { normalDensity, normalQuantileAt } from '../numerics/normal.ts';
import { checkShare } from './cox-snell.ts';

/**
 * The log odds that a model predicts among the subjects of a validation, taken as well calibrated.
 *
 * 'normal'. 'beta': predicted risks have a beta distribution. 'concordance': normal with one variance among those with and
 * without the event, such that C and the prevalence come out, which makes the log odds exact.
 */
export type LinearPredictor =
  | { readonly kind: 'normal'; readonly mean: number; readonly standardDeviation: number }
  | { readonly kind: 'beta'; readonly a: number; readonly b: number }
  | { readonly kind: 'concordance'; readonly concordance: number; readonly prevalence: number };

/** A distribution as points and their shares, for integrals. */
export interface Quadrature {
  readonly points: Float64Array;
  /** They add up to 1 */
  readonly shares: Float64Array;
}

/**
 * The points of a distribution of log odds.
 *
 * Equally spaced points: for densities that fall off smoothly at both ends the error of their sum falls faster than any power of
 * the distance.
 *
 * @throws RangeError when a parameter is out of its range
 *
 * Source: riley2021b; 'concordance' riley2021a (docs/references.bib).
 */
export function quadratureOf(predictor: LinearPredictor): Quadrature {
  if (predictor.kind === 'normal') {
    const { mean, standardDeviation } = predictor;
    if (!(standardDeviation > 0 && Number.isFinite(mean)))
      throw new RangeError(
        `quadratureOf: expected a mean and a standard deviation above 0, got ${mean}, ${standardDeviation}`,
      );
    return spread((x) => normalDensity((x - mean) / standardDeviation), mean, 12 * standardDeviation);
  }
  if (predictor.kind === 'beta') return betaLogit(predictor);
  const { standardDeviation: sd, meanWithout: low, meanWith: high } = twoNormals(predictor);
  const { prevalence } = predictor;
  const density = (x: number) =>
    prevalence * normalDensity((x - high) / sd) + (1 - prevalence) * normalDensity((x - low) / sd);
  return spread(density, (low + high) / 2, (high - low) / 2 + 12 * sd);
}

/** Density of the logit of a beta variable: exp(a x) / (1 + exp(x))^(a + b) / B(a, b). */
function betaLogit({ a, b }: { readonly a: number; readonly b: number }): Quadrature {
  if (!(a > 0 && b > 0)) throw new RangeError(`quadratureOf: expected a and b above 0, got ${a}, ${b}`);
  const constant = logGamma(a + b) - logGamma(a) - logGamma(b);
  const [from, to] = [-40 / a, 40 / b];
  const density = (x: number) => Math.exp(constant + a * x - (a + b) * softPlus(x));
  return spread(density, (from + to) / 2, (to - from) / 2);
}

function softPlus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/**
 * With one standard deviation s, means s² apart have C = Φ(s / √2), and the log odds of the event are the value itself when the mean
 * without the event is logit(prevalence) - s²/2.
 */
function twoNormals({
  concordance,
  prevalence,
}: {
  readonly concordance: number;
  readonly prevalence: number;
}) {
  checkShare('quadratureOf', 'a prevalence', prevalence);
  if (!(concordance > 0.5 && concordance < 1))
    throw new RangeError(`quadratureOf: expected a concordance above 0.5 and below 1, got ${concordance}`);
  const standardDeviation = Math.SQRT2 * normalQuantileAt(concordance);
  const meanWithout = Math.log(prevalence / (1 - prevalence)) - standardDeviation ** 2 / 2;
  return { standardDeviation, meanWithout, meanWith: meanWithout + standardDeviation ** 2 };
}

const pointCount = 4001;

function spread(density: (x: number) => number, middle: number, half: number): Quadrature {
  const points = Float64Array.from(
    { length: pointCount },
    (_, at) => middle - half + (2 * half * at) / (pointCount - 1),
  );
  const heights = points.map(density);
  const sum = heights.reduce((total, height) => total + height, 0);
  return { points, shares: heights.map((height) => height / sum) };
}

/** Mean of a function over the distribution. */
export function expectation({ points, shares }: Quadrature, of: (x: number) => number): number {
  let sum = 0;
  for (let at = 0; at < points.length; at++) sum += shares[at]! * of(points[at]!);
  return sum;
}

export function expit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Cox and Snell's R² that a logistic model with this C and prevalence has: 1 - exp(-2 × mean gain in log-likelihood), in closed
 * integrals where the paper simulates.
 *
 * Source: riley2021a (docs/references.bib). Agrees with: R pmsampsize `cstatistic`, up to its simulation.
 */
export function coxSnellFromConcordance(concordance: number, prevalence: number): number {
  const odds = quadratureOf({ kind: 'concordance', concordance, prevalence });
  const entropy = (p: number) => (p > 0 && p < 1 ? p * Math.log(p) + (1 - p) * Math.log1p(-p) : 0);
  const gain = expectation(odds, (x) => entropy(expit(x))) - entropy(prevalence);
  return -Math.expm1(-2 * gain);
}
