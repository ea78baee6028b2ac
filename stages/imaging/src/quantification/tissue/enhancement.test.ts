import type { Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import type { EnhancementQuantities, InfarctMethod } from '../../tissue-records.ts';
import { quantifyEnhancement } from './enhancement.ts';
import { heartImage, heartMask, lateralInfarct, reference } from './heart.fixture.ts';
import { wallOf } from './wall.ts';

/** Signals by label: lung and fat, blood, nulled wall, infarct, MVO. */
const signals = [40, 260, 30, 400, 20];
const mask = heartMask(lateralInfarct(0.7, true));
const wall = wallOf(mask, reference);
const by = ({ methods }: EnhancementQuantities, method: InfarctMethod) =>
  methods.find((own) => own.method === method)!;
const drawnPercent = (100 * wall.voxels.filter((at) => mask.data[at]! >= 3).length) / wall.voxels.length;
const corePercent = (100 * wall.voxels.filter((at) => mask.data[at] === 4).length) / wall.voxels.length;

describe('quantifyEnhancement', () => {
  it('finds a lateral infarct with its core by every method, remote on the septal side', () => {
    const found = quantifyEnhancement(wall, heartImage(mask, signals, 12), 'phase-sensitive');
    for (const segment of found.remote!.segments) expect([2, 3, 8, 9, 14]).toContain(segment);
    expect(Math.abs(found.remote!.signal - 30)).toBeLessThan(2);
    expect(Math.abs(found.remote!.sd / 12 - 1)).toBeLessThan(0.1);
    for (const method of ['3-sd', '4-sd', '5-sd', '6-sd', 'fwhm', 'otsu'] as const) {
      const own = by(found, method);
      expect(Math.abs(own.infarctPercent! - drawnPercent), method).toBeLessThan(1);
      expect(Math.abs(own.mvoPercent! - corePercent), method).toBeLessThan(1);
      expect(own.agreement!.dice!, method).toBeGreaterThan(0.95);
      expect(own.infarctMl!, method).toBeGreaterThan(0);
    }
    expect(found.flags).toEqual([]);
    expect(found.greyZones.map(({ corePercent: core }) => core! > 5)).toEqual([true, true]);
  });

  it('gives a magnitude image the thresholds of its noise, not of the Rician floor', () => {
    const nulled = [0, 260, 0, 400, 0];
    const found = quantifyEnhancement(wall, heartImage(mask, nulled, 20, true), 'magnitude');
    expect(found.remote!.spread / 20).toBeLessThan(0.75);
    expect(Math.abs(found.remote!.sd / 20 - 1)).toBeLessThan(0.12);
    expect(Math.abs(by(found, 'fwhm').threshold! - 200)).toBeLessThan(25);
    expect(Math.abs(by(found, '5-sd').infarctPercent! - drawnPercent)).toBeLessThan(1);
  });

  it('gives less infarct the higher the threshold', () => {
    const found = quantifyEnhancement(wall, heartImage(mask, signals, 60), 'phase-sensitive');
    const sizes = (['2-sd', '3-sd', '4-sd', '5-sd', '6-sd'] as const).map(
      (method) => by(found, method).infarctPercent!,
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[0]! - sizes[4]!).toBeGreaterThan(3);
  });

  const refusal = (volume: Volume, over = wall) => {
    const found = quantifyEnhancement(over, volume, 'phase-sensitive');
    expect(
      found.methods.every(({ infarctPercent, mvoPercent }) => infarctPercent === null && mvoPercent === null),
    ).toBe(true);
    expect(found.methods.every(({ flags }) => flags.length > 0)).toBe(true);
    return found.flags.join();
  };

  it('gives no number of a constant image, of no numbers, of another grid', () => {
    const image = heartImage(mask, signals, 12);
    const constant = { ...image, data: image.data.map(() => 7) };
    expect(refusal(constant)).toMatch('expected different values in the wall, found 7 alone');
    expect(refusal({ ...image, data: image.data.map(() => NaN) })).toMatch('voxels without');
    expect(refusal({ ...image, shape: [1, 9, 48, 192] })).toMatch('expected an image of 9×96×96 as the mask');
    const still = heartImage(heartMask(), [40, 260, 30, 30, 30], 0);
    const one = { ...still, data: still.data.map((value, at) => (at === wall.voxels[0] ? 90 : value)) };
    expect(refusal(one, wallOf(heartMask(), reference))).toMatch('found');
  });

  it('gives no number where everything is infarct, in the mask or in the image', () => {
    const all = wallOf(
      heartMask(() => 3),
      reference,
    );
    expect(refusal(heartImage(all.mask, signals, 12), all)).toMatch('no remote wall to compare with');
    const bright = heartImage(heartMask(), [40, 260, 400, 400, 400], 12);
    expect(refusal(bright, wallOf(heartMask(), reference))).toMatch('enhanced all over');
  });

  it('finds nothing in a heart without infarct, and takes half of no maximum', () => {
    const whole = wallOf(heartMask(), reference);
    const found = quantifyEnhancement(whole, heartImage(heartMask(), signals, 12), 'phase-sensitive');
    for (const method of ['3-sd', '4-sd', '5-sd', '6-sd'] as const)
      expect(by(found, method).infarctPercent!, method).toBeLessThan(0.5);
    expect(by(found, 'fwhm')).toMatchObject({
      infarctPercent: null,
      flags: [expect.stringMatching('no maximum')],
    });
    expect(by(found, 'otsu').flags[0]).toMatch('one Gaussian');
  });

  it('takes a few voxels without a number for the median, and says so', () => {
    const image = heartImage(mask, signals, 12);
    const data = image.data.slice();
    for (const at of [0, 50, 99]) data[wall.voxels[at]!] = NaN;
    const found = quantifyEnhancement(wall, { ...image, data }, null);
    expect(by(found, 'fwhm').agreement!.dice!).toBeGreaterThan(0.95);
    expect(found.flags).toEqual([
      'expected numbers in the wall, found 3 voxels without: they take its median',
      'expected to know whether the signal keeps its sign, found nothing that says so: taken as if',
    ]);
  });

  it('says that the mask draws an infarct where the image shows none', () => {
    const found = quantifyEnhancement(wall, heartImage(mask, [40, 260, 30, 40, 30], 12), 'phase-sensitive');
    expect(found.flags.join()).toMatch('too little contrast for thresholds');
  });
});
