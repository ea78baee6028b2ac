/**
 * The numbers of Lehmer's generator (multiplier 16807, modulus 2³¹ - 1), strictly between 0 and 1: reference/survival
 * has the same few lines in R, so that both programs have the same cohorts and resamples without a file.
 */
export function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

/** Resample b of n rows: Lehmer's numbers from seed + b on. */
export function lehmerRows(n: number, seed: number): (resample: number) => Int32Array {
  return (resample) => {
    const next = lehmer(seed + 7919 * (resample + 1));
    return Int32Array.from({ length: n }, () => Math.floor(next() * n));
  };
}

/** n subjects with three predictors, of which two carry a hazard; half are censored. */
export function lehmerCohort(n: number, seed: number) {
  const next = lehmer(seed);
  const predictors = new Float64Array(3 * n);
  const days = new Float64Array(n);
  const event = new Uint8Array(n);
  const centre = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    const [a, b, c] = [next() * 2 - 1, next() * 2 - 1, next() < 0.4 ? 1 : 0];
    predictors.set([a, b, c], 3 * row);
    const failure = -Math.log(next()) * 700 * Math.exp(-1.2 * a - 0.7 * c);
    const censoring = 1500 * next();
    days[row] = Math.min(failure, censoring);
    event[row] = failure <= censoring ? 1 : 0;
    centre[row] = Math.floor(next() * 5);
  }
  return { names: ['a', 'b', 'c'], predictors, followUp: { days, event }, centre };
}
