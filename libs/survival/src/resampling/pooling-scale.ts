import { normalQuantile } from '../follow-up.ts';

/** The scale on which estimates of studies are averaged: C on 'logit', observed/expected on 'log', a slope as it is. */
export type PoolingScale = 'identity' | 'log' | 'logit';

interface Transformation {
  readonly to: (value: number) => number;
  readonly back: (value: number) => number;
  /** Derivative of `to`: the delta method's factor of a standard error */
  readonly slope: (value: number) => number;
}

export const poolingScales: { readonly [scale in PoolingScale]: Transformation } = {
  identity: { to: (value) => value, back: (value) => value, slope: () => 1 },
  log: { to: Math.log, back: Math.exp, slope: (value) => 1 / value },
  logit: {
    to: (value) => Math.log(value / (1 - value)),
    back: (value) => 1 / (1 + Math.exp(-value)),
    slope: (value) => 1 / (value * (1 - value)),
  },
};

/** An estimate on the scale it was given on, with its standard error or its 95 % interval. */
export type GivenEstimate = { readonly estimate: number } & (
  | { readonly standardError: number }
  | { readonly low: number; readonly high: number }
);

/**
 * An estimate on the scale of the average: a standard error by the delta method, from an interval as its width
 * there over 2 × 1.96. Either is not finite where the scale has no such value (the logit of 1).
 *
 * Source: snell2018 (docs/references.bib).
 */
export function onScale(given: GivenEstimate, scale: PoolingScale): { value: number; variance: number } {
  const { to, slope } = poolingScales[scale];
  const standardError =
    'standardError' in given
      ? given.standardError * slope(given.estimate)
      : (to(given.high) - to(given.low)) / (2 * normalQuantile);
  return { value: to(given.estimate), variance: standardError ** 2 * Math.sign(standardError) };
}
