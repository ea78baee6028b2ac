import { describe, expect, it } from 'vitest';
import { findSegmentReference } from '../quantification/rv-insertion.ts';
import { assumedReference } from '../quantification/segments.ts';
import { placeOf, plainGrid, plan, stackMask } from '../quantification/stack.fixture.ts';
import { carriedMask } from './carried-mask.ts';
import { baseComesFirst, insertionPoints } from './insertion-points.ts';

const small = { ...plan, slices: 4, phases: 1 };

describe('insertionPoints', () => {
  it.each([plainGrid, { turnDegrees: 130, mirrored: true, apexFirst: true }])(
    'lie on the outside of the wall, at the ends of the septum (%o)',
    (grid) => {
      const mask = stackMask(small, grid);
      const reference = findSegmentReference(mask, 0);
      const z = 1;
      expect(baseComesFirst(mask, reference)).toBe(!grid.apexFirst);
      const points = insertionPoints(mask, 0, z, reference)!;
      const height = (grid.apexFirst ? small.slices - 1 - z : z) / (small.slices - 1);
      const outsideMm = small.cavityMm(height, 0) + small.wallMm(0);
      for (const [name, degrees] of [
        ['anterior', 60],
        ['inferior', -60],
      ] as const) {
        const place = placeOf(mask.affine!, small, ...points[name]);
        expect(Math.abs(place.mm - outsideMm), name).toBeLessThan(1);
        expect(Math.abs(place.degrees - degrees), name).toBeLessThan(4);
      }
    },
  );

  it('are not given where there is no wall, or for a grid that the reference says nothing of', () => {
    const mask = stackMask(small);
    const reference = findSegmentReference(mask, 0);
    const empty = { ...mask, data: new Uint8Array(mask.data.length) };
    expect(insertionPoints(empty, 0, 1, reference)).toBeNull();
    expect(baseComesFirst({ affine: null }, reference)).toBeNull();
    expect(baseComesFirst(mask, assumedReference(mask))).toBeNull();
    expect(insertionPoints({ ...mask, affine: null }, 0, 1, reference)).toBeNull();
    expect(
      insertionPoints({ ...mask, affine: null }, 0, 1, assumedReference({ ...mask, affine: null })),
    ).not.toBeNull();
  });
});

describe('carriedMask', () => {
  const mask = stackMask({ ...small, phases: 2 });
  const [, slices, height, width] = mask.shape;

  it('is the mask itself on its own grid, one phase of it', () => {
    const carried = carriedMask(mask, 1, mask)!;
    expect(Buffer.compare(carried.data, mask.data.subarray(mask.data.length / 2))).toBe(0);
    expect(carried.shape).toEqual([1, slices, height, width]);
  });

  it('finds the same places on a grid that begins elsewhere and has other voxels', () => {
    // Every other column, from the second row and slice on, one slice beyond the mask.
    const step = (line: number) => [0, 1, 2, 3].map((axis) => mask.affine![4 * line + axis]!);
    const affine = [0, 1, 2].flatMap((line) => {
      const [column, row, slice, origin] = step(line) as [number, number, number, number];
      return [2 * column, row, slice, origin + row + slice];
    });
    const target = { shape: [1, slices, height - 1, width / 2] as const, affine: [...affine, 0, 0, 0, 1] };
    const carried = carriedMask(mask, 0, target)!;
    const at = (z: number, y: number, x: number) => carried.data[(z * (height - 1) + y) * (width / 2) + x];
    const expected = (z: number, y: number, x: number) => mask.data[(z * height + y) * width + x];
    for (const [z, y, x] of [
      [0, 40, 20],
      [1, 47, 24],
      [2, 30, 30],
      [1, 20, 40],
    ] as const)
      expect(at(z, y, x)).toBe(expected(z + 1, y + 1, 2 * x));
    const last = carried.data.subarray((slices - 1) * (height - 1) * (width / 2));
    expect(last.some((label) => label > 0)).toBe(false);
    expect(carried.data.some((label) => label > 0)).toBe(true);
  });

  it('is not given between grids without a place in the patient', () => {
    const plain = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1];
    expect(carriedMask(mask, 0, { shape: mask.shape, affine: null })).toBeNull();
    expect(carriedMask(mask, 0, { shape: mask.shape, affine: plain })).toBeNull();
    expect(carriedMask({ ...mask, affine: plain }, 0, mask)).toBeNull();
  });
});
