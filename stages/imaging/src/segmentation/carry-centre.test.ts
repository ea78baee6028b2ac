import { describe, expect, it } from 'vitest';
import { gridAffine, plainGrid, plan, stackMask } from '../quantification/stack.fixture.ts';
import { labelledCentre, pixelNear } from './carry-centre.ts';

describe('carrying the centre of the heart to another series', () => {
  it('finds the pixel of a turned, finer grid that shows the same point of the patient', () => {
    const mask = stackMask(plan);
    const centre = labelledCentre(mask)!;
    const turned = { turnDegrees: 35, mirrored: true, apexFirst: true };
    const finer = { ...plan, spacingMm: [10, 0.75] as const, size: 128 };
    const there = labelledCentre(stackMask(finer, turned))!;
    const [row, column] = pixelNear(gridAffine(finer, turned), centre)!;
    const [row2, column2] = pixelNear(gridAffine(finer, turned), there)!;
    expect(Math.hypot(row - row2, column - column2) * 0.75).toBeLessThan(3);
    expect(Math.abs(row - 63.5)).toBeLessThan(20);
  });

  it('is the inverse of the affine for a voxel', () => {
    const affine = gridAffine(plan, { ...plainGrid, turnDegrees: 20 });
    const [column, row, slice] = [11, 70, 4];
    const at = (axis: number) =>
      affine[4 * axis]! * column +
      affine[4 * axis + 1]! * row +
      affine[4 * axis + 2]! * slice +
      affine[4 * axis + 3]!;
    const [foundRow, foundColumn] = pixelNear(affine, [at(0), at(1), at(2)])!;
    expect(foundRow).toBeCloseTo(row, 9);
    expect(foundColumn).toBeCloseTo(column, 9);
  });

  it('says nothing without a place in the patient', () => {
    const mask = stackMask(plan);
    expect(labelledCentre({ ...mask, affine: null })).toBeNull();
    expect(pixelNear([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1], [0, 0, 0])).toBeNull();
    expect(labelledCentre({ ...mask, data: new Uint8Array(mask.data.length) })).toBeNull();
  });
});
