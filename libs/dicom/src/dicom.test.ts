import { createRequire } from 'node:module';
import { Random } from '@myocast/base';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assembleVolume,
  classifySeries,
  type DicomElements,
  type DicomImage,
  groupSeries,
  number,
  numbers,
  readDataset,
  readDicom,
  text,
  writeDicom,
} from './index.ts';

const rows = 5;
const columns = 4;
const root = Math.SQRT1_2;
const elements: DicomElements = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  SOPInstanceUID: '2.25.1',
  SeriesInstanceUID: '2.25.3',
  Modality: 'MR',
  SeriesDescription: 'cine SAX',
  Rows: rows,
  Columns: columns,
  PixelSpacing: [1.5, 1.25],
  ImageOrientationPatient: [root, root, 0, 0, 0, -1],
  ImagePositionPatient: [1, 2, 3],
};

function image(more: DicomElements, value = 0): DicomImage {
  const pixels = Uint16Array.from({ length: rows * columns }, (_, index) => value * 100 + index);
  const read = readDicom(writeDicom({ ...elements, ...more }, pixels), more.SOPInstanceUID as string);
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

/** Slices 10 mm apart along the normal of the oblique plane, with phases. */
function series(slices: number, phases: number): DicomImage[] {
  const normal = [-root, root, 0];
  return Array.from({ length: slices * phases }, (_, index) => {
    const [z, t] = [Math.floor(index / phases), index % phases];
    return image(
      {
        SOPInstanceUID: `2.25.${1000 + index}`,
        TriggerTime: t * 30 + z * 0.5,
        InstanceNumber: 500 - index,
        ImagePositionPatient: [-20 + z * 10 * normal[0]!, 5 + z * 10 * normal[1]!, 40],
      },
      z * 10 + t,
    );
  });
}

describe('writing and reading', () => {
  it('reads back what was written', () => {
    const pixels = Uint16Array.from({ length: 20 }, (_, index) => index * 3000);
    const read = readDicom(writeDicom({ ...elements, RescaleSlope: 2, RescaleIntercept: -5 }, pixels), 'a');
    if (!read.ok) throw new Error(read.issues[0]!.message);
    expect(read.value.stored).toEqual(pixels);
    expect([read.value.rescaleSlope, read.value.rescaleIntercept]).toEqual([2, -5]);
    expect(text(read.value.dataset, 'SeriesDescription')).toBe('cine SAX');
    expect(numbers(read.value.dataset, 'PixelSpacing')).toEqual([1.5, 1.25]);
    expect(number(read.value.dataset, 'TriggerTime')).toBeNull();
  });

  it('is read by dcmjs with the same values', () => {
    const { data } = createRequire(import.meta.url)('dcmjs') as {
      data: {
        DicomMessage: { readFile(bytes: ArrayBuffer): { dict: object } };
        DicomMetaDictionary: { naturalizeDataset(dict: object): Record<string, unknown> };
      };
    };
    const file = writeDicom(elements, new Uint16Array(20).fill(258));
    const { dict } = data.DicomMessage.readFile(file.slice().buffer);
    const natural = data.DicomMetaDictionary.naturalizeDataset(dict);
    expect(natural['ImagePositionPatient']).toEqual([1, 2, 3]);
    expect(natural['Rows']).toBe(rows);
    expect(new Uint16Array((natural['PixelData'] as ArrayBuffer[])[0]!)).toEqual(
      new Uint16Array(20).fill(258),
    );
  });

  it('writes numbers as exactly as 16 characters allow', () => {
    const file = writeDicom(
      { ...elements, ImagePositionPatient: [-123.4567890123456, 1 / 3, -1e-17] },
      new Uint16Array(20),
    );
    const read = readDataset(file, 'a');
    if (!read.ok) throw new Error('not read');
    expect(numbers(read.value, 'ImagePositionPatient')).toEqual([-123.45678901235, 0.33333333333333, -1e-17]);
  });

  it('refuses what the caller got wrong', () => {
    expect(() => writeDicom(elements, new Uint16Array(19))).toThrow('expected 20 pixels, got 19');
    expect(() => writeDicom({ ...elements, Rows: null }, new Uint16Array(20))).toThrow('expected Rows');
    expect(() => writeDicom({ ...elements, PatientName: 'Müller' }, new Uint16Array(20))).toThrow(
      'ISO_IR 192',
    );
  });
});

describe('bad files', () => {
  const good = writeDicom(
    elements,
    new Uint16Array(20).map((_, index) => index),
  );

  it('says that a text is no DICOM file', () => {
    const read = readDicom(new TextEncoder().encode('hello\n'.repeat(40)), 'a.dcm');
    expect(read).toEqual({
      ok: false,
      issues: [
        {
          kind: 'not-readable',
          path: 'a.dcm',
          message: 'expected a DICOM file (DICM at byte 128), found text',
        },
      ],
    });
  });

  it('says how many bytes a truncated file lacks', () => {
    const read = readDicom(good.subarray(0, good.length - 7), 'a.dcm');
    expect(read.ok).toBe(false);
    expect(read.issues[0]).toMatchObject({
      kind: 'truncated',
      message: `expected ${good.length} bytes to the end of (7fe0,0010), found ${good.length - 7}`,
    });
  });

  it('never throws, whatever bits are flipped and wherever the file ends', () => {
    assert(
      property(
        array(tuple(nat(good.length - 1), integer({ min: 1, max: 255 })), { maxLength: 12 }),
        nat(good.length),
        (flips, length) => {
          const bytes = good.slice(0, length);
          for (const [at, bits] of flips) if (at < length) bytes[at] = bytes[at]! ^ bits;
          const read = readDicom(bytes, 'x');
          expect(read.ok || read.issues.length > 0).toBe(true);
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });

  it('allocates nothing by sizes that the file only claims', () => {
    const claims = good.slice();
    const view = new DataView(claims.buffer);
    const at = claims.findIndex(
      (_, index) => view.byteLength > index + 4 && view.getUint32(index, true) === 0x00100028,
    );
    view.setUint16(at + 8, 65_535, true);
    const read = readDicom(claims, 'x');
    expect(read.issues[0]?.message).toBe(`expected ${65_535 * columns * 2} bytes of pixels, found 40`);
  });
});

describe('geometry', () => {
  it('gives the exact affine and voxels of an oblique series, in any order of the files', () => {
    const inOrder = series(4, 3);
    const images = new Random(3).permutation(inOrder.length).map((index) => inOrder[index]!);
    const assembled = assembleVolume(images, 's');
    if (!assembled.ok) throw new Error(assembled.issues[0]!.message);
    const { volume } = assembled.value;
    const expected = [
      root * 1.25,
      0,
      -root * 10,
      -20,
      root * 1.25,
      0,
      root * 10,
      5,
      0,
      -1.5,
      0,
      40,
      0,
      0,
      0,
      1,
    ];
    for (const [index, value] of expected.entries())
      expect(Math.abs(volume.affine![index]! - value)).toBeLessThan(1e-6);
    expect(volume.shape).toEqual([3, 4, rows, columns]);
    expect(volume.triggerTimesMs).toEqual([0.75, 30.75, 60.75]);
    for (let t = 0; t < 3; t++)
      for (let z = 0; z < 4; z++)
        expect(volume.data[(t * 4 + z) * rows * columns + 7]).toBe((z * 10 + t) * 100 + 7);
  });

  it('uses an image that is given twice once', () => {
    const images = series(3, 2);
    const assembled = assembleVolume([...images, images[2]!], 's');
    expect(assembled.ok && assembled.value.volume.shape).toEqual([2, 3, rows, columns]);
    expect(assembled.issues.map(({ kind }) => kind)).toEqual(['duplicate-image']);
  });

  it('refuses a series with a slice missing in the middle', () => {
    const assembled = assembleVolume(
      series(6, 1).filter((_, z) => z !== 3),
      's',
    );
    expect(assembled.ok).toBe(false);
    expect(assembled.issues[0]).toMatchObject({
      kind: 'bad-geometry',
      message: 'expected 5 slices 10.00 mm apart, found a gap of 20.00 mm after slice 3',
    });
  });

  it('leaves out an outer slice that lacks a phase, and says so', () => {
    const assembled = assembleVolume(series(4, 3).slice(1), 's');
    expect(assembled.ok && assembled.value.volume.shape).toEqual([3, 3, rows, columns]);
    expect(assembled.issues[0]?.message).toContain('expected 3 phases in each slice, found 2');
  });

  it('keeps orientations apart and names a cine', () => {
    const other = image({ SOPInstanceUID: '2.25.9', ImageOrientationPatient: [1, 0, 0, 0, 1, 0] });
    const groups = groupSeries([...series(2, 10), other]);
    expect(groups.map(({ images }) => images.length).sort((a, b) => a - b)).toEqual([1, 20]);
    const cine = groups.find(({ images }) => images.length === 20)!;
    expect(classifySeries(cine)).toMatchObject({ kind: 'cine-sax' });
  });
});
