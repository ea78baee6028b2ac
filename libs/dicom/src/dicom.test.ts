import { createRequire } from 'node:module';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { number, numbers, readDataset, readDicom, text, writeDicom } from './index.ts';
import { columns, elements, rows } from './testing/image-series.ts';

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
