import { normalQuantile } from '../follow-up.ts';

/**
 * Scale on which a 95 % interval is symmetric. R's default is 'log'; 'log-log' stays within 0 and 1, the
 * others are cut there.
 */
export type IntervalScale = 'plain' | 'log' | 'log-log';

/** 95 % interval of a probability by the delta method. Of 0 and of 1 it is that value alone. */
export function probabilityInterval(
  probability: number,
  standardError: number,
  scale: IntervalScale,
): [low: number, high: number] {
  if (probability <= 0 || probability >= 1 || standardError === 0) return [probability, probability];
  if (scale === 'plain') {
    const half = normalQuantile * standardError;
    return [Math.max(0, probability - half), Math.min(1, probability + half)];
  }
  const relative = (normalQuantile * standardError) / probability;
  if (scale === 'log')
    return [probability * Math.exp(-relative), Math.min(1, probability * Math.exp(relative))];
  const factor = Math.exp(relative / -Math.log(probability));
  return [probability ** factor, probability ** (1 / factor)];
}
