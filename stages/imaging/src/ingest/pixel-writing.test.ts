import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Random } from '@myocast/base';
import { burntInText, type DicomElements, readDataset, readDicom, writeDicom } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { findDataset } from '../segmentation/dataset.ts';
import { readNifti } from '../volume/nifti.ts';
import { drawn, type Picture, widthOf } from './drawn-text.fixture.ts';
import { writingByHeader, writingInFile } from './pixel-writing.ts';

const shared = resolve(import.meta.dirname, '../../../../../shared/data');
const present = existsSync(join(shared, 'acdc'));
if (!present) process.stderr.write('writing: tests on real slices skipped, ../shared/data is absent\n');

const random = new Random(5);
const text = 'DOE JANE 1951';
const finds = ({ rows, columns, values }: Picture) =>
  burntInText({ rows, columns, samplesPerPixel: 1, values });

/** Tissue and noise in the middle, air around it. */
function phantom(): Picture {
  const [rows, columns] = [160, 144];
  const values = Float32Array.from({ length: rows * columns }, (_, at) => {
    const inside = Math.hypot((Math.floor(at / columns) - 80) / 60, ((at % columns) - 72) / 50) < 1;
    return Math.max(0, Math.round((inside ? 900 : 12) + random.normal(0, inside ? 90 : 8)));
  });
  return { rows, columns, values };
}

describe('writing in the pixels', () => {
  it.each([
    { size: 1, value: 4095, where: 'air' },
    { size: 1, value: 1200, where: 'air' },
    { size: 1, value: 600, where: 'air' },
    { size: 1, value: 4095, where: 'tissue' },
    { size: 1, value: 0, where: 'tissue' },
  ])('of $size pixel a dot and value $value is found in $where, at its place', ({ size, value, where }) => {
    for (let trial = 0; trial < 10; trial++) {
      const top = where === 'air' ? 3 + trial : 60 + 3 * trial;
      const left = where === 'air' ? 2 + 5 * trial : 30;
      const [line] = finds(drawn(phantom(), { text, top, left, size, value }));
      expect(line).toBeDefined();
      expect(Math.abs(line!.top - top)).toBeLessThanOrEqual(1);
      expect(line!.bottom).toBeLessThanOrEqual(top + 7 * size);
      expect(line!.letters).toBeGreaterThanOrEqual(4);
    }
  });

  it.each([
    ['evenly spread', (random: Random) => random.integer(4096)],
    ['of few values', (random: Random) => random.integer(12)],
    ['normal', (random: Random) => Math.round(Math.abs(random.normal(0, 200)))],
  ])('is not seen in noise alone, %s', (_, draw) => {
    for (const edge of [64, 128, 256]) {
      const random = new Random(`noise ${edge}`);
      const values = Float32Array.from({ length: edge * edge }, () => draw(random));
      expect(burntInText({ rows: edge, columns: edge, samplesPerPixel: 1, values })).toEqual([]);
    }
  });

  it('with soft edges is found where it is brighter than the image, at several sizes', () => {
    for (const [size, words] of [
      [1, text],
      [2, 'JANE DOE 19'],
    ] as const)
      expect(
        finds(drawn(phantom(), { text: words, top: 6, left: 4, size, value: 4095, soft: true })),
      ).not.toEqual([]);
  });

  it('is not seen in noise, in bright spots, in stripes or in a constant image', () => {
    for (let trial = 0; trial < 40; trial++) expect(finds(phantom())).toEqual([]);
    const striped = phantom();
    for (let at = 0; at < striped.values.length; at++) if ((at % 144) % 8 < 2) striped.values[at] = 2000;
    expect(finds(striped)).toEqual([]);
    const spots = phantom();
    for (let spot = 0; spot < 12; spot++)
      for (let y = 0; y < 7; y++)
        for (let x = 0; x < 7; x++) spots.values[(20 + y) * 144 + 10 + spot * 10 + x] = 4095;
    expect(finds(spots)).toEqual([]);
    expect(finds({ rows: 20, columns: 20, values: new Float32Array(400).fill(7) })).toEqual([]);
  });

  it('of one colour on grey is found', () => {
    const { rows, columns, values } = phantom();
    const inked = drawn({ rows, columns, values }, { text, top: 4, left: 4, size: 1, value: 4000 });
    const colours = Float32Array.from({ length: 3 * values.length }, (_, at) =>
      at % 3 === 0 ? inked.values[Math.floor(at / 3)]! : values[Math.floor(at / 3)]!,
    );
    expect(burntInText({ rows, columns, samplesPerPixel: 3, values: colours })).not.toEqual([]);
  });
});

