import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Mask, voxelVolumeMm3 } from '@myocast/dicom';
import { lgeLabel, type LgeQuantities } from '../records.ts';
import { frameOf } from './direction.ts';
import { referenceFits, type SegmentReference } from './segments.ts';
import { labelsOf, wallOf } from './tissue/wall.ts';

const path = 'lge-sax';

/** Myocardial voxels, and how many of them are infarct (MVO included) and MVO. */
interface Tally {
  wall: number;
  infarct: number;
  mvo: number;
}

/**
 * Infarct size, microvascular obstruction and transmurality from an LGE mask.
 *
 * The infarct includes its MVO core. Shares are of the LV myocardium, in all slices
 * or in one AHA segment; they need no geometry, the ml do.
 *
 * @param mask LGE labels [1, z, y, x]; of several phases the first is taken
 * @param reference how the heart is turned, from the cine of the same exam; where it
 *   cannot be carried over, the angle is assumed and flagged
 * @returns refused ('not-estimable') without myocardium
 *
 * Source: schulzmenger2020 (docs/references.bib).
 */
export function quantifyLge(mask: Mask, reference: SegmentReference): Checked<LgeQuantities> {
  const { total, segments, slices } = tally(mask, reference);
  if (total.wall === 0)
    return refused(issue('not-estimable', path, 'expected LV myocardium in the mask, found none'));
  const toMl = mask.affine ? voxelVolumeMm3(mask.affine) / 1000 : null;
  const ml = (voxels: number) => (toMl === null ? null : voxels * toMl);
  const share = (part: number, { wall }: Tally) => (wall > 0 ? (100 * part) / wall : null);
  const quantities: LgeQuantities = {
    myocardiumMl: ml(total.wall),
    infarctMl: ml(total.infarct),
    mvoMl: ml(total.mvo),
    infarctPercent: (100 * total.infarct) / total.wall,
    mvoPercent: (100 * total.mvo) / total.wall,
    transmuralityPercent: segments.map((segment) => share(segment.infarct, segment)),
    mvoSegmentPercent: segments.map((segment) => share(segment.mvo, segment)),
  };
  return accepted(quantities, flagsOf(mask, quantities, slices, reference));
}

function tally(mask: Mask, reference: SegmentReference) {
  const wall = wallOf(mask, reference);
  const total: Tally = { wall: 0, infarct: 0, mvo: 0 };
  const segments = Array.from({ length: 16 }, (): Tally => ({ wall: 0, infarct: 0, mvo: 0 }));
  for (const [number, label] of labelsOf(wall).entries()) {
    add(total, label);
    const segment = wall.segment[number]!;
    if (segment > 0) add(segments[segment - 1]!, label);
  }
  return { total, segments, slices: new Set(wall.slice).size };
}

function add(tally: Tally, label: number): void {
  tally.wall++;
  if (label >= lgeLabel.infarct) tally.infarct++;
  if (label === lgeLabel.mvo) tally.mvo++;
}

function flagsOf(
  mask: Mask,
  { myocardiumMl, transmuralityPercent }: LgeQuantities,
  slices: number,
  reference: SegmentReference,
): Issue[] {
  const wrong: string[] = [];
  if (slices < 2) wrong.push('expected myocardium in several slices, found it in 1');
  if (transmuralityPercent.every((value) => value === null))
    wrong.push('expected slices with a cavity inside the myocardium, found none: no segments');
  if (myocardiumMl !== null && (myocardiumMl < 20 || myocardiumMl > 500))
    wrong.push(`expected 20 to 500 ml of myocardium, found ${myocardiumMl.toFixed(1)}`);
  if (!referenceFits(mask, reference))
    wrong.push(
      `expected the RV insertion from a cine on the same ${frameOf(mask.affine) === 'lps' ? 'patient axes' : 'image axes'}, found none: segments start at an assumed angle`,
    );
  return wrong.map((message) => issue('quality-flag', path, message));
}
