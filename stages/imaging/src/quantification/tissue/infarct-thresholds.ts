import type { InfarctMethod, RemoteRecord } from '../../tissue-records.ts';
import type { WallSignal } from './remote.ts';
import { markRegions } from './regions.ts';
import { quantileOf } from './spread.ts';
import type { Wall } from './wall.ts';

/** Enhancement that counts as seen: so many SD above remote. */
const seenSd = 5;

/** A threshold, or why there is none. */
export type Threshold =
  | { readonly value: number; readonly flags: readonly string[] }
  | { readonly value: null; readonly flags: readonly [string, ...string[]] };

/** What each method does, and where it comes from. */
export const infarctMethods: Readonly<
  Record<InfarctMethod, { readonly rule: string; readonly source: string }>
> = {
  '2-sd': sdRule(2),
  '3-sd': sdRule(3),
  '4-sd': sdRule(4),
  '5-sd': sdRule(5),
  '6-sd': sdRule(6),
  fwhm: {
    rule: 'half of the maximum of the infarct, one threshold for the whole stack: half way from no signal (magnitude) or from remote wall (phase-sensitive, whose zero is not known) to the 95th percentile of the wall above 3 SD, rims of one pixel left out',
    source: 'amado2004, flett2011',
  },
  otsu: {
    rule: 'the threshold that sets two classes of the wall furthest apart; it always finds two',
    source: 'otsu1979',
  },
};

function sdRule(count: number) {
  return { rule: `${count} SD above remote`, source: 'bondarenko2005, flett2011, schulzmenger2020' };
}

/** The signal above which the wall counts as infarct. */
export function infarctThreshold(
  method: InfarctMethod,
  wall: Wall,
  signal: WallSignal,
  remote: RemoteRecord,
): Threshold {
  if (method === 'fwhm') return halfMaximum(wall, signal, remote);
  if (method === 'otsu') return otsuThreshold(signal.values);
  return spreadThreshold(Number(method[0]), remote);
}

/** Remote wall with more voxels than this at the lowest value has a spread that is not known. */
const mostCutOffPercent = 25;

/** So many SD above remote; none where the image was cut off at black. */
export function spreadThreshold(count: number, remote: RemoteRecord): Threshold {
  if (remote.cutOffPercent <= mostCutOffPercent)
    return { value: remote.signal + count * remote.sd, flags: [] };
  return {
    value: null,
    flags: [
      `expected remote wall above the lowest value, found ${Math.round(remote.cutOffPercent)} % of it there: the image is cut off, and its spread is not known`,
    ],
  };
}

/**
 * Half of the infarct's maximum. The maximum is the 95th percentile of what is
 * enhanced, without rims: a single bright pixel is noise, or blood.
 */
function halfMaximum(wall: Wall, { values, magnitude }: WallSignal, remote: RemoteRecord): Threshold {
  const above = (count: number) => (value: number, number: number) =>
    wall.inner[number] === 1 && value > remote.signal + count * remote.sd;
  const seen = Uint8Array.from(values, (value, number) => Number(above(seenSd)(value, number)));
  if (!markRegions(wall, seen).marked.includes(1))
    return {
      value: null,
      flags: [
        `expected a region of ${seenSd} SD above remote inside the wall, found none: no maximum to take half of`,
      ],
    };
  const maximum = quantileOf(values.filter(above(3)), 0.95);
  const value = ((magnitude ? 0 : remote.signal) + maximum) / 2;
  if (value < remote.signal + 2 * remote.sd)
    return {
      value: null,
      flags: ['expected half of the maximum 2 SD above remote, found it below: no signal is not 0 here'],
    };
  return { value, flags: [] };
}

/** Otsu's threshold over the values as they are, half way between the two that it parts. */
export function otsuThreshold(values: Float64Array): Threshold {
  const sorted = values.slice().sort();
  const n = sorted.length;
  const total = sorted.reduce((sum, value) => sum + value, 0);
  let below = 0;
  let best: { apart: number; at: number } = { apart: 0, at: -1 };
  for (let at = 0; at < n - 1; at++) {
    below += sorted[at]!;
    if (sorted[at] === sorted[at + 1]) continue;
    const [low, high] = [at + 1, n - at - 1];
    const apart = low * high * ((total - below) / high - below / low) ** 2;
    if (apart > best.apart) best = { apart, at };
  }
  if (best.at < 0) return { value: null, flags: ['expected several values in the wall, found one'] };
  return { value: (sorted[best.at]! + sorted[best.at + 1]!) / 2, flags: otsuFlags(sorted, best) };
}

/** Share of the variance that two halves of one Gaussian explain (2/π), and a little more. */
const oneClass = 0.7;

function otsuFlags(sorted: Float64Array, best: { readonly apart: number }): string[] {
  const n = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const explained = best.apart / n / squares;
  return explained < oneClass
    ? [
        `expected two classes that explain more than ${100 * oneClass} % of the variance, found ${Math.round(100 * explained)} %: one Gaussian would do as well`,
      ]
    : [];
}
