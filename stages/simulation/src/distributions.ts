/** Standard normal distribution function (Abramowitz and Stegun 7.1.26, error below 1.5e-7). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp((-z * z) / 2);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}

/** Inverse of the standard normal distribution function, by bisection on `normalCdf`. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`normalQuantile: expected a probability inside (0, 1), got ${probability}`);
  let low = -8;
  let high = 8;
  for (let step = 0; step < 48; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The quantile function of Beta(a, b), tabulated once: trapezoids of the density
 * on 2,000 steps, linear in between. For a, b >= 1, where the density is bounded.
 */
export function betaQuantile(a: number, b: number): (probability: number) => number {
  const steps = 2000;
  const cumulative = new Float64Array(steps + 1);
  const density = (x: number) => x ** (a - 1) * (1 - x) ** (b - 1);
  for (let step = 1; step <= steps; step++)
    cumulative[step] =
      cumulative[step - 1]! + (density((step - 1) / steps) + density(step / steps)) / (2 * steps);
  const total = cumulative[steps]!;
  return (probability) => {
    const goal = Math.min(1, Math.max(0, probability)) * total;
    let low = 0;
    let high = steps;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! <= goal) low = middle;
      else high = middle;
    }
    const width = cumulative[high]! - cumulative[low]!;
    return (low + (width > 0 ? (goal - cumulative[low]!) / width : 0)) / steps;
  };
}

/** Lower triangle L with L Lᵀ = matrix, row by row. @throws RangeError when not positive-definite */
export function cholesky(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const lower: number[][] = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= lower[i]![k]! * lower[j]![k]!;
      if (i === j && rest <= 0) throw new RangeError(`cholesky: not positive-definite at row ${i}`);
      lower[i]![j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
  }
  return lower;
}
