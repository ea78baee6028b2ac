import type { RemoteRecord } from '../../tissue-records.ts';
import { ricianNoise } from './rician.ts';
import { quantileOf, robustSpread } from './spread.ts';
import { degreesApart, type Wall } from './wall.ts';

/** Fewer voxels tell neither a mean nor a spread. */
const leastVoxels = 25;
/** Segments this far apart around the ventricle are opposite. */
const oppositeDegrees = 120;

/** The signal of every voxel of the wall, of a magnitude image or of one that keeps its sign. */
export interface WallSignal {
  readonly values: Float64Array;
  readonly magnitude: boolean;
}

/** Wall that a mask calls injured for more than this share is never remote. */
const mostInjured = 0.2;

/** What a person is told of the remote wall. */
export const remoteRule =
  'the darker half (by median) of the AHA segments 120 degrees or more from the brightest one (75th percentile); segments that the mask calls injured for more than 20 % and rims of one pixel left out';

/**
 * The remote wall: the injury lies where the wall is brightest, remote wall are the
 * less bright segments of the opposite side. Several of them together, so that
 * coil sensitivity and neighbouring slices are part of the spread. Rims of one pixel
 * are left out, for they share their voxels with blood and fat.
 *
 * @param injuredShare of the wall of a segment, by a mask
 * @returns null where no two opposite segments hold enough wall, or all are injured
 */
export function findRemote(
  wall: Wall,
  signal: WallSignal,
  injuredShare: (segment: number) => number,
): RemoteRecord | null {
  const members = innerMembers(wall);
  const there = [...members.keys()].filter((segment) => members.get(segment)!.length >= leastVoxels);
  const level = (segment: number, share: number) =>
    quantileOf(
      members.get(segment)!.map((number) => signal.values[number]!),
      share,
    );
  const brightest = descending(there, (segment) => level(segment, 0.75))[0];
  if (brightest === undefined) return null;
  const opposite = descending(
    there.filter(
      (segment) =>
        degreesApart(segment, brightest) >= oppositeDegrees && injuredShare(segment) <= mostInjured,
    ),
    (segment) => -level(segment, 0.5),
  );
  const remote = opposite.slice(0, Math.ceil(opposite.length / 2)).sort((a, b) => a - b);
  if (remote.length === 0) return null;
  return describeRemote(
    remote,
    remote.flatMap((segment) => members.get(segment)!),
    signal,
  );
}

/** The voxels of each segment, without rims of one pixel. */
export function innerMembers({ segment, inner }: Wall): ReadonlyMap<number, number[]> {
  const members = new Map<number, number[]>();
  for (const [number, own] of segment.entries()) {
    if (own === 0 || inner[number] === 0) continue;
    const list = members.get(own);
    if (list) list.push(number);
    else members.set(own, [number]);
  }
  return members;
}

/** The highest value first, of equal ones the lower segment. */
function descending(segments: readonly number[], value: (segment: number) => number): number[] {
  const values = new Map(segments.map((segment) => [segment, value(segment)]));
  return segments.toSorted((a, b) => values.get(b)! - values.get(a)! || a - b);
}

function describeRemote(
  segments: readonly number[],
  members: readonly number[],
  { values, magnitude }: WallSignal,
): RemoteRecord {
  const own = members.map((number) => values[number]!);
  const { centre, sd } = robustSpread(own);
  const lowest = values.reduce((least, value) => Math.min(least, value), Infinity);
  const noise = magnitude ? ricianNoise(Math.max(0, centre), sd) : sd;
  return {
    segments,
    voxels: own.length,
    signal: centre,
    spread: sd,
    cutOffPercent: (100 * own.filter((value) => value === lowest).length) / own.length,
    sd: Math.max(noise, smallestStep(values) / Math.sqrt(12)),
    rule: remoteRule,
  };
}

/** The least distance between two different values: stored values are rounded to it, which alone spreads them by step/√12. */
function smallestStep(values: Float64Array): number {
  const sorted = values.slice().sort();
  let step = Infinity;
  for (let at = 1; at < sorted.length; at++) {
    const gap = sorted[at]! - sorted[at - 1]!;
    if (gap > 0 && gap < step) step = gap;
  }
  return Number.isFinite(step) ? step : 0;
}
