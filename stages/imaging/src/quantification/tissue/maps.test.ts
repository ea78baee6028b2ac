import type { Mask, Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import type { MapKind } from '../../tissue-records.ts';
import { extracellularVolume, syntheticHaematocrit } from './extracellular-volume.ts';
import { quantifyHaemorrhage } from './haemorrhage.ts';
import { heartImage, heartMask, lateralInfarct, reference } from './heart.fixture.ts';
import { quantifyMap } from './maps.ts';
import { wallOf } from './wall.ts';

const mask = heartMask(lateralInfarct(0.9, true));
const wall = wallOf(mask, reference);
const map = (kind: MapKind, ms: readonly number[], noise: number, over: Mask = mask) => ({
  kind,
  wall: over === mask ? wall : wallOf(over, reference),
  volume: heartImage(over, ms, noise),
  contours: 'lge-sax' as const,
});
/** T1 of fat, blood, remote wall, infarct, MVO before and after contrast at 1.5 T (DOMAIN C2). */
const native = [260, 1600, 996, 1150, 1000];
const post = [260, 320, 450, 280, 550];

describe('quantifyMap', () => {
  it('gives remote wall, infarct, core and blood the T1 that they have, and segments theirs', () => {
    const found = quantifyMap(map('t1-map-native', native, 30));
    for (const [region, ms] of [
      ['remote', 996],
      ['infarct', 1150],
      ['core', 1000],
    ] as const)
      expect(Math.abs(found[region]!.ms - ms), region).toBeLessThan(6);
    expect(Math.abs(found.remote!.spreadMs / 30 - 1)).toBeLessThan(0.1);
    expect(Math.abs(found.bloodMs! - 1600)).toBeLessThan(3);
    expect(Math.abs(found.segmentMs[1]! - 996)).toBeLessThan(6);
    expect(found.segmentMs[4]!).toBeGreaterThan(1080);
    for (const segment of found.remoteSegments) expect([2, 3, 8, 9, 14]).toContain(segment);
    expect(found.voxelsLeftOut).toBe(0);
  });

  it('leaves out rims, which share their voxels with blood', () => {
    const image = map('t1-map-native', native, 10);
    const data = image.volume.data.slice();
    for (const [number, at] of wall.voxels.entries()) if (!wall.inner[number]) data[at] = 1600;
    const found = quantifyMap({ ...image, volume: { ...image.volume, data } });
    expect(Math.abs(found.remote!.ms - 996)).toBeLessThan(3);
  });

  it('counts voxels without a fit, and gives no value where most have none', () => {
    const image = map('t2-map', [70, 250, 52, 66, 58], 2);
    const holes = (every: number): Volume => ({
      ...image.volume,
      data: image.volume.data.map((value, at) => (at % every === 0 ? 0 : value)),
    });
    const inner = wall.voxels.filter((at, number) => wall.inner[number] && at % 5 === 0).length;
    const some = quantifyMap({ ...image, volume: holes(5) });
    expect(some.voxelsLeftOut).toBe(inner);
    expect(Math.abs(some.remote!.ms - 52)).toBeLessThan(1);
    const none = quantifyMap({
      ...image,
      volume: { ...image.volume, data: image.volume.data.map(() => NaN) },
    });
    expect([none.remote, none.infarct, none.segmentMs.every((ms) => ms === null)]).toEqual([
      null,
      null,
      true,
    ]);
    expect(none.flags.join()).toMatch('expected values of 10 to 300 ms in the wall, found them in 0');
  });

  it('gives no value of a map that is not in ms', () => {
    const found = quantifyMap(map('t2-map', [140, 290, 140, 160, 150], 2));
    expect(found.remote).toBeNull();
    expect(found.flags.join()).toMatch('expected 25 to 90 ms in remote wall, found 140');
  });

  it('knows no remote wall where all is infarct, or where the contours show no infarct', () => {
    const all = heartMask(() => 3);
    const found = quantifyMap(map('t1-map-native', native, 10, all));
    expect(found.remote).toBeNull();
    expect(Math.abs(found.infarct!.ms - 1150)).toBeLessThan(3);
    expect(found.flags.join()).toMatch('no remote value');
    const cine = quantifyMap({ ...map('t1-map-native', native, 10, heartMask()), contours: 'cine-sax' });
    expect([cine.remote, cine.infarct, cine.segmentMs[0]! > 900]).toEqual([null, null, true]);
  });
});

describe('extracellularVolume', () => {
  const before = quantifyMap(map('t1-map-native', native, 20));
  const after = quantifyMap(map('t1-map-post', post, 8));
  const exact = (at: 2 | 3) =>
    (100 * (1 - 0.42) * (1 / post[at]! - 1 / native[at]!)) / (1 / post[1]! - 1 / native[1]!);

  it('is that of the formula by hand, remote, infarct and by segment', () => {
    const found = extracellularVolume(before, after, 0.42, 1.5);
    expect(found).toMatchObject({ haematocrit: 0.42, haematocritFrom: 'blood test', flags: [] });
    expect(Math.abs(found.remotePercent! - exact(2))).toBeLessThan(0.5);
    expect(Math.abs(found.infarctPercent! - exact(3))).toBeLessThan(0.8);
    expect(Math.abs(found.segmentPercent[1]! - exact(2))).toBeLessThan(0.8);
  });

  it('takes a synthetic haematocrit where there is none, by field strength, and says so', () => {
    const found = extracellularVolume(before, after, null, 1.5);
    expect(found.haematocrit!).toBeCloseTo(866 / before.bloodMs! - 0.1232, 12);
    expect(found.haematocritFrom).toBe('native T1 of blood');
    expect(found.flags.join()).toMatch('a synthetic one');
    expect(syntheticHaematocrit(1900, 3)).toBeCloseTo(0.4034, 4);
    expect(extracellularVolume(before, after, null, null).remotePercent).toBeNull();
  });

  it('gives no number without contrast agent, blood, or a possible haematocrit', () => {
    expect(extracellularVolume(before, before, 0.42, 1.5)).toMatchObject({
      remotePercent: null,
      flags: [expect.stringMatching('expected contrast agent to shorten')],
    });
    expect(extracellularVolume({ ...before, bloodMs: null }, after, 0.42, 1.5).remotePercent).toBeNull();
    expect(extracellularVolume(before, after, 42, 1.5).flags.join()).toMatch(
      'expected a haematocrit of 0.15 to 0.7, found 42',
    );
  });
});

describe('quantifyHaemorrhage', () => {
  const t2star = (core: number) => map('t2star-map', [30, 90, 36, 34, core], 2);

  it('finds the core with a T2* below 20 ms, as a share of wall and infarct', () => {
    const found = quantifyHaemorrhage(t2star(13), 1.5);
    // Without the pixels whose sides touch what is neither wall nor cavity.
    const counted = wall.voxels.filter((at) =>
      [at - 1, at + 1, at - 96, at + 96].every((side) => mask.data[side] !== 0),
    );
    const count = (least: number) => counted.filter((at) => mask.data[at]! >= least).length;
    expect(found.present).toBe(true);
    expect(Math.abs(found.lvPercent! - (100 * count(4)) / count(2))).toBeLessThan(0.1);
    expect(Math.abs(found.infarctSharePercent! - (100 * count(4)) / count(3))).toBeLessThan(0.5);
    expect(found.flags).toEqual([]);
  });

  it('finds none where the core is not shortened, and judges nothing at 3 T', () => {
    expect(quantifyHaemorrhage(t2star(30), 1.5)).toMatchObject({ present: false, lvPercent: 0, flags: [] });
    expect(quantifyHaemorrhage(t2star(30), 3)).toMatchObject({
      present: null,
      lvPercent: 0,
      flags: ['expected 1.5 T, for which 20 ms was made, found 3 T'],
    });
  });

  it('is silent without infarct, without its mask, and where normal wall is short too', () => {
    const present = (given: ReturnType<typeof map>, contours: 'lge-sax' | 'cine-sax' = 'lge-sax') =>
      quantifyHaemorrhage({ ...given, contours }, 1.5).present;
    expect(present(map('t2star-map', [30, 90, 36, 34, 13], 2, heartMask()))).toBeNull();
    expect(present(t2star(13), 'cine-sax')).toBeNull();
    expect(present(map('t2star-map', [30, 90, 18, 16, 9], 1))).toBeNull();
  });
});
