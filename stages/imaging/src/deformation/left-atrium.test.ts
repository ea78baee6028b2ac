import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { leftAtrium } from './left-atrium.ts';

const size = 90;
const mm = 1.5;
const affine = [mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1];

/** Sizes of an atrium in each phase: half its length, and half its width in the view. */
type Sizes = readonly (readonly [halfLength: number, halfWidth: number])[];

/** An ellipse of atrium on a ventricle that stands still; its mitral end stays. */
function viewOf(sizes: Sizes, empty: readonly number[] = []): Mask {
  const data = new Uint8Array(sizes.length * size * size);
  for (const [phase, [half, width]] of sizes.entries())
    for (let at = 0; at < size * size; at++) {
      const x = ((at % size) - (size - 1) / 2) * mm;
      const y = Math.floor(at / size) * mm;
      const deep = (y - 60) / 66;
      const inside = (margin: number) => deep > 0 && (Math.abs(x) / (20 + margin)) ** 2 + deep ** 2 < 1;
      const atrium = (x / width) ** 2 + ((y - 58 + half) / half) ** 2 < 1;
      const label = inside(0) ? 1 : inside(9) ? 2 : atrium ? 3 : 0;
      data[phase * size * size + at] = label === 3 && empty.includes(phase) ? 0 : label;
    }
  return { shape: [sizes.length, 1, size, size], data, affine };
}

/** A reservoir, a conduit, a plateau and a kick: share of the filling in ten phases. */
const filling = [0, 0.3, 0.7, 0.95, 1, 0.7, 0.45, 0.42, 0.42, 0.2];
const sizesOf = (width: number): Sizes =>
  filling.map((share) => [16 * (1 + 0.25 * share), width * (1 + 0.2 * share)]);
const ellipsoidMl = (share: number) =>
  ((4 / 3) * Math.PI * 16 * (1 + 0.25 * share) * 18 * 22 * (1 + 0.2 * share) ** 2) / 1000;
const two = viewOf(sizesOf(18));
const four = viewOf(sizesOf(22));

/** Circumference of an ellipse (Ramanujan), mm. */
function ellipse(a: number, b: number): number {
  const h = ((a - b) / (a + b)) ** 2;
  return Math.PI * (a + b) * (1 + (3 * h) / (10 + Math.sqrt(4 - 3 * h)));
}

function valueOf(...given: Parameters<typeof leftAtrium>) {
  const checked = leftAtrium(...given);
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return { ...checked.value, issues: checked.issues };
}

describe('the left atrium', () => {
  it('that is an ellipsoid has its volume by both methods, which are exact for it', () => {
    const found = valueOf({ 'cine-2ch': two, 'cine-4ch': four }, 0, 2);
    expect(found.method).toBe('biplane');
    // The ventricle covers a sliver of the ellipse.
    for (const [value, share] of [
      [found.maxMl, 1],
      [found.minMl, 0],
      [found.discsMaxMl, 1],
      [found.discsMinMl, 0],
      [found.preContractionMl!, 0.42],
    ] as const)
      expect(Math.abs(value / ellipsoidMl(share) - 1)).toBeLessThan(0.05);
    expect(found.maxMlPerM2).toBeCloseTo(found.maxMl / 2, 12);
    expect(found.totalEmptyingPercent).toBeCloseTo(100 * (1 - found.minMl / found.maxMl), 12);
    const [passive, active] = [found.passiveEmptyingPercent! / 100, found.activeEmptyingPercent! / 100];
    expect((1 - passive) * (1 - active)).toBeCloseTo(found.minMl / found.maxMl, 12);
    expect(found.issues).toEqual([]);
  });

  it('lengthens its wall as the ellipse does, in a reservoir, a conduit and a kick', () => {
    const found = valueOf({ 'cine-2ch': two, 'cine-4ch': four }, 0);
    const strain = (share: number) => {
      const grown = (width: number) =>
        ellipse(16 * (1 + 0.25 * share), width * (1 + 0.2 * share)) / ellipse(16, width) - 1;
      return 50 * (grown(18) + grown(22));
    };
    expect(Math.abs(found.reservoirStrainPercent - strain(1))).toBeLessThan(2.5);
    expect(Math.abs(found.boosterStrainPercent! - strain(0.42))).toBeLessThan(2.5);
    expect(found.conduitStrainPercent! + found.boosterStrainPercent!).toBeCloseTo(
      found.reservoirStrainPercent,
      12,
    );
  });

  it('of one view is flagged, as is one without a kick or with phases missing', () => {
    const single = valueOf({ 'cine-2ch': null, 'cine-4ch': four }, 0);
    expect(single.method).toBe('single plane');
    expect(single.issues[0]).toMatchObject({ kind: 'quality-flag' });
    expect(single.issues[0]!.message).toContain('cine-4ch alone');
    const straight = viewOf(
      [0, 0.5, 1, 0.75, 0.5, 0.25].map((share) => [16 * (1 + 0.25 * share), 20 * (1 + 0.2 * share)]),
    );
    const none = valueOf({ 'cine-2ch': straight, 'cine-4ch': straight }, 0);
    expect(none).toMatchObject({
      preContractionMl: null,
      boosterStrainPercent: null,
      conduitStrainPercent: null,
    });
    expect(none.issues[0]!.message).toContain('no contraction');
    const holes = valueOf({ 'cine-2ch': viewOf(sizesOf(18), [2, 6]), 'cine-4ch': four }, 0);
    expect([holes.volumeCurveMl[2], holes.volumeCurveMl[6]]).toEqual([null, null]);
    expect(holes.issues[0]!.message).toContain('8 of 10 phases');
  });

  it('is refused without views, without geometry, or where it is hardly ever there', () => {
    const refusal = (...given: Parameters<typeof leftAtrium>) => {
      const checked = leftAtrium(...given);
      return checked.ok ? null : checked.issues[0]!.message;
    };
    expect(refusal({ 'cine-2ch': null, 'cine-4ch': null }, 0)).toMatch(/expected a mask/);
    expect(refusal({ 'cine-2ch': null, 'cine-4ch': { ...four, affine: null } }, 0)).toMatch(/voxel sizes/);
    const rare = viewOf(sizesOf(18), [1, 2, 3, 4, 5, 6, 7]);
    expect(refusal({ 'cine-2ch': rare, 'cine-4ch': null }, 0)).toMatch(/most of 10 phases, found it in 3/);
    expect(refusal({ 'cine-2ch': viewOf(sizesOf(18).slice(0, 5)), 'cine-4ch': four }, 0)).toMatch(/5 and 10/);
  });
});
