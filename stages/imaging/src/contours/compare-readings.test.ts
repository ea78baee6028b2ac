import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { quantifyCine } from '../quantification/cine-quantities.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { compareReadings } from './compare-readings.ts';
import {
  corrected,
  examPlace,
  fileOf,
  imported,
  smallHeart,
  subject,
  valueOf,
} from './corrected-exam.fixture.ts';

const inForce = (maskFolder: string) => ({ maskFolder, by: null });

describe('compareReadings', () => {
  it('gives the Dice of each structure at ED and ES, and the quantities of either', async () => {
    const [first, second] = [await examPlace(), await examPlace()];
    const drawn = corrected(first.automatic);
    valueOf(await imported(second, [await fileOf(second, 'm.nii.gz', writeNifti(drawn))]));
    const done = await compareReadings(inForce(first.masks), inForce(second.masks));
    const [one, ...others] = valueOf(done);
    expect([one!.subject, one!.kind, others.length, done.issues.length]).toEqual([subject, 'cine-sax', 0, 0]);
    expect(one!.drawnBy).toEqual(['c0ffee', 'corrected by reader 2 at 2026-03-01T10:20:30.000Z from c0ffee']);
    // The first phase is end-diastole: one slice of its wall is cavity now.
    const half = drawn.data.length / 2;
    const count = (data: Uint8Array, label: number) =>
      data.subarray(0, half).filter((value) => value === label).length;
    const [wall, left] = [count(first.automatic.data, 2), count(drawn.data, 2)];
    expect(one!.dice['LV myocardium, ED']).toBeCloseTo((2 * left) / (wall + left), 12);
    expect([one!.dice['RV cavity, ED'], one!.dice['LV myocardium, ES']]).toEqual([1, 1]);
    const [a, b] = [valueOf(quantifyCine(first.automatic)), valueOf(quantifyCine(drawn))];
    expect(one!.quantities.map(({ edvMl, massG }) => [edvMl, massG])).toEqual([
      [expect.closeTo(a.edvMl, 3), expect.closeTo(a.massG, 3)],
      [expect.closeTo(b.edvMl, 3), expect.closeTo(b.massG, 3)],
    ]);
  });

  it('takes the last correction of each reader from one folder, and says what a reader has not', async () => {
    const place = await examPlace();
    const draw = async (slice: number, by: string) => {
      const mask = corrected(place.automatic, 0, slice);
      valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(mask))], { by }));
      return mask;
    };
    await draw(1, 'A');
    const [a, b] = [await draw(2, 'A'), await draw(3, 'B')];
    const by = (name: string) => ({ maskFolder: place.masks, by: name });
    const [one] = valueOf(await compareReadings(by('A'), by('B')));
    const [edvA, edvB] = [a, b].map((mask) => valueOf(quantifyCine(mask)).edvMl);
    expect(one!.quantities[0]['edvMl']).toBeCloseTo(edvA!, 3);
    expect(one!.quantities[1]['edvMl']).toBeCloseTo(edvB!, 3);
    // Masks may be made anew, or be gone: what was drawn is still there.
    await rm(place.masks, { recursive: true });
    expect(valueOf(await compareReadings(by('A'), by('B'))).length).toBe(1);
    const lacks = await compareReadings(by('A'), by('C'));
    expect(lacks.issues.map(({ kind }) => kind)).toEqual(['empty-input', 'missing-series']);
  });

  it('counts the infarct with its MVO, and refuses what lies on another grid', async () => {
    const lge = (mvo: number) => {
      const heart = smallHeart();
      return {
        ...heart,
        data: heart.data.map((label, at) => (label === 3 ? (at % mvo === 0 ? 4 : 3) : label)),
      };
    };
    const [first, second] = [
      await examPlace(lge(2), 'aaaaaaaaaa', 'lge-sax'),
      await examPlace(lge(3), 'aaaaaaaaaa', 'lge-sax'),
    ];
    const [one] = valueOf(await compareReadings(inForce(first.masks), inForce(second.masks)));
    expect(one!.dice['infarct with MVO']).toBe(1);
    expect(one!.dice['MVO']).toBeLessThan(1);
    expect(one!.quantities[0]['infarctPercent']).toBe(one!.quantities[1]['infarctPercent']);
    expect(one!.quantities[0]['mvoPercent']).toBeGreaterThan(one!.quantities[1]['mvoPercent']!);
    const turned = await examPlace(
      smallHeart({ turnDegrees: 90, mirrored: false, apexFirst: false }),
      'aaaaaaaaaa',
      'lge-sax',
    );
    const refusal = await compareReadings(inForce(first.masks), inForce(turned.masks));
    expect(refusal.issues.map(({ kind }) => kind)).toEqual(['empty-input', 'bad-geometry']);
  });
});
