import type { Random } from '@myocast/base';
import { betaQuantile, cholesky, normalCdf, normalQuantile } from './distributions.ts';

/** Order of the latent normal variables. Each is in its own direction: a high ejection fraction is good. */
const order = ['infarct', 'mvo', 'lvef', 'esvi', 'risk', 'troponin', 'probnp', 'crp', 'delay'] as const;
type Latent = (typeof order)[number];

/** DOMAIN B4 (suggested matrix; min eigenvalue of the whole 0.116), the rows of the variables in `order`. */
const correlation = symmetric([
  [1],
  [0.7, 1],
  [-0.62, -0.55, 1],
  [0.5, 0.45, -0.85, 1],
  [0.75, 0.5, -0.45, 0.4, 1],
  [0.62, 0.58, -0.45, 0.38, 0.45, 1],
  [0.4, 0.35, -0.45, 0.42, 0.28, 0.35, 1],
  [0.4, 0.35, -0.38, 0.3, 0.28, 0.35, 0.4, 1],
  [0.2, 0.18, -0.12, 0.1, 0.08, 0.15, 0.2, 0.15, 1],
]);
const lower = cholesky(correlation);

function symmetric(triangle: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return triangle.map((row, i) => triangle.map((_, j) => (j <= i ? row[j]! : triangle[j]![i]!)));
}

/** Infarct size in %LV is 60 · Beta(1.025, 2.05): DOMAIN B3, fitted to 17.9 (8.0 to 29.8), n = 2,632. */
const infarctQuantile = betaQuantile(1.025, 2.05);

/** MVO at 5 to 7 days in 0.44; its extent lognormal μ 0.737, σ 1.277: DOMAIN B3 (dewaha2017; derived). */
const mvoPrevalence = 0.44;
const mvoThreshold = normalQuantile(1 - mvoPrevalence);

/** The true injury of the heart one week after the infarction. */
export interface Injury {
  readonly infarctPercent: number;
  readonly mvoPercent: number;
  readonly areaAtRiskPercent: number;
  readonly ejectionFractionPercent: number;
  readonly edviMlPerM2: number;
  readonly esviMlPerM2: number;
  /** The latent normals, for what else depends on the injury. */
  readonly latent: { readonly [Name in Latent]: number };
}

/** What makes the injury larger or smaller. */
export interface InjuryCauses {
  readonly anterior: boolean;
  readonly female: boolean;
  readonly occludedBefore: boolean;
  readonly slowFlowAfter: boolean;
  readonly centreShift: number;
}

/**
 * Shifts of the latent infarct size in standard deviations with the share of the
 * patients who have the cause. Women -5.1 %LV of 14 (DOMAIN B3); anterior
 * infarcts are larger (Shengjing: 54 against 29.6 % anterior above and below
 * 13.55 %LV); TIMI flow before and after: (recalled).
 */
const shifts = [
  { of: (c: InjuryCauses) => c.anterior, by: 0.5, share: 0.48 },
  { of: (c: InjuryCauses) => c.female, by: -0.36, share: 0.16 },
  { of: (c: InjuryCauses) => c.occludedBefore, by: 0.3, share: 0.72 },
  { of: (c: InjuryCauses) => c.slowFlowAfter, by: 0.4, share: 0.08 },
] as const;
const explained = shifts.reduce((sum, { by, share }) => sum + by * by * share * (1 - share), 0);

/**
 * Draws the injury block from the Gaussian copula. The causes shift the first
 * factor, infarct size, and through it what correlates with it; the factor keeps
 * mean 0 and variance 1, so that the matrix stays what it is.
 */
export function createInjury(random: Random, causes: InjuryCauses): Injury {
  const factors = order.map(() => random.normal());
  const shift = shifts.reduce((sum, { of, by, share }) => sum + by * ((of(causes) ? 1 : 0) - share), 0);
  factors[0] = shift + Math.sqrt(1 - explained) * factors[0]! + causes.centreShift;
  const latent = Object.fromEntries(
    order.map((name, row) => [name, lower[row]!.reduce((sum, load, k) => sum + load * factors[k]!, 0)]),
  ) as Record<Latent, number>;
  const infarctPercent = Math.max(0.5, 60 * infarctQuantile(normalCdf(latent.infarct)));
  // LVEF 50 ± 11, range 20 to 75; ESVi 41 ± 16, lognormal (DOMAIN B3).
  const ejectionFractionPercent = clamp(50 + 11 * latent.lvef, 20, 75);
  const esvi = lognormal(41, 16, latent.esvi);
  const edviMlPerM2 = clamp(esvi / (1 - ejectionFractionPercent / 100), 48, 150);
  return {
    infarctPercent,
    mvoPercent: mvoExtent(latent.mvo, infarctPercent),
    // 35 ± 12 %LV by T2 (DOMAIN B3); never smaller than the infarct inside it.
    areaAtRiskPercent: Math.max(clamp(35 + 12 * latent.risk, 10, 75), 1.15 * infarctPercent + 2),
    ejectionFractionPercent,
    edviMlPerM2,
    esviMlPerM2: edviMlPerM2 * (1 - ejectionFractionPercent / 100),
    latent,
  };
}

/** None below the threshold; above it lognormal, at most half of the infarct (DOMAIN C4: 5 to 25 % as a rule). */
function mvoExtent(latent: number, infarctPercent: number): number {
  if (latent <= mvoThreshold) return 0;
  const rank = (normalCdf(latent) - (1 - mvoPrevalence)) / mvoPrevalence;
  const extent = Math.exp(0.737 + 1.277 * normalQuantile(clamp(rank, 1e-6, 1 - 1e-6)));
  return Math.min(extent, 0.5 * infarctPercent);
}

/** The lognormal value with this mean and standard deviation at a latent normal. */
export function lognormal(mean: number, sd: number, latent: number): number {
  const variance = Math.log(1 + (sd / mean) ** 2);
  return Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * latent);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
