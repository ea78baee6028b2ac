import { describe, expect, it } from 'vitest';
import { cineLabel } from '../records.ts';
import { sliceInsertions } from './slice-insertions.ts';
import { gridAffine, type GridPlan, placeOf, plainGrid, plan, stackMask } from './stack.fixture.ts';

/** Degrees from the septum to the anterior wall, and mm from the axis, of a found insertion. */
function truePlace(grid: GridPlan, [column, row]: readonly [number, number]) {
  return placeOf(gridAffine(plan, grid), plan, column, row);
}

describe('the RV insertions of every slice', () => {
  it.each([
    plainGrid,
    { turnDegrees: 70, mirrored: false, apexFirst: true },
    { turnDegrees: 150, mirrored: true, apexFirst: false },
    { turnDegrees: 250, mirrored: true, apexFirst: true },
  ])('lie within 3 degrees of the truth on a grid turned by $turnDegrees, mirrored: $mirrored', (grid) => {
    const found = sliceInsertions(stackMask(plan, grid), 0);
    expect(found.map(({ slice }) => slice)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { slice, anterior, inferior, confidence } of found) {
      const height = (grid.apexFirst ? 8 - slice : slice) / 8;
      const outerMm = plan.cavityMm(height, 0) + plan.wallMm(0);
      const [front, back] = [truePlace(grid, anterior.place), truePlace(grid, inferior.place)];
      expect(Math.abs(front.degrees - 60)).toBeLessThan(3);
      expect(Math.abs(back.degrees + 60)).toBeLessThan(3);
      expect(Math.abs(front.mm - outerMm)).toBeLessThan(1.5);
      expect(confidence).toBeGreaterThan(0.9);
    }
  });

  it('trust a slice less whose RV reaches elsewhere than in the others, and leave out one without RV', () => {
    const mask = stackMask(plan);
    const affine = gridAffine(plan, plainGrid);
    const area = plan.size ** 2;
    for (let place = 0; place < area; place++) {
      const { degrees } = placeOf(affine, plan, place % plan.size, Math.floor(place / plan.size));
      const odd = 3 * area + place;
      if (mask.data[odd] === cineLabel.rightVentricle && degrees > 20) mask.data[odd] = 0;
      if (mask.data[5 * area + place] === cineLabel.rightVentricle) mask.data[5 * area + place] = 0;
    }
    const found = sliceInsertions(mask, 0);
    expect(found.map(({ slice }) => slice)).toEqual([0, 1, 2, 3, 4, 6, 7, 8]);
    const odd = found.find(({ slice }) => slice === 3)!;
    expect(odd.confidence).toBeLessThan(0.2);
    expect(found.filter(({ slice }) => slice !== 3).every(({ confidence }) => confidence > 0.9)).toBe(true);
  });

  it('are none where there is no RV', () => {
    expect(sliceInsertions(stackMask({ ...plan, septumHalfDegrees: null }), 0)).toEqual([]);
  });
});
