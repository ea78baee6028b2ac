import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checked } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { quantifyExam } from '../quantification/quantify.ts';
import { cineLabel } from '../records.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { examPlace, type ExamPlace, smallHeart, subject, uidOf } from './corrected-exam.fixture.ts';
import { correctMask, returnTo } from './correct-mask.ts';
import { correctionsFolder, readCorrections } from './corrections-record.ts';
import type { ContoursFile } from './contours-schema.ts';
import { contoursFile, contoursNifti, contoursSegmentation } from './export-contours.ts';
import { importContours } from './import-contours.ts';
import { maskInForce } from './mask-in-force.ts';
import { readContours } from './read-contours.ts';
import { seriesGrid } from './series-grid.ts';

const kind = 'cine-sax';
const softwareVersion = '9.9.9';
const at = new Date('2026-03-01T10:20:30.000Z');

function valueOf<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(checked.issues[0]!.message);
  return checked.value;
}

const exported = async ({ exam, masks }: ExamPlace) =>
  structuredClone(
    valueOf(await contoursFile({ examFolder: exam, maskFolder: masks, softwareVersion }, kind)),
  );

async function fileOf({ study }: ExamPlace, name: string, content: Uint8Array | string | object) {
  const path = join(study, name);
  const bytes =
    content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(path, bytes);
  return path;
}

const imported = ({ exam, masks }: ExamPlace, files: string[], more: object = {}) =>
  importContours({
    examFolder: exam,
    maskFolder: masks,
    kind,
    files,
    by: 'reader 2',
    at,
    softwareVersion,
    ...more,
  });

/** Labels one by one; a failure of `toEqual` would print thousands. */
function expectSame(found: Uint8Array, expected: Uint8Array) {
  expect(Buffer.compare(found, expected)).toBe(0);
}

/** The wall of one slice of one phase is cavity. */
function corrected(mask: Mask, phase = 0, slice = 2): Mask {
  const area = mask.shape[2] * mask.shape[3];
  const start = (phase * mask.shape[1] + slice) * area;
  const data = mask.data.map((label, index) =>
    index >= start && index < start + area && label === cineLabel.myocardium
      ? cineLabel.leftVentricle
      : label,
  );
  return { ...mask, data };
}

const inForce = async ({ masks }: ExamPlace) =>
  valueOf(await maskInForce(join(masks, subject), subject, kind));

