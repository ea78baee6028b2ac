import { normalDensity, normalTail } from '../numerics/normal.ts';

/**
 * Where a standardised log time z lies: the logarithm of the density or of the survival there,
 * with the first two derivatives in z.
 */
export interface LogTerm {
  value: number;
  first: number;
  second: number;
}

/** A distribution on the whole line, of mean or mode 0 and scale 1. */
export interface ErrorDistribution {
  /** Writes to `term`: no allocation for each subject. */
  readonly logDensity: (z: number, term: LogTerm) => void;
  readonly logSurvival: (z: number, term: LogTerm) => void;
}

/** exp(z) follows the unit exponential: S = exp(-exp z). */
export const extremeValue: ErrorDistribution = {
  logDensity: (z, term) => {
    const hazard = Math.exp(z);
    term.value = z - hazard;
    term.first = 1 - hazard;
    term.second = -hazard;
  },
  logSurvival: (z, term) => {
    const hazard = Math.exp(z);
    term.value = term.first = term.second = -hazard;
  },
};

/** S = 1 / (1 + exp z): z is the logarithm of the odds of the event. */
export const logistic: ErrorDistribution = {
  logDensity: (z, term) => {
    const [risk, survival] = [1 / (1 + Math.exp(-z)), 1 / (1 + Math.exp(z))];
    term.value = z - 2 * softPlus(z);
    term.first = survival - risk;
    term.second = -2 * risk * survival;
  },
  logSurvival: (z, term) => {
    const risk = 1 / (1 + Math.exp(-z));
    term.value = -softPlus(z);
    term.first = -risk;
    term.second = -risk / (1 + Math.exp(z));
  },
};

/** S = Φ(-z). */
export const gaussian: ErrorDistribution = {
  logDensity: (z, term) => {
    term.value = (-z * z) / 2 - Math.log(2 * Math.PI) / 2;
    term.first = -z;
    term.second = -1;
  },
  logSurvival: (z, term) => {
    // the tail underflows before the ratio does: from 30 on, its asymptotic series
    const isFar = z > 30;
    const ratio = isFar ? z + 1 / z - 2 / z ** 3 : normalDensity(z) / normalTail(-z);
    term.value = isFar
      ? (-z * z) / 2 - Math.log(ratio) - Math.log(2 * Math.PI) / 2
      : Math.log(normalTail(-z));
    term.first = -ratio;
    term.second = -ratio * (ratio - z);
  },
};

/** log(1 + exp z), without overflow. */
function softPlus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}