describe('a file', () => {
  const elements: DicomElements = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    SOPInstanceUID: '2.25.1',
    Modality: 'MR',
    Rows: 160,
    Columns: 144,
  };
  const fileOf = (more: DicomElements, { values }: Picture = phantom()) =>
    writeDicom({ ...elements, ...more }, Uint16Array.from(values));
  const issueOf = (bytes: Uint8Array) => {
    const dataset = readDataset(bytes, 'x.dcm');
    if (!dataset.ok) throw new Error('not read');
    return writingInFile(dataset.value, bytes);
  };

  it('with writing is named with its place, and never with what is written', () => {
    const found = issueOf(fileOf({}, drawn(phantom(), { text, top: 10, left: 20, size: 1, value: 4095 })));
    expect(found).toMatchObject({ kind: 'identifying', path: 'x.dcm' });
    expect(found!.message).toMatch(/letters in rows (9|10) to 1\d, columns 20 to/);
    expect(issueOf(fileOf({}))).toBeNull();
  });

  it('of a class or kind that carries writing is named whatever its pixels', () => {
    for (const more of [
      { BurnedInAnnotation: 'YES' },
      { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7' },
      { SOPClassUID: '1.2.840.10008.5.1.4.1.1.6.1' },
      { Modality: 'OT' },
      { ConversionType: 'WSD' },
      { ImageType: ['DERIVED', 'SECONDARY', 'SCREEN SAVE'] },
    ] as readonly DicomElements[])
      expect([more, issueOf(fileOf(more))?.kind]).toEqual([more, 'identifying']);
    expect(
      issueOf(fileOf({ BurnedInAnnotation: 'NO', ImageType: ['DERIVED', 'SECONDARY', 'M'] })),
    ).toBeNull();
  });

  it('whose pixels cannot be decoded is not cleared', () => {
    expect(issueOf(fileOf({ BitsAllocated: 24 }))).not.toBeNull();
  });
});

describe.skipIf(!present)('real slices', async () => {
  const slices: readonly Picture[] = present ? await realSlices() : [];

  it('of ACDC and EMIDEC have none, and hardly any hides writing put into their dark border', () => {
    const some = slices.filter((_, index) => index % 4 === 0);
    const alarms = some.filter((slice) => finds(slice).length > 0).length;
    const rates = [1, 2].map((size) => {
      const wide = slices.filter(({ rows, columns }) => rows > 60 && columns > widthOf(text, size) + 8);
      const sample = wide.filter((_, index) => index % 25 === 0);
      const missed = sample.filter((slice) => {
        const value = slice.values.reduce((a, b) => Math.max(a, b), 0);
        return finds(drawn(slice, { text, top: 3, left: 3, size, value })).length === 0;
      });
      return { size, written: sample.length, missed: missed.length };
    });
    process.stderr.write(
      `writing: ${alarms} false alarms in ${some.length} slices, ${JSON.stringify(rates)}\n`,
    );
    expect(alarms).toBeLessThanOrEqual(1);
    for (const { written, missed } of rates) expect(missed).toBeLessThanOrEqual(0.1 * written);
  }, 120_000);

  it('of the conformance files raise an alarm only where something is written', () => {
    const alarmed: string[] = [];
    let images = 0;
    for (const entry of readdirSync(join(shared, 'dicom'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      const read = readDataset(bytes, entry.name);
      if (!read.ok || writingByHeader(read.value) !== null) continue;
      const image = readDicom(bytes, entry.name);
      if (!image.ok || image.value.frames > 8) continue;
      images++;
      const { rows, columns, samplesPerPixel, stored } = image.value;
      const values = stored.subarray(0, rows * columns * samplesPerPixel);
      if (burntInText({ rows, columns, samplesPerPixel, values }).length > 0) alarmed.push(entry.name);
    }
    process.stderr.write(
      `writing: ${alarmed.length} of ${images} conformance images: ${alarmed.join(', ')}\n`,
    );
    expect(alarmed.length).toBeLessThanOrEqual(3);
  });
});

async function realSlices(): Promise<readonly Picture[]> {
  const slices: Picture[] = [];
  const add = (shape: readonly number[], data: Float32Array) => {
    const [t, z, rows, columns] = shape as [number, number, number, number];
    for (let slice = 0; slice < t * z; slice++)
      slices.push({
        rows,
        columns,
        values: data.slice(slice * rows * columns, (slice + 1) * rows * columns),
      });
  };
  for (const patient of readdirSync(join(shared, 'acdc')).filter((name) => name.startsWith('patient')))
    for (const name of ['ed.nii.gz', 'es.nii.gz']) {
      const read = readNifti(readFileSync(join(shared, 'acdc', patient, name)), name);
      if (read.ok) add(read.value.shape, read.value.data);
    }
  const emidec = await findDataset(join(shared, 'emidec'), 'lge-sax');
  for (const stack of emidec?.stacks ?? []) {
    const read = await stack.read();
    if (read.ok) add(read.value.shape, read.value.data);
  }
  return slices;
}
