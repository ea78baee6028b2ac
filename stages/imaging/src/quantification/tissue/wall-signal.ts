import type { Volume } from '@myocast/dicom';
import { lgeLabel } from '../../records.ts';
import type { WallSignal } from './remote.ts';
import { medianOf } from './spread.ts';
import type { Wall } from './wall.ts';

/** More voxels without a number than this share spoil an image. */
const mostBadShare = 0.01;

/** The signal of the wall, with the median of the cavity beside it; or why there is none. */
export type WallReading =
  | {
      readonly ok: true;
      readonly signal: WallSignal;
      /** Null where the mask has no cavity. */
      readonly bloodSignal: number | null;
      readonly flags: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * The image under the wall. A few voxels without a number take the wall's median
 * and are flagged; more, or an image of one value, or one on another grid, refuse.
 *
 * @param volume of several phases the first is taken
 */
export function readWall(wall: Wall, volume: Volume, magnitude: boolean): WallReading {
  const grid = (shape: readonly number[]) => shape.slice(1).join('×');
  if (grid(volume.shape) !== grid(wall.mask.shape))
    return {
      ok: false,
      reason: `expected an image of ${grid(wall.mask.shape)} as the mask, found ${grid(volume.shape)}`,
    };
  const values = Float64Array.from(wall.voxels, (at) => volume.data[at]!);
  const good = values.filter(Number.isFinite);
  const bad = values.length - good.length;
  if (values.length === 0 || bad > mostBadShare * values.length)
    return {
      ok: false,
      reason: `expected numbers in the wall, found ${bad} of ${values.length} voxels without`,
    };
  if (good.every((value) => value === good[0]))
    return { ok: false, reason: `expected different values in the wall, found ${good[0]} alone` };
  const middle = medianOf(good);
  return {
    ok: true,
    signal: { values: values.map((value) => (Number.isFinite(value) ? value : middle)), magnitude },
    bloodSignal: bloodOf(wall, volume),
    flags: bad > 0 ? [`expected numbers in the wall, found ${bad} voxels without: they take its median`] : [],
  };
}

function bloodOf({ mask, voxels }: Wall, { data }: Volume): number | null {
  const blood: number[] = [];
  const last = voxels.at(-1) ?? -1;
  for (let at = voxels[0] ?? 0; at <= last; at++)
    if (mask.data[at] === lgeLabel.leftVentricle && Number.isFinite(data[at]!)) blood.push(data[at]!);
  return blood.length > 0 ? medianOf(blood) : null;
}
