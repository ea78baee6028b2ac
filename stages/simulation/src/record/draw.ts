import type { Random } from '@myocast/base';
import { clamp } from '../injury.ts';

/** 1 with the probability that these log odds stand for, else 0. */
export function yes(random: Random, logOdds: number): 0 | 1 {
  return random.chance(1 / (1 + Math.exp(-logOdds))) ? 1 : 0;
}

export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** A weighted sum of standard variables with enough noise to have variance 1, given the variance the sum has. */
export function mix(
  random: Random,
  variance: number,
  ...terms: readonly (readonly [number, number])[]
): number {
  const sum = terms.reduce((total, [weight, value]) => total + weight * value, 0);
  return sum + Math.sqrt(Math.max(0, 1 - variance)) * random.normal();
}

/** Normal, held within limits and rounded to so many digits. */
export function measure(value: number, low: number, high: number, digits = 0): number {
  return rounded(clamp(value, low, high), digits);
}

export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
