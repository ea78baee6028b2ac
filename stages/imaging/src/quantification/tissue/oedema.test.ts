import { describe, expect, it } from 'vitest';
import { heartImage, heartMask, lateralInfarct, reference } from './heart.fixture.ts';
import { quantifyOedema, salvageOf } from './oedema.ts';
import { wallOf } from './wall.ts';

/** Oedema of 90 degrees over the whole wall, with a dark core that the mask draws as oedema. */
const mask = heartMask((place) => (lateralInfarct(1)(place) === 2 ? 2 : 3));
const core = heartMask(lateralInfarct(1, true));
const wall = wallOf(mask, reference);
const share = (100 * wall.voxels.filter((at) => mask.data[at] === 3).length) / wall.voxels.length;
const image = heartImage(core, [20, 25, 100, 190, 95], 12);

describe('quantifyOedema', () => {
  it('counts a dark core inside the oedema as oedema, by the mask and by 2 SD', () => {
    const found = quantifyOedema({ wall, contours: 't2-sax' }, image, 12);
    const [drawn, bright] = found.methods;
    expect(drawn).toMatchObject({ method: 'mask', corePercent: null, flags: [] });
    expect(drawn!.areaAtRiskPercent).toBeCloseTo(share, 9);
    expect(drawn!.salvageIndex).toBeCloseTo((share - 12) / share, 9);
    expect(Math.abs(bright!.areaAtRiskPercent! - share)).toBeLessThan(1.5);
    expect(bright!.corePercent!).toBeGreaterThan(2);
    expect(found.agreement!.dice!).toBeGreaterThan(0.95);
    expect(bright!.segmentPercent[4]!).toBeGreaterThan(60);
    expect(bright!.segmentPercent[1]!).toBeLessThan(5);
    expect(found.flags).toEqual([]);
  });

  it('flags areas at risk that lie apart, and an infarct beyond one, with both numbers', () => {
    // The mask draws twice as much as is bright.
    const twice = wallOf(
      heartMask((place) => (Math.abs(place.degrees) > 90 ? 3 : 2)),
      reference,
    );
    const { methods, flags } = quantifyOedema({ wall: twice, contours: 't2-sax' }, image, 30);
    const [drawn, bright] = methods.map(({ areaAtRiskPercent }) => areaAtRiskPercent!);
    expect(drawn! - bright!).toBeGreaterThan(10);
    expect(flags).toEqual([
      `expected areas at risk within 10 points of the wall, found ${drawn!.toFixed(1)} % by the mask (salvage index ${((drawn! - 30) / drawn!).toFixed(2)}) and ${bright!.toFixed(1)} % by 2 SD (salvage index 0.00): look at the contours before either is reported`,
      `expected an infarct within the area at risk, found 30.0 % infarcted and ${bright!.toFixed(1)} % at risk by 2 SD`,
    ]);
    const alone = quantifyOedema({ wall: twice, contours: 't2-sax' }, null, 60);
    expect(alone.flags).toEqual([expect.stringMatching('found 60.0 % infarcted and .* at risk by the mask')]);
  });

  it('finds oedema inside carried contours, and says where they come from', () => {
    const carried = wallOf(heartMask(), reference);
    const found = quantifyOedema({ wall: carried, contours: 'cine-sax' }, image, null);
    expect(found.methods.map(({ method }) => method)).toEqual(['2-sd']);
    expect(Math.abs(found.methods[0]!.areaAtRiskPercent! - share)).toBeLessThan(1.5);
    expect(found.methods[0]!.flags).toEqual(['expected an infarct size for the salvage index, found none']);
    expect(found.flags.join()).toMatch('those of cine-sax are laid on it');
    expect(found.agreement).toBeNull();
  });

  it('keeps the mask where the image allows nothing, and gives no number of it', () => {
    const found = quantifyOedema(
      { wall, contours: 't2-sax' },
      { ...image, data: image.data.map(() => 3) },
      12,
    );
    expect(found.methods.map(({ areaAtRiskPercent }) => areaAtRiskPercent === null)).toEqual([false, true]);
    expect(found.methods[1]!.flags.join()).toMatch('found 3 alone');
    expect(quantifyOedema({ wall, contours: 't2-sax' }, null, 12).methods.length).toBe(1);
    const all = wallOf(
      heartMask(() => 3),
      reference,
    );
    const none = quantifyOedema({ wall: all, contours: 't2-sax' }, image, 12);
    expect(none.methods[1]!.flags.join()).toMatch('no remote wall');
  });
});

describe('salvageOf', () => {
  it('stays within 0 and 1, and says where it had to be held or means nothing', () => {
    expect(salvageOf(40, 10)).toEqual({ salvageIndex: 0.75, flags: [] });
    expect(salvageOf(40, 0)).toEqual({ salvageIndex: 1, flags: [] });
    expect(salvageOf(20, 24)).toMatchObject({
      salvageIndex: 0,
      flags: [expect.stringMatching('found 24.0 %')],
    });
    expect(salvageOf(3, 1).salvageIndex).toBeNull();
    expect(salvageOf(30, null).salvageIndex).toBeNull();
  });
});