describe('contours as polygons', () => {
  it('give the same mask again, in pixels and in mm, on any grid', async () => {
    for (const grid of [
      { turnDegrees: 0, mirrored: false, apexFirst: false },
      { turnDegrees: 130, mirrored: true, apexFirst: true },
    ]) {
      const place = await examPlace(smallHeart(grid));
      const file = await exported(place);
      expect(file.series[0]!.slices.length).toBe(10);
      expect(file.series[0]!.slices[3]).toMatchObject({ phase: 0, slice: 3, sopInstanceUid: uidOf(0, 3) });
      const own = valueOf(await seriesGrid(place.exam, kind));
      for (const without of ['neither', 'mm', 'pixels'] as const) {
        const text = JSON.stringify(file, (key, value: unknown) => (key === without ? null : value));
        const drawing = valueOf(readContours(text, 'c.json', own));
        const area = 48 * 48;
        for (const [index, labels] of drawing)
          expectSame(labels, place.automatic.data.subarray(index * area, (index + 1) * area));
        expect(drawing.size).toBe(10);
      }
    }
  });

  it('draw the slices that they name, and leave the others', async () => {
    const place = await examPlace();
    const file = await exported(place);
    const series = file.series[0]!;
    series.slices = series.slices.filter(({ phase, slice }) => phase === 1 && slice === 2);
    series.slices[0]!.regions = series.slices[0]!.regions.filter(({ label }) => label !== 1);
    valueOf(await imported(place, [await fileOf(place, 'part.json', file)]));
    const { mask } = (await inForce(place))!;
    const area = 48 * 48;
    const expected = place.automatic.data.map((label, index) =>
      Math.floor(index / area) === 7 && label === 1 ? 0 : label,
    );
    expectSame(mask.data, expected);
    expect(Buffer.compare(mask.data, place.automatic.data)).not.toBe(0);
  });

  type Change = (file: ContoursFile) => unknown;
  const first = (file: ContoursFile) => file.series[0]!.slices[0]!;
  const line = (file: ContoursFile) => first(file).regions[0]!.polygons[0]!.outer;
  it.each<[string, Change, string]>([
    [
      'another format',
      (file) => Object.assign(file, { format: 'x' }),
      'expected "format": "myocast-contours"',
    ],
    ['another version', (file) => Object.assign(file, { version: 2 }), 'expected version 1, found 2'],
    [
      'a field that is not known',
      (file) => Object.assign(first(file), { colour: 'red' }),
      'Unrecognized key',
    ],
    [
      'another subject',
      (file) => (file.subject = 'V1-0002'),
      'expected contours of V1-0001, found those of V1-0002',
    ],
    [
      'no series of the kind',
      (file) => (file.series[0]!.kind = 'lge-sax'),
      'expected cine-sax once in the file',
    ],
    [
      'other images',
      (file) => (file.series[0]!.seriesKey = 'b'),
      'expected contours of the series aaaaaaaaaa',
    ],
    ['another matrix', (file) => (file.series[0]!.shape[3] = 47), 'expected contours of 2×5×48×48 voxels'],
    ['another place', (file) => (file.series[0]!.affine![3]! += 1), 'found a corner 1.0 mm from it'],
    ['a slice beyond', (file) => (first(file).slice = 5), 'expected 2 phases of 5 slices'],
    ['a phase beyond', (file) => (first(file).phase = 2), 'expected 2 phases of 5 slices'],
    ['a slice twice', (file) => file.series[0]!.slices.push(first(file)), 'expected a slice once'],
    ['another image', (file) => (first(file).sopInstanceUid = '1.9'), 'found those of 1.9'],
    [
      'a label of no kind',
      (file) => (first(file).regions[0]!.label = 4),
      'expected cine-sax labels 1 to 3, found 4',
    ],
    [
      'a point beyond the image',
      (file) =>
        Object.assign(line(file), {
          mm: null,
          pixels: [
            [1, 1],
            [99, 1],
            [1, 9],
          ],
        }),
      'inside of 48×48 pixels',
    ],
    [
      'a bow tie',
      (file) =>
        Object.assign(line(file), {
          mm: null,
          pixels: [
            [1, 1],
            [9, 9],
            [9, 1],
            [1, 8],
          ],
        }),
      'found a crossing',
    ],
    [
      'two places for one point',
      (file) => (line(file).pixels![0]![0] += 0.5),
      'expected the same point in mm and in pixels',
    ],
    [
      'a point off the plane',
      (file) =>
        Object.assign(line(file), { pixels: null, mm: line(file).mm!.map(([x, y, z]) => [x + 1, y, z]) }),
      'in the plane of the slice',
    ],
    ['no points at all', (file) => Object.assign(line(file), { pixels: null, mm: null }), 'found neither'],
  ])('are refused with %s, and nothing changes', async (_, change, message) => {
    const place = await examPlace();
    const file = await exported(place);
    change(file);
    const done = await imported(place, [await fileOf(place, 'bad.json', file)]);
    expect(done.ok).toBe(false);
    expect(done.issues[0]!.message).toContain(message);
    expect((await inForce(place))!.correction).toBeNull();
    expect(existsSync(correctionsFolder(place.masks, subject))).toBe(false);
  });

  it('take the higher label where they overlap, and count the pixels', async () => {
    const place = await examPlace();
    const file = await exported(place);
    const square = (from: number, to: number) => ({
      outer: {
        pixels: [
          [from, from],
          [to, from],
          [to, to],
          [from, to],
        ] as [number, number][],
        mm: null,
      },
      holes: [],
    });
    first(file).regions = [
      { label: 3, name: '', polygons: [square(9.5, 19.5)] },
      { label: 2, name: '', polygons: [square(4.5, 24.5)] },
    ];
    const done = await imported(place, [await fileOf(place, 'over.json', file)]);
    expect(done.issues[0]!.message).toContain('found 100 pixels in several');
    const { mask } = (await inForce(place))!;
    const count = (label: number) => mask.data.subarray(0, 48 * 48).filter((value) => value === label).length;
    expect([count(2), count(3)]).toEqual([300, 100]);
  });
});

