/**
 * Upper tail of the chi-square distribution: the p-value of a statistic.
 *
 * Regularised incomplete gamma function Q(df / 2, x / 2), by its series below
 * a + 1 and by Lentz's continued fraction above.
 *
 * @throws RangeError when the statistic is negative or the degrees of freedom are not positive
 */
export function chiSquareTail(statistic: number, degreesOfFreedom: number): number {
  if (!(statistic >= 0) || !(degreesOfFreedom > 0))
    throw new RangeError(
      `chiSquareTail: expected 0 or more on 1 or more, got ${statistic} on ${degreesOfFreedom}`,
    );
  const a = degreesOfFreedom / 2;
  const x = statistic / 2;
  if (x === 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - scale * series(a, x) : scale * continuedFraction(a, x);
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = a + 1; term > sum * 1e-17; n++) {
    term *= x / n;
    sum += term;
  }
  return sum;
}

function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let product = d;
  for (let i = 1; i < 10_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    product *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return product;
}

/** ln Γ(z). Lanczos' approximation with g = 7 and nine terms. */
export function logGamma(z: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - logGamma(1 - z);
  const t = z + 6.5;
  const sum = coefficients.reduce((total, value, i) => (i === 0 ? value : total + value / (z - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
}
