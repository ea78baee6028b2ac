import { describe, expect, it } from 'vitest';
import { assumedReference } from '../segments.ts';
import { heartMask, lateralInfarct, plan, reference } from './heart.fixture.ts';
import { transmuralityOf } from './transmurality.ts';
import { wallOf } from './wall.ts';

describe('transmuralityOf', () => {
  it('gives an infarct of the inner part that extent in its segments, and none elsewhere', () => {
    const found = transmuralityOf(wallOf(heartMask(lateralInfarct(0.45)), reference), reference)!;
    // 90 degrees about the lateral wall: three quarters of each of the two lateral segments, all of the apical one.
    for (const segment of [5, 6, 11, 12]) {
      expect(Math.abs(found.meanExtentPercent[segment - 1]! - 0.75 * 45), `${segment}`).toBeLessThan(5);
      expect(Math.abs(found.maximumExtentPercent[segment - 1]! - 45), `${segment}`).toBeLessThan(8);
    }
    for (const segment of [2, 3, 8, 9, 14]) {
      expect(found.meanExtentPercent[segment - 1]).toBeLessThan(0.5);
      expect(found.maximumExtentPercent[segment - 1]).toBe(0);
    }
    expect(found.classes).toMatchObject({ upTo50: 5, upTo75: 0, upTo100: 0 });
    // The infarct ends where apical segments begin: the pixels of its edge may lie in one of them.
    expect(found.classes.none).toBeGreaterThan(9);
    expect([found.segmentsAbove50, found.segmentsAbove75]).toEqual([0, 0]);
    expect(Math.abs(found.endocardialSurfacePercent! - 25)).toBeLessThan(1);
    const radii = Array.from({ length: plan.slices }, (_, z) => plan.cavityMm(z / (plan.slices - 1), 0));
    const cm2 = radii.reduce((sum, mm) => sum + (mm * Math.PI * 8) / 2 / 100, 0);
    expect(Math.abs(found.endocardialSurfaceCm2! / cm2 - 1)).toBeLessThan(0.04);
  });

  it('calls a wall that is infarcted throughout transmural', () => {
    const found = transmuralityOf(
      wallOf(
        heartMask(() => 3),
        reference,
      ),
      reference,
    )!;
    expect(found.classes.upTo100).toBe(16);
    expect([found.segmentsAbove50, found.segmentsAbove75]).toEqual([16, 16]);
    expect(found.endocardialSurfacePercent).toBeCloseTo(100, 9);
  });

  it('puts no endocardium over an infarct of the outer half, and gives no cm2 without geometry', () => {
    const outer = heartMask(({ depth }) => (depth > 0.62 ? 3 : 2));
    expect(transmuralityOf(wallOf(outer, reference), reference)!.endocardialSurfacePercent).toBeLessThan(1);
    const bare = { ...outer, affine: null };
    expect(
      transmuralityOf(wallOf(bare, assumedReference(bare)), assumedReference(bare))!.endocardialSurfaceCm2,
    ).toBeNull();
  });

  it('gives nothing where no slice has a wall around a cavity', () => {
    const mask = heartMask();
    const solid = { ...mask, data: mask.data.map((label) => (label === 1 ? 0 : label)) };
    expect(transmuralityOf(wallOf(solid, reference), reference)).toBeNull();
  });
});
