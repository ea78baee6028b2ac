import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quantifyExam } from '../quantification/quantify.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import {
  at,
  corrected,
  examPlace,
  fileOf,
  imported,
  inForce,
  kind,
  softwareVersion,
  subject,
  valueOf,
} from './corrected-exam.fixture.ts';
import { correctMask, returnTo } from './correct-mask.ts';
import { correctionsFolder, correctionsKept, readCorrections } from './corrections-record.ts';
import { contoursFile } from './export-contours.ts';
import { correctionsHash } from './mask-in-force.ts';

/** Labels one by one; a failure of `toEqual` would print thousands. */
function expectSame(found: Uint8Array, expected: Uint8Array) {
  expect(Buffer.compare(found, expected)).toBe(0);
}

describe('a correction', () => {
  it('is quantified in place of the automatic contours, and says who, when and what', async () => {
    const place = await examPlace();
    const automatic = valueOf(await quantifyExam(place.exam, place.masks));
    expect(automatic.contours).toEqual({ 'cine-sax': 'c0ffee' });
    const mask = corrected(place.automatic);
    const done = valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(mask))]));
    const wall =
      place.automatic.data.length -
      mask.data.filter((label, index) => label === place.automatic.data[index]).length;
    expect(done).toMatchObject({
      by: 'reader 2',
      at: at.toISOString(),
      softwareVersion,
      changedVoxels: wall,
      changedSlices: 1,
    });
    const [rv, myocardium] = done.labels;
    expect(rv).toMatchObject({ name: 'RV cavity', diceToAutomatic: 1 });
    const before = place.automatic.data.filter((label) => label === 2).length;
    expect(myocardium).toMatchObject({ voxelsBefore: before, voxelsAfter: before - wall });
    expect(myocardium!.diceToAutomatic).toBeCloseTo((2 * (before - wall)) / (2 * before - wall), 12);
    const record = valueOf(await quantifyExam(place.exam, place.masks));
    expect(record.contours).toEqual({
      'cine-sax': 'corrected by reader 2 at 2026-03-01T10:20:30.000Z from c0ffee',
    });
    expect(record.cine!.edvMl - automatic.cine!.edvMl).toBeCloseTo((wall * 40) / 1000, 5);
    expect(
      await contoursFile({ examFolder: place.exam, maskFolder: place.masks, softwareVersion }, null),
    ).toMatchObject({
      value: { series: [{ drawnBy: record.contours[kind] }] },
    });
  });

  it('keeps the automatic mask and every earlier correction, and can be taken back', async () => {
    const place = await examPlace();
    const first = corrected(place.automatic, 0, 1);
    const second = corrected(first, 1, 3);
    for (const mask of [first, second])
      valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(mask))]));
    expectSame(
      valueOf(await maskAt(join(place.masks, subject, 'cine-sax.nii.gz'))).data,
      place.automatic.data,
    );
    const order = { maskFolder: place.masks, subject, kind, by: 'JB', at, softwareVersion } as const;
    expect(valueOf(await returnTo(order, null))).toBeNull();
    expectSame((await inForce(place))!.mask.data, place.automatic.data);
    expect(valueOf(await quantifyExam(place.exam, place.masks)).contours).toEqual({ 'cine-sax': 'c0ffee' });
    valueOf(await returnTo(order, 1));
    expectSame((await inForce(place))!.mask.data, first.data);
    expect((await returnTo(order, 3)).issues[0]!.message).toContain('with number 3, found none');
    const folder = correctionsFolder(place.masks, subject);
    const record = valueOf(await readCorrections(folder, subject))!;
    expect(record.series[kind]!.history.map(({ did, by }) => `${did} ${by}`)).toEqual([
      'corrected reader 2',
      'corrected reader 2',
      'returned JB',
      'returned JB',
    ]);
    const kept = record.series[kind]!.history[0]!;
    if (kept.did !== 'corrected') throw new Error('expected a correction');
    expectSame(valueOf(await maskAt(join(folder, kept.automatic!.mask))).data, place.automatic.data);
    expect(kept.automatic!.drawnBy).toBe('c0ffee');
  });

  it('outlives new automatic contours, and a study whose masks are made anew', async () => {
    const place = await examPlace();
    const mask = corrected(place.automatic);
    valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(mask))]));
    await rm(place.masks, { recursive: true });
    expectSame((await inForce(place))!.mask.data, mask.data);
    const anew = corrected(place.automatic, 1, 4);
    await mkdir(join(place.masks, subject), { recursive: true });
    await writeFile(join(place.masks, subject, 'cine-sax.nii.gz'), writeNifti(anew));
    valueOf(await imported(place, [await fileOf(place, 'm2.nii.gz', writeNifti(corrected(anew)))]));
    const files = await readdir(correctionsFolder(place.masks, subject));
    expect(files.filter((name) => name.includes('automatic')).length).toBe(2);
  });

  it('is named where contours are drawn anew, and changes what depends on it', async () => {
    const place = await examPlace();
    const own = join(place.masks, subject);
    expect([await correctionsKept(own, subject), await correctionsHash(place.masks, [subject])]).toEqual([
      [],
      null,
    ]);
    valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(corrected(place.automatic)))]));
    const [kept] = await correctionsKept(own, subject);
    expect(kept!.message).toContain(
      'found those of reader 2 at 2026-03-01T10:20:30.000Z: they stay in force',
    );
    const hash = await correctionsHash(place.masks, [subject]);
    const order = { maskFolder: place.masks, subject, kind, by: 'JB', at, softwareVersion } as const;
    valueOf(await returnTo(order, null));
    expect(await correctionsKept(own, subject)).toEqual([]);
    expect(await correctionsHash(place.masks, [subject])).not.toBe(hash);
  });

  it('that was cut short at any point leaves what was in force before', async () => {
    const place = await examPlace();
    const folder = correctionsFolder(place.masks, subject);
    const done = valueOf(
      await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(corrected(place.automatic)))]),
    );
    const record = await readFile(join(folder, 'corrections.json'));
    // As a killed process leaves it: masks of the next correction, whole or in a draft, and no entry.
    await writeFile(join(folder, 'cine-sax.corrected-000000000000.nii.gz'), 'cut short');
    await writeFile(join(folder, '.corrections.json.00000000-0000-4000-8000-000000000000.draft'), '{"form');
    expect((await inForce(place))!.correction).toEqual(done);
    // A disk that takes no record: the mask is written, the entry is not.
    await rm(join(folder, 'corrections.json'));
    await mkdir(join(folder, 'corrections.json'));
    const order = { maskFolder: place.masks, subject, kind, by: 'JB', at, softwareVersion } as const;
    const next = { mask: corrected(place.automatic, 1, 1), before: null, from: 'nifti' } as const;
    expect((await correctMask(order, next)).ok).toBe(false);
    await rm(join(folder, 'corrections.json'), { recursive: true });
    await writeFile(join(folder, 'corrections.json'), record);
    expect((await inForce(place))!.correction).toEqual(done);
    valueOf(await correctMask(order, next));
    expectSame((await inForce(place))!.mask.data, next.mask.data);
  });

  it('that takes a structure away is refused, unless that is meant; nothing drawn is refused too', async () => {
    const place = await examPlace();
    const without = (label: number) => ({
      ...place.automatic,
      data: place.automatic.data.map((value) => (value === label ? 0 : value)),
    });
    const right = place.automatic.data.filter((label) => label === 1).length;
    const file = await fileOf(place, 'm.nii.gz', writeNifti(without(1)));
    const refusal = await imported(place, [file]);
    expect(refusal.ok).toBe(false);
    expect(refusal.issues[0]!.message).toContain(`found no voxel of RV cavity (${right} voxels before)`);
    expect((await inForce(place))!.correction).toBeNull();
    const meant = await imported(place, [file], { mayRemove: true });
    expect(meant.issues.map((one) => `${one.kind} ${one.path} ${one.message}`)).toEqual([
      'quality-flag V1-0001 cine-sax expected RV cavity to overlap with the contours before (Dice of at least 0.60), found 0.000',
    ]);
    expect(valueOf(meant).flags).toEqual(meant.issues.map(({ message }) => message));
    const empty = { ...place.automatic, data: place.automatic.data.map(() => 0) };
    const nothing = await fileOf(place, 'empty.nii.gz', writeNifti(empty));
    expect((await imported(place, [nothing])).issues[0]!.message).toContain('LV myocardium (');
    await rm(join(place.masks), { recursive: true });
    await rm(correctionsFolder(place.masks, subject), { recursive: true });
    expect((await imported(place, [nothing])).issues[0]!.kind).toBe('empty-input');
  });

  it('that is another heart than before is flagged, and one of a slice or a pixel is not', async () => {
    const place = await examPlace();
    const changedTo = async (data: Uint8Array) => {
      const file = await fileOf(place, 'm.nii.gz', writeNifti({ ...place.automatic, data }));
      const done = await imported(place, [file]);
      const order = { maskFolder: place.masks, subject, kind, by: 'JB', at, softwareVersion } as const;
      const correction = valueOf(done);
      const folder = correctionsFolder(place.masks, subject);
      const record = valueOf(await readCorrections(folder, subject))!;
      expect(record.series[kind]!.history.at(-1)).toEqual(correction);
      valueOf(await returnTo(order, null));
      return correction;
    };
    const { data, shape } = place.automatic;
    const width = shape[3];
    const moved = (columns: number) => data.map((_, at) => data[at - columns] ?? 0);
    expect((await changedTo(moved(1))).flags).toEqual([]);
    expect((await changedTo(corrected(place.automatic).data)).flags).toEqual([]);
    // The heart of the fixture lies off the middle of its image.
    const off = moved(9);
    const mirrored = off.map((_, at) => off[at - (at % width) + (width - 1 - (at % width))]!);
    const { flags, labels } = await changedTo(mirrored);
    expect(flags!.some((message) => message.includes('LV myocardium'))).toBe(true);
    const myocardium = labels[1]!;
    expect(myocardium.diceToBefore).toBe(myocardium.diceToAutomatic);
    expect(myocardium.diceToBefore).toBeLessThan(0.5);
  });

  it('whose mask or record was changed by other means is not quantified', async () => {
    const place = await examPlace();
    const done = valueOf(
      await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(corrected(place.automatic)))]),
    );
    const folder = correctionsFolder(place.masks, subject);
    const flag = async () => {
      const record = valueOf(await quantifyExam(place.exam, place.masks));
      expect(record.cine).toBeNull();
      return record.flags[0]!.message;
    };
    await writeFile(join(folder, done.mask), writeNifti(place.automatic));
    expect(await flag()).toContain('expected the mask of corrections.json');
    await writeFile(join(folder, 'corrections.json'), '{"format":"myocast-corrections"');
    expect(await flag()).toContain('expected JSON');
    await writeFile(join(folder, 'corrections.json'), '{"format":"myocast-corrections","version":1}');
    expect((await quantifyExam(place.exam, place.masks)).issues[0]!.kind).toBe('bad-value');
  });
});
