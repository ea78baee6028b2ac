import { describe, expect, it } from 'vitest';
import { type DicomElements, readDataset, readDicom, writeDicom } from './index.ts';
import { modalityValues, philipsScaling, rescaleOf } from './modality-values.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { significantValues } from './stored-values.ts';

const layout: PixelLayout = {
  keyword: 'PixelData',
  frames: 1,
  rows: 1,
  columns: 3,
  samplesPerPixel: 1,
  bits: 16,
  bitsStored: 12,
  highBit: 11,
  signed: false,
  planar: false,
  halved: false,
};

describe('the bits that count', () => {
  it('are the BitsStored ones that end at HighBit', () => {
    expect([...significantValues(Uint16Array.of(0xf123, 0x0fff, 0x8000), layout)]).toEqual([0x123, 0xfff, 0]);
    const shifted = { ...layout, highBit: 13 };
    expect([...significantValues(Uint16Array.of(0x3fff, 0x8004, 3), shifted)]).toEqual([0xfff, 1, 0]);
  });

  it('carry their sign', () => {
    const signed = { ...layout, signed: true };
    expect([...significantValues(Int16Array.of(0x0fff, 0x0800, 0x7001), signed)]).toEqual([-1, -2048, 1]);
    const wide = { ...signed, bits: 32, bitsStored: 31, highBit: 30 };
    expect([...significantValues(Int32Array.of(0x7fffffff, 0x3fffffff), wide)]).toEqual([-1, 0x3fffffff]);
  });

  it('are all of them where as many are stored as allocated', () => {
    const words = Uint16Array.of(0xffff);
    expect(significantValues(words, { ...layout, bitsStored: 16, highBit: 15 })).toBe(words);
  });
});

describe('modality values', () => {
  const elements: DicomElements = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    SOPInstanceUID: '2.25.1',
    Rows: 1,
    Columns: 3,
  };
  const read = (more: DicomElements) => {
    const dataset = readDataset(writeDicom({ ...elements, ...more }, Uint16Array.of(0, 1, 4)), 'a');
    if (!dataset.ok) throw new Error(dataset.issues[0]!.message);
    return dataset.value;
  };

  it('are stored × slope + intercept, of the frame that is asked for', () => {
    const stored = Uint16Array.of(0, 1, 4, 10, 11, 14);
    expect([...modalityValues(stored, 3, 1, { slope: 0.5, intercept: -1 })]).toEqual([4, 4.5, 6]);
    expect(rescaleOf(read({ RescaleSlope: 0.5, RescaleIntercept: -1 }))).toEqual({
      slope: 0.5,
      intercept: -1,
    });
  });

  it('are the stored ones where the file says nothing, or a slope of zero', () => {
    expect(rescaleOf(read({}))).toEqual({ slope: 1, intercept: 0 });
    expect(rescaleOf(read({ RescaleSlope: 0 }))).toEqual({ slope: 1, intercept: 0 });
  });

  it('know the private scale of Philips, and only of Philips', () => {
    const ofCreator = (creator: string) => {
      const text = new TextEncoder().encode(creator.padEnd(26));
      const bytes = Uint8Array.from([...text, ...new Uint8Array(Float32Array.of(0.25, 2).buffer)]);
      const place = (vr: string, offset: number, length: number) => ({
        vr,
        offset,
        length,
        encapsulated: false,
      });
      const elements = new Map([
        [0x20050010, place('LO', 0, 26)],
        [0x2005100e, place('FL', 26, 4)],
        [0x2005100d, place('FL', 30, 4)],
      ]);
      return philipsScaling({
        path: 'a',
        transferSyntax: '',
        littleEndian: true,
        explicit: true,
        start: 0,
        bytes,
        elements,
      });
    };
    expect(ofCreator('Philips MR Imaging DD 001')).toEqual({ slope: 0.25, intercept: 2 });
    expect(ofCreator('SOMEONE ELSE')).toBeNull();
    expect(philipsScaling(read({}))).toBeNull();
  });

  it('of an image with a slope of zero are its stored ones', () => {
    const image = readDicom(writeDicom({ ...elements, RescaleSlope: 0 }, Uint16Array.of(0, 1, 4)), 'a');
    expect(image.ok && [image.value.rescaleSlope, ...image.value.stored]).toEqual([1, 0, 1, 4]);
  });
});
