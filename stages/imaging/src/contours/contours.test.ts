import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { writeNifti } from '../volume/nifti-writer.ts';
import {
  at,
  corrected,
  examPlace,
  type ExamPlace,
  fileOf,
  imported,
  inForce,
  kind,
  smallHeart,
  softwareVersion,
  subject,
  uidOf,
  valueOf,
} from './corrected-exam.fixture.ts';
import { correctionsFolder } from './corrections-record.ts';
import type { ContoursFile } from './contours-schema.ts';
import { contoursFile, contoursNifti, contoursSegmentation } from './export-contours.ts';
import { readContours } from './read-contours.ts';
import { seriesGrid } from './series-grid.ts';

/** Labels one by one; a failure of `toEqual` would print thousands. */
function expectSame(found: Uint8Array, expected: Uint8Array) {
  expect(Buffer.compare(found, expected)).toBe(0);
}

const exported = async ({ exam, masks }: ExamPlace) =>
  structuredClone(
    valueOf(await contoursFile({ examFolder: exam, maskFolder: masks, softwareVersion }, kind)),
  );

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
      'expected contours of cine-sax, found those of lge-sax',
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

  it('of DICOM SEG come back as they went, marked as changed by a person', async () => {
    const place = await examPlace();
    const order = { examFolder: place.exam, maskFolder: place.masks, softwareVersion };
    const automatic = valueOf(await contoursSegmentation(order, kind, at));
    const mask = corrected(place.automatic);
    valueOf(await imported(place, [await fileOf(place, 'm.nii.gz', writeNifti(mask))]));
    const bytes = valueOf(await contoursSegmentation(order, kind, at));
    expect(Buffer.from(automatic).includes('SEMIAUTOMATIC')).toBe(false);
    expect(Buffer.from(bytes).includes('SEMIAUTOMATIC')).toBe(true);
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
    const nifti = await fileOf(place, 'm.nii.gz', writeNifti(place.automatic));
    expect(await message([nifti], { kind: 'lge-sax' })).toContain('expected a lge-sax in the exam');
    for (const reason of ['', ' ', 'a\nb', 'x'.repeat(201), '<b>', 'a\u202eb'])
      expect(await message([file], { reason })).toContain('expected a reason of one line');
    valueOf(await imported(place, [file], { reason: 'wall of the apex' }));
    expect((await inForce(place))!.correction!.reason).toBe('wall of the apex');
  });

  it('that say what they are of need nobody else to say it, and no other word is taken', async () => {
    const place = await examPlace();
    const order = { examFolder: place.exam, maskFolder: place.masks, softwareVersion };
    const polygons = await fileOf(place, 'c.json', await exported(place));
    const seg = await fileOf(place, 'c.dcm', valueOf(await contoursSegmentation(order, kind, at)));
    for (const file of [polygons, seg]) {
      const done = valueOf(await imported(place, [file], { kind: null }));
      expect(done.mask).toMatch(/^cine-sax\.corrected/);
      const other = await imported(place, [file], { kind: 'lge-sax' });
      expect(other.issues[0]!.message).toBe('expected contours of lge-sax, found those of cine-sax');
    }
    const silent = await fileOf(place, 'm.nii.gz', writeNifti(place.automatic));
    const refusal = await imported(place, [silent], { kind: null });
    expect(refusal.issues[0]!.message).toContain('expected --kind cine-sax, lge-sax');
    const both = await exported(place);
    both.series.push({ ...both.series[0]!, kind: 'lge-sax' });
    const several = await imported(place, [await fileOf(place, 'two.json', both)], { kind: null });
    expect(several.issues[0]!.message).toContain('the file holds cine-sax, lge-sax');
  });
});
