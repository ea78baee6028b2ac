import { lgeLabel } from '../../records.ts';
import type { HaemorrhageQuantities } from '../../tissue-records.ts';
import type { MappedWall } from './maps.ts';
import { regionsOf } from './regions.ts';
import { beside, labelsOf, type Wall } from './wall.ts';

/** T2* below this in the infarct is haemorrhage, at 1.5 T. */
const ironMs = 20;
/** T2* that a fit can give in a heart. */
const fitted = [1, 150] as const;

/** Fewer contiguous pixels are noise. */
const leastIron = 3;
/** Fewer voxels of infarct tell nothing. */
const leastInfarct = 10;

const about = {
  rule: 'T2* below 20 ms inside the infarct of the LGE mask, MVO included, three contiguous pixels or more; the outer rim of one pixel is left out (susceptibility of lung and fat), the inner one is not (the core lies there, and blood lengthens T2*); shares are of the wall and of the infarct without the outer rim, on the slices of the map',
  source: 'carrick2016',
} as const;

/**
 * Intramyocardial haemorrhage: iron shortens T2* in the infarct core.
 *
 * @param fieldT null where the images do not say it; T2* of every tissue is shorter at 3 T, for which 20 ms was not made: then the shares are given and flagged, and `present` is null
 *
 * Source: carrick2016 (docs/references.bib).
 */
export function quantifyHaemorrhage(
  { wall, volume, contours }: MappedWall,
  fieldT: number | null,
): HaemorrhageQuantities {
  const nothing = (reason: string): HaemorrhageQuantities => ({
    ...about,
    present: null,
    lvPercent: null,
    infarctSharePercent: null,
    flags: [reason],
  });
  if (contours !== 'lge-sax') return nothing('expected an infarct of the LGE mask, found no such mask');
  const labels = labelsOf(wall);
  const value = (number: number) => volume.data[wall.voxels[number]!]!;
  const measured = [...wall.voxels.keys()].filter(
    (number) => !isOuter(wall, number) && value(number) >= fitted[0] && value(number) <= fitted[1],
  );
  const infarct = measured.filter((number) => labels[number]! >= lgeLabel.infarct);
  if (infarct.length < leastInfarct)
    return nothing('expected infarct on the slices of the T2* map, found too little of it');
  const normal = measured.filter((number) => labels[number] === lgeLabel.normalMyocardium);
  const short = (numbers: readonly number[]) => numbers.filter((number) => value(number) < ironMs);
  if (normal.length > 0 && short(normal).length > normal.length / 4)
    return nothing(
      `expected T2* of ${ironMs} ms or more in normal wall, found less in ${short(normal).length} of ${normal.length} voxels: susceptibility, or another field strength`,
    );
  const chosen = new Uint8Array(wall.voxels.length);
  for (const number of short(infarct)) chosen[number] = 1;
  const iron = regionsOf(wall, chosen)
    .filter((region) => region.length >= leastIron)
    .reduce((sum, region) => sum + region.length, 0);
  return {
    ...about,
    present: isLowField(fieldT) ? iron > 0 : null,
    lvPercent: (100 * iron) / measured.length,
    infarctSharePercent: (100 * iron) / infarct.length,
    flags: fieldFlags(fieldT),
  };
}

function isOuter({ neighbours }: Wall, number: number): boolean {
  for (let side = 0; side < 4; side++) if (neighbours[4 * number + side] === beside.outside) return true;
  return false;
}

const isLowField = (fieldT: number | null) => fieldT !== null && fieldT < 2;

function fieldFlags(fieldT: number | null): string[] {
  if (isLowField(fieldT)) return [];
  return [
    `expected 1.5 T, for which ${ironMs} ms was made, found ${fieldT === null ? 'none given' : `${fieldT} T`}`,
  ];
}
