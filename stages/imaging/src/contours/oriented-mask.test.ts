import { lpsOfVoxel, type Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { writeNifti } from '../volume/nifti-writer.ts';
import {
  corrected,
  examPlace,
  fileOf,
  imported,
  inForce,
  smallHeart,
  valueOf,
} from './corrected-exam.fixture.ts';
import { orientedMask } from './oriented-mask.ts';

type Axes = readonly [number, number, number];

/** The mask as another program may store it: axis n is the given one of before, backwards where it is asked for. */
function stored(mask: Mask, order: Axes, backwards: readonly boolean[]): Mask {
  const lengths = [mask.shape[3], mask.shape[2], mask.shape[1]];
  const [x, y, z] = order.map((axis) => lengths[axis]!) as [number, number, number];
  const indexOf = (own: readonly number[]) => {
    const index = [0, 0, 0];
    for (const [at, axis] of order.entries())
      index[axis] = backwards[at] ? lengths[axis]! - 1 - own[at]! : own[at]!;
    return index as [number, number, number];
  };
  const data = new Uint8Array(mask.data.length);
  for (let at = 0; at < data.length; at++) {
    const place = at % (x * y * z);
    const phase = (at - place) / (x * y * z);
    const [i, j, k] = indexOf([place % x, Math.floor(place / x) % y, Math.floor(place / (x * y))]);
    data[at] = mask.data[((phase * lengths[2]! + k) * lengths[1]! + j) * lengths[0]! + i]!;
  }
  const origin = lpsOfVoxel(mask.affine!, indexOf([0, 0, 0]));
  const column = (own: readonly number[]) =>
    lpsOfVoxel(mask.affine!, indexOf(own)).map((mm, line) => mm - origin[line]!);
  const [a, b, c] = [column([1, 0, 0]), column([0, 1, 0]), column([0, 0, 1])];
  const affine = [0, 1, 2].flatMap((line) => [a[line]!, b[line]!, c[line]!, origin[line]!]);
  return { shape: [mask.shape[0], z, y, x], data, affine: [...affine, 0, 0, 0, 1] };
}

const grids = [
  { turnDegrees: 0, mirrored: false, apexFirst: false },
  { turnDegrees: 130, mirrored: true, apexFirst: true },
];
const orders: readonly Axes[] = [
  [0, 1, 2],
  [1, 0, 2],
  [2, 1, 0],
  [0, 2, 1],
  [1, 2, 0],
  [2, 0, 1],
];
const signs = Array.from({ length: 8 }, (_, bits) => [1, 2, 4].map((bit) => (bits & bit) > 0));

describe('orientedMask', () => {
  it('gives the same mask again from each of the 48 ways to store it', () => {
    const whole = smallHeart(grids[1]);
    // Not a cube, and another length along each axis.
    const mask = { ...whole, shape: [2, 5, 32, 72] as const };
    for (const order of orders)
      for (const backwards of signs) {
        const other = stored(mask, order, backwards);
        const back = orientedMask(other, mask.affine);
        expect(back.shape).toEqual(mask.shape);
        expect(Buffer.compare(back.data, mask.data)).toBe(0);
        for (const [at, value] of back.affine!.entries()) expect(value).toBeCloseTo(mask.affine![at]!, 9);
      }
  });

  it('leaves a mask without geometry, and one whose axes are oblique to the grid', () => {
    const mask = smallHeart(grids[0]);
    const bare = { ...mask, affine: null };
    expect(orientedMask(bare, mask.affine)).toBe(bare);
    expect(orientedMask(mask, null)).toBe(mask);
    const turned = smallHeart({ ...grids[0]!, turnDegrees: 20 });
    expect(orientedMask(turned, mask.affine)).toBe(turned);
  });

  it('lets a NIfTI mask in with its axes flipped and swapped, and none that lies elsewhere', async () => {
    const place = await examPlace(smallHeart(grids[1]));
    const mask = corrected(place.automatic);
    const flipped = stored(mask, [1, 0, 2], [true, false, true]);
    const done = await imported(place, [await fileOf(place, 'flipped.nii.gz', writeNifti(flipped))]);
    expect(valueOf(done).changedSlices).toBe(1);
    expect(Buffer.compare((await inForce(place))!.mask.data, mask.data)).toBe(0);
    const moved = {
      ...flipped,
      affine: flipped.affine!.map((value, index) => (index === 3 ? value + 3 : value)),
    };
    const refusal = await imported(place, [await fileOf(place, 'moved.nii.gz', writeNifti(moved))]);
    expect(refusal.issues[0]!.message).toContain('a corner 3.0 mm from it');
  });
});
