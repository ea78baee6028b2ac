import type { Volume } from '@myocast/dicom';
import { lgeLabel } from '../../records.ts';
import type { ContourOrigin, MapKind, MapQuantities, MapRegion } from '../../tissue-records.ts';
import { medianOf, robustSpread } from './spread.ts';
import { degreesApart, injuredShare, labelsOf, type Wall } from './wall.ts';

/** Fewer voxels say little of a tissue. */
const leastVoxels = 10;
/** Segments with no more infarct than this, and this far from the infarct, are remote. */
const mostInjured = 0.02;
const remoteDegrees = 120;

/** What each map can show in heart muscle and blood, and what remote wall can have, in ms. */
const ranges: Readonly<
  Record<MapKind, { readonly any: readonly [number, number]; readonly remote: readonly [number, number] }>
> = {
  't1-map-native': { any: [200, 3000], remote: [700, 1600] },
  't1-map-post': { any: [50, 1500], remote: [150, 800] },
  't2-map': { any: [10, 300], remote: [25, 90] },
  't2star-map': { any: [1, 150], remote: [10, 70] },
};

const about = {
  rule: 'medians of the wall without its rims of one pixel (blood, fat, susceptibility); remote: segments with at most 2 % infarct, 120 degrees or more from the most infarcted one where there are such, else all without infarct; blood: cavity without its rim of two pixels',
  source: 'messroghli2017',
} as const;

/** A map with the LGE labels laid on it. */
export interface MappedWall {
  readonly kind: MapKind;
  readonly wall: Wall;
  readonly volume: Volume;
  readonly contours: ContourOrigin;
}

/**
 * Relaxation times of remote wall, infarct, MVO and blood, and of every AHA segment.
 *
 * Voxels that hold no number, or one that no tissue has, are left out and counted. Where
 * remote wall has a value that no heart has, the map is not in ms and every value is null.
 *
 * Source: messroghli2017 (docs/references.bib).
 */
export function quantifyMap(mapped: MappedWall): MapQuantities {
  const { kind, wall, volume, contours } = mapped;
  const [low, high] = ranges[kind].any;
  const inner = [...wall.voxels.keys()].filter((number) => wall.inner[number]);
  const value = (number: number) => volume.data[wall.voxels[number]!]!;
  const good = inner.filter((number) => value(number) >= low && value(number) <= high);
  const labels = labelsOf(wall);
  const region = (chosen: (number: number) => boolean) => regionOf(good.filter(chosen).map(value));
  // The cine shows no infarct: which wall is remote is not known.
  const remoteSegments = contours === 'cine-sax' ? [] : findRemoteSegments(wall);
  const remote = region(
    (number) =>
      labels[number] === lgeLabel.normalMyocardium && remoteSegments.includes(wall.segment[number]!),
  );
  const base = {
    kind,
    contours,
    ...about,
    slices: new Set(wall.slice).size,
    remoteSegments,
    voxelsLeftOut: inner.length - good.length,
  };
  const middle = remote ?? regionOf(good.map(value));
  const reason = obstacleTo(mapped, good.length, inner.length, middle);
  if (reason !== null) return { ...base, ...noValues, flags: [reason] };
  const segments = Array.from({ length: 16 }, (_, at) => region((number) => wall.segment[number] === at + 1));
  const blood = bloodOf(mapped, low, high);
  return {
    ...base,
    remote,
    infarct: region((number) => labels[number] === lgeLabel.infarct),
    core: region((number) => labels[number] === lgeLabel.mvo),
    bloodMs: blood.length >= leastVoxels ? medianOf(blood) : null,
    segmentMs: segments.map((own) => own?.ms ?? null),
    flags: flagsOf(contours, remote !== null),
  };
}

const noValues = {
  remote: null,
  infarct: null,
  core: null,
  bloodMs: null,
  segmentMs: Array.from({ length: 16 }, () => null),
} as const;

function obstacleTo(
  { kind, volume, wall }: MappedWall,
  good: number,
  all: number,
  remote: MapRegion | null,
): string | null {
  if (volume.shape.slice(1).join() !== wall.mask.shape.slice(1).join())
    return 'expected contours on the grid of the map, found another grid';
  if (all === 0) return 'expected LV wall of three pixels or more in the slices of the map, found none';
  const [low, high] = ranges[kind].any;
  if (good < all / 2)
    return `expected values of ${low} to ${high} ms in the wall, found them in ${good} of ${all} voxels`;
  const [least, most] = ranges[kind].remote;
  if (remote !== null && (remote.ms < least || remote.ms > most))
    return `expected ${least} to ${most} ms in remote wall, found ${remote.ms.toFixed(1)}: not in ms, or another map`;
  return null;
}

function flagsOf(contours: ContourOrigin, hasRemote: boolean): string[] {
  const wrong = [`contours of ${contours} are laid on the map, and may lie some mm off`];
  if (contours === 'cine-sax')
    wrong.push('expected an LGE mask, found none: infarct and remote wall are not told apart');
  else if (!hasRemote) wrong.push('expected wall without infarct, found too little: no remote value');
  return wrong;
}

function regionOf(values: readonly number[]): MapRegion | null {
  if (values.length < leastVoxels) return null;
  const { centre, sd } = robustSpread(values);
  return { ms: centre, spreadMs: sd, voxels: values.length };
}

/** AHA segments of the map that hold remote wall, ascending. */
function findRemoteSegments(wall: Wall): number[] {
  const injured = injuredShare(wall);
  const there = [...new Set(wall.segment)].filter((segment) => segment > 0).sort((a, b) => a - b);
  const free = there.filter((segment) => injured(segment) <= mostInjured);
  const worst = there.reduce<number | null>(
    (best, segment) => (injured(segment) > (best === null ? mostInjured : injured(best)) ? segment : best),
    null,
  );
  if (worst === null) return free;
  const far = free.filter((segment) => degreesApart(segment, worst) >= remoteDegrees);
  return far.length > 0 ? far : free;
}

/** The cavity without its rim of two pixels, in which trabeculae and wall share the voxels. */
function bloodOf({ wall, volume }: MappedWall, low: number, high: number): number[] {
  const [, slices, height, width] = wall.mask.shape;
  const { data } = wall.mask;
  const values: number[] = [];
  const isBlood = (at: number) => data[at] === lgeLabel.leftVentricle;
  for (let z = 0; z < slices; z++)
    for (let y = 2; y < height - 2; y++)
      for (let x = 2; x < width - 2; x++) {
        const at = (z * height + y) * width + x;
        const around = [
          at,
          at - 2,
          at + 2,
          at - 2 * width,
          at + 2 * width,
          at - 1,
          at + 1,
          at - width,
          at + width,
        ];
        const value = volume.data[at]!;
        if (around.every(isBlood) && value >= low && value <= high) values.push(value);
      }
  return values;
}
