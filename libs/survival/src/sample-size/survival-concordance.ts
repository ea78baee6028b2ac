import { checkShare } from './cox-snell.ts';
import { hazardByHorizon, meanOverNormal } from './simulated-cohort.ts';

/** What a proportional hazards model with normal log hazards is like when it is right. */
export interface NormalHazards {
  /** Standard deviation of the log hazard */
  readonly spread: number;
  /** Harrell's C, everybody followed to the end */
  readonly concordance: number;
  /** Cox and Snell's R² of its Cox regression */
  readonly coxSnell: number;
}

/**
 * Cox and Snell's R² that a proportional hazards model with this C has, if log hazards are normal and everybody is followed
 * to the end, by when a share `risk` has the event. Exact integrals where one would simulate; the baseline hazard does not matter.
 *
 * @throws RangeError when C is not above 0.5 and below 0.99, or the risk not between 0 and 1
 *
 * Source: riley2021a, whose idea for yes/no outcomes it takes to times (docs/references.bib).
 * Agrees with: R `concordance` and `coxph` of a million simulated subjects.
 */
export function survivalCoxSnellFromConcordance(concordance: number, risk: number): NormalHazards {
  const caller = 'survivalCoxSnellFromConcordance';
  checkShare(caller, 'a risk', risk);
  if (!(concordance > 0.5 && concordance < 0.99))
    throw new RangeError(`${caller}: expected a concordance above 0.5 and below 0.99, got ${concordance}`);
  let [low, high] = [0, 64];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (harrellOf(middle, hazardByHorizon(risk, middle)) < concordance) low = middle;
    else high = middle;
  }
  return normalHazards((low + high) / 2, risk);
}

/** The other way round: C and R² of a spread of the log hazard. */
export function normalHazards(spread: number, risk: number): NormalHazards {
  const hazard = hazardByHorizon(risk, spread);
  return {
    spread,
    concordance: harrellOf(spread, hazard),
    coxSnell: -Math.expm1(-likelihoodRatio(spread, hazard)),
  };
}

/**
 * Of two subjects with hazards a and b, the first fails first and by the end with probability a / (a + b) (1 - exp(-(a + b))).
 * Their log hazards are (u ± v) s / √2 with u, v normal and v > 0.
 */
function harrellOf(spread: number, hazard: number): number {
  const scale = spread / Math.SQRT2;
  let [right, all] = [0, 0];
  simpson(0, 8, 160, (v, width) => {
    const density = width * Math.exp((-v * v) / 2);
    const share = 1 / (1 + Math.exp(-2 * scale * v));
    const either = meanOverNormal(
      (u) => -Math.expm1(-hazard * Math.exp(scale * u) * 2 * Math.cosh(scale * v)),
    );
    right += density * share * either;
    all += density * either;
  });
  return right / all;
}

/**
 * Twice the mean gain of the log partial likelihood: 2 (E[event × log hazard] - ∫ A ln(A / B) ds) over the cumulative
 * baseline hazard s, with A = E[exp(z)] and B = E[1] of those still event-free.
 */
function likelihoodRatio(spread: number, hazard: number): number {
  const own = meanOverNormal((z) => spread * z * -Math.expm1(-hazard * Math.exp(spread * z)));
  let others = 0;
  simpson(0, 1, 400, (x, width) => {
    const s = hazard * x ** 3; // most happens to the highest hazards at the start
    const at = meanOverNormal((z) => Math.exp(spread * z - s * Math.exp(spread * z)));
    const left = meanOverNormal((z) => Math.exp(-s * Math.exp(spread * z)));
    others += width * 3 * hazard * x ** 2 * at * Math.log(at / left);
  });
  return 2 * (own - others);
}

/** Calls with each point and its width by Simpson's rule. */
function simpson(from: number, to: number, panels: number, use: (x: number, width: number) => void): void {
  const step = (to - from) / panels;
  for (let at = 0; at <= panels; at++) {
    const factor = at === 0 || at === panels ? 1 : at % 2 === 1 ? 4 : 2;
    use(from + at * step, (factor * step) / 3);
  }
}
