import { lpsOfVoxel, type Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { gridAffine, plan as stackPlan, stackMask } from '../stack.fixture.ts';
import { carryLabels, cineContours } from './carry-labels.ts';
import { heartMask, lateralInfarct, plan } from './heart.fixture.ts';

describe('carryLabels', () => {
  const mask = heartMask(lateralInfarct(0.7));

  it('brings each voxel the label of the voxel nearest in the patient, on a turned grid of three slices', () => {
    const coarse = { ...plan, slices: 3, size: 40, spacingMm: [16, 2] as const };
    const affine = gridAffine(coarse, { turnDegrees: 33, mirrored: true, apexFirst: true });
    const shape = [1, 3, 40, 40] as const;
    const carried = carryLabels(mask, { shape, affine })!;
    // Brute force over every voxel of the mask, for some of the grid.
    const places = Array.from({ length: mask.data.length }, (_, at) =>
      lpsOfVoxel(mask.affine!, [at % 96, Math.floor(at / 96) % 96, Math.floor(at / 9216)]),
    );
    let labelled = 0;
    for (let at = 0; at < carried.data.length; at += 97) {
      const own = lpsOfVoxel(affine, [at % 40, Math.floor(at / 40) % 40, Math.floor(at / 1600)]);
      let [best, least] = [0, Infinity];
      for (const [other, place] of places.entries()) {
        const far = (own[0] - place[0]) ** 2 + (own[1] - place[1]) ** 2 + (own[2] - place[2]) ** 2;
        if (far < least) [best, least] = [other, far];
      }
      expect(carried.data[at], `${at}`).toBe(mask.data[best]);
      if (carried.data[at]! > 0) labelled++;
    }
    expect(labelled).toBeGreaterThan(5);
  });

  it('leaves empty what the mask does not cover', () => {
    const affine = [...mask.affine!];
    affine[3] = affine[3]! + 500;
    const carried = carryLabels(mask, { shape: mask.shape, affine })!;
    expect(carried.data.some((label) => label > 0)).toBe(false);
  });

  it('fits a grid without a place in the patient to itself alone', () => {
    const bare: Mask = { ...mask, affine: null };
    expect(carryLabels(bare, bare)!.data).toEqual(mask.data);
    expect(carryLabels(bare, mask)).toBeNull();
    const straight = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1];
    expect(carryLabels({ ...mask, affine: straight }, mask)).toBeNull();
  });

  it('takes cavity and wall of one phase of a cine', () => {
    const cine = stackMask(stackPlan);
    const contours = cineContours(cine, 1);
    const count = (data: Uint8Array, label: number) => data.filter((value) => value === label).length;
    const late = cine.data.subarray(cine.data.length / 2);
    expect([count(contours.data, 1), count(contours.data, 2)]).toEqual([count(late, 3), count(late, 2)]);
    expect(contours.shape).toEqual([1, 9, 96, 96]);
  });
});
