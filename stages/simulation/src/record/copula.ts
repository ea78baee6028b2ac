import type { Random } from '@myocast/base';
import { cholesky } from '../distributions.ts';
import { populationNorms } from '../population-norms.ts';

/** Order of the latent normal variables. Each is in its own direction: a high ejection fraction is good, a high strain bad. */
export const latentNames = [
  'infarct',
  'mvo',
  'haemorrhage',
  'lvef',
  'esvi',
  'strain',
  'risk',
  'troponin',
  'probnp',
  'crp',
  'delay',
  'atrium',
] as const;
export type Latents = { readonly [Name in (typeof latentNames)[number]]: number };

/** DOMAIN B4: the suggested matrix, min eigenvalue 0.116, lower triangle in the order of `latentNames`. */
export const correlation = symmetric([
  [1],
  [0.7, 1],
  [0.6, 0.85, 1],
  [-0.62, -0.55, -0.5, 1],
  [0.5, 0.45, 0.42, -0.85, 1],
  [0.65, 0.55, 0.5, -0.68, 0.55, 1],
  [0.75, 0.5, 0.45, -0.45, 0.4, 0.5, 1],
  [0.62, 0.58, 0.6, -0.45, 0.38, 0.45, 0.45, 1],
  [0.4, 0.35, 0.38, -0.45, 0.42, 0.4, 0.28, 0.35, 1],
  [0.4, 0.35, 0.35, -0.38, 0.3, 0.35, 0.28, 0.35, 0.4, 1],
  [0.2, 0.18, 0.15, -0.12, 0.1, 0.15, 0.08, 0.15, 0.2, 0.15, 1],
  [-0.35, -0.3, -0.28, 0.45, -0.4, -0.5, -0.25, -0.25, -0.45, -0.25, -0.08, 1],
]);
const lower = cholesky(correlation);

function symmetric(triangle: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return triangle.map((row, i) => triangle.map((_, j) => (j <= i ? row[j]! : triangle[j]![i]!)));
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
 * Shifts of the latent infarct size in standard deviations, with the share of the
 * patients who have the cause. Women -5.1 %LV of 14 (DOMAIN B3, PMC6610840);
 * anterior infarcts are larger (Shengjing: 54 against 29.6 % anterior above and
 * below 13.55 %LV); TIMI flow before and after: (recalled). The ischaemic time
 * is a variable of the copula itself.
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
 * its variance, so that the matrix stays what it is. Mean and spread are those of
 * the enrolled: screening takes away a little of the worst.
 */
export function drawLatents(random: Random, causes: InjuryCauses): Latents {
  const factors = latentNames.map(() => random.normal());
  const shift = shifts.reduce((sum, { of, by, share }) => sum + by * ((of(causes) ? 1 : 0) - share), 0);
  factors[0] = shift + Math.sqrt(1 - explained) * factors[0]! + causes.centreShift;
  const latents: Record<string, number> = {};
  for (let row = 0; row < latentNames.length; row++) {
    const loads = lower[row]!;
    let sum = 0;
    for (let k = 0; k <= row; k++) sum += loads[k]! * factors[k]!;
    const name = latentNames[row]!;
    const { mean, sd } = populationNorms.latents[name];
    latents[name] = (sum - mean) / sd;
  }
  return latents as Latents;
}