describe('contours as masks', () => {
  it('of NIfTI: all phases, or one; refused on another grid or with other labels', async () => {
    const place = await examPlace();
    const mask = corrected(place.automatic);
    const done = valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(mask))]));
    expect(done.from).toBe('nifti');
    expectSame((await inForce(place))!.mask.data, mask.data);
    const half = mask.data.length / 2;
    const onePhase: Mask = { ...mask, shape: [1, 5, 48, 48], data: place.automatic.data.slice(0, half) };
    const one = await fileOf(place, 'one.nii.gz', writeNifti(onePhase));
    expect((await imported(place, [one])).issues[0]!.message).toContain('expected contours of 2×5×48×48');
    expect((await imported(place, [one], { phase: 2 })).issues[0]!.message).toContain('a phase below 2');
    valueOf(await imported(place, [one], { phase: 0 }));
    expectSame((await inForce(place))!.mask.data, place.automatic.data);
    const moved = { ...mask, affine: mask.affine!.map((value, index) => (index === 3 ? value + 3 : value)) };
    const refusal = await imported(place, [await fileOf(place, 'moved.nii.gz', writeNifti(moved))]);
    expect(refusal.issues[0]!.message).toContain('a corner 3.0 mm from it');
    const alien = { ...mask, data: mask.data.map((label) => 3 * label) };
    const labels = await imported(place, [await fileOf(place, 'alien.nii.gz', writeNifti(alien))]);
    expect(labels.issues[0]!.message).toContain('expected cine-sax labels 0 to 3');
  });

  it('of DICOM SEG come back as they went, marked as drawn by a person', async () => {
    const place = await examPlace();
    const order = { examFolder: place.exam, maskFolder: place.masks, softwareVersion };
    const automatic = valueOf(await contoursSegmentation(order, kind, at));
    const mask = corrected(place.automatic);
    valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(mask))]));
    const bytes = valueOf(await contoursSegmentation(order, kind, at));
    expect(Buffer.from(automatic).includes('MANUAL')).toBe(false);
    expect(Buffer.from(bytes).includes('MANUAL')).toBe(true);
    const path = await fileOf(place, 'auto.dcm', automatic);
    expect(valueOf(await imported(place, [path])).from).toBe('dicom-seg');
    expectSame((await inForce(place))!.mask.data, place.automatic.data);
    await rm(join(place.exam, 'cine-sax.sources.json'));
    expect((await imported(place, [path])).issues[0]!.message).toContain('--references original');
    const nifti = valueOf(await contoursNifti(order, kind));
    valueOf(await imported(place, [await fileOf(place, 'n.nii.gz', nifti)]));
  });

  it('of no format, from nowhere, several, or by nobody are refused', async () => {
    const place = await examPlace();
    const message = async (files: string[], more = {}) =>
      (await imported(place, files, more)).issues[0]!.message;
    expect(await message([])).toContain('expected contours, found none');
    expect(await message([join(place.study, 'none.json')])).toContain('ENOENT');
    expect(await message([await fileOf(place, 'a.json', '{')])).toContain('expected JSON');
    expect(await message([await fileOf(place, 'a.txt', '1 2\n3 x')])).toContain('expected a label of 1 to 3');
    const file = await fileOf(place, 'c.json', await exported(place));
    expect(await message([file, file])).toContain('found several');
    for (const by of ['', 'a\nb', 'x'.repeat(41), '<b>'])
      expect(await message([file], { by })).toContain('expected a role or initials');
    expect(await message([file], { examFolder: place.study })).toContain('expected an ingested exam');
    expect(await message([file], { kind: 'lge-sax' })).toContain('expected a lge-sax in the exam');
  });
});

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
