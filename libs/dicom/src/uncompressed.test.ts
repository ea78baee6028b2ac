import { describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { uncompressedFrames } from './uncompressed.ts';

const layout: PixelLayout = {
  keyword: 'PixelData',
  frames: 2,
  rows: 1,
  columns: 3,
  samplesPerPixel: 1,
  bits: 8,
  bitsStored: 8,
  highBit: 7,
  signed: false,
  planar: false,
  halved: false,
};

function frames(bytes: readonly number[], more: Partial<PixelLayout>, vr = 'OW', littleEndian = true) {
  const file = Uint8Array.from([99, ...bytes]);
  const dataset: Dataset = {
    path: 'a',
    transferSyntax: '',
    littleEndian,
    explicit: true,
    start: 0,
    bytes: file,
    elements: new Map(),
  };
  const place = { vr, offset: 1, length: bytes.length, encapsulated: false };
  const read = (first: number, count: number) => [
    ...uncompressedFrames(dataset, place, { ...layout, ...more }, first, count),
  ];
  const each = [read(0, 1), read(1, 1)];
  expect(read(0, 2)).toEqual(each.flat());
  return each;
}

describe('uncompressed pixels', () => {
  it('of 1 bit begin with the lowest bit, and a frame within a byte', () => {
    expect(frames([0b101_110], { bits: 1 })).toEqual([
      [0, 1, 1],
      [1, 0, 1],
    ]);
    expect(frames([0, 0b101_110], { bits: 1 }, 'OW', false)[0]).toEqual([0, 1, 1]);
  });

  it('of 12 bits lie side by side, the first in the lowest bits, with their sign', () => {
    const bytes = [0x23, 0x61, 0x45, 0xff, 0x0f, 0x80, 0x01, 0x20, 0x00];
    expect(frames(bytes, { bits: 12 })).toEqual([
      [0x123, 0x456, 0xfff],
      [0x800, 0x001, 0x002],
    ]);
    expect(frames(bytes, { bits: 12, signed: true })).toEqual([
      [0x123, 0x456, -1],
      [-2048, 1, 2],
    ]);
  });

  it('of 16 and 32 bits are swapped whole in big endian, those of 8 bits by words in OW alone', () => {
    const bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    expect(frames(bytes, { bits: 16 }, 'OW', false)[1]).toEqual([0x0708, 0x090a, 0x0b0c]);
    expect(frames([...bytes, ...bytes], { bits: 32 }, 'OW', false)[0]).toEqual([
      0x01020304, 0x05060708, 0x090a0b0c,
    ]);
    expect(frames([1, 2, 3, 4, 5, 6], {}, 'OW', false)).toEqual([
      [2, 1, 4],
      [3, 6, 5],
    ]);
    expect(frames([1, 2, 3, 4, 5, 6], {}, 'OB', false)[0]).toEqual([1, 2, 3]);
  });

  it('of planes and of shared colour differences are brought side by side', () => {
    const planes = { samplesPerPixel: 3, columns: 2, planar: true };
    expect(frames([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], planes)[1]).toEqual([7, 9, 11, 8, 10, 12]);
    const halved = { samplesPerPixel: 3, columns: 2, halved: true };
    expect(frames([1, 2, 3, 4, 5, 6, 7, 8], halved)[1]).toEqual([5, 7, 8, 6, 7, 8]);
  });
});
