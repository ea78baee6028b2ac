import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { bitReader, readSigned } from './jpeg-bits.ts';
import { decodeSymbol, huffmanTable } from './jpeg-huffman.ts';
import { inverseDct } from './jpeg-idct.ts';
import { decodeJpeg } from './jpeg.ts';
import { decodeRle } from './rle.ts';

describe('Huffman codes', () => {
  it('of lengths 1, 3, 3 and 10 are 0, 100, 101 and 1100000000', () => {
    const counts = Uint8Array.from([1, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    const table = huffmanTable(counts, Uint8Array.from([7, 5, 6, 9]));
    // 101 0 1100000000 100, with the byte stuffed behind FF left out of the bits.
    const reader = bitReader(Uint8Array.from([0b1010_1100, 0b0000_0010, 0b0111_1111]), 0);
    const symbols = [1, 2, 3, 4].map(() => decodeSymbol(reader, table));
    expect(symbols).toEqual([6, 7, 9, 5]);
    expect(() => decodeSymbol(reader, table)).toThrow('bits that are none');
  });

  it('that are no prefix code are refused', () => {
    expect(() => huffmanTable(Uint8Array.from([3]), Uint8Array.from([1, 2, 3]))).toThrow('prefix code');
  });

  it('differences begin with 0 where they are negative, and FF is stuffed', () => {
    const reader = bitReader(Uint8Array.from([0xff, 0x00, 0b0101_0000]), 0);
    expect([8, 2, 2].map((size) => readSigned(reader, size))).toEqual([255, -2, -2]);
  });
});

describe('the inverse cosine transform', () => {
  /** By the definition (ITU-T T.81 A.3.3), in floating point. */
  function exact(coefficients: Int32Array, x: number, y: number): number {
    let sum = 0;
    for (let v = 0; v < 8; v++)
      for (let u = 0; u < 8; u++) {
        const scale = (u === 0 ? Math.SQRT1_2 : 1) * (v === 0 ? Math.SQRT1_2 : 1);
        const waves = Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
        sum += (scale * coefficients[v * 8 + u]! * waves) / 4;
      }
    return sum;
  }

  it.each([8, 12])('of %d bits is within one grey level of the definition', (precision) => {
    const random = new Random(precision);
    const largest = 2 ** precision - 1;
    for (let block = 0; block < 50; block++) {
      const coefficients = Int32Array.from({ length: 64 }, (_, index) =>
        Math.round((random.uniform(-1, 1) * 2 ** precision) / (1 + index)),
      );
      const samples = new Uint16Array(64);
      inverseDct(coefficients.slice(), precision, samples, 0, 8);
      for (let index = 0; index < 64; index++) {
        const value = exact(coefficients, index % 8, index >> 3) + 2 ** (precision - 1);
        expect(Math.abs(samples[index]! - Math.min(Math.max(value, 0), largest))).toBeLessThanOrEqual(1);
      }
    }
  });
});

/** Lossless JPEG of 2 × 2 pixels of 8 bits: differences +1, -1, +1, -1 in codes of one bit for size 1. */
function tinyLossless(predictor: number, data: readonly number[]): Uint8Array {
  const huffman = [0xff, 0xc4, 0, 20, 0, 1, ...Array.from({ length: 15 }, () => 0), 1];
  const frame = [0xff, 0xc3, 0, 11, 8, 0, 2, 0, 2, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, predictor, 0, 0];
  return Uint8Array.from([0xff, 0xd8, ...huffman, ...frame, ...scan, ...data, 0xff, 0xd9]);
}

describe('lossless JPEG', () => {
  const shape = { rows: 2, columns: 2, samples: 1 };
  // Code 0 (size 1) and the bit 1 or 0: 01 00 01 00.
  const differences = [0b0100_0100];

  it.each([
    // The first row is 128 + 1, then 129 - 1; the second begins with 129 + 1 from above.
    [1, 129],
    [2, 127],
    [3, 128],
    [4, 128],
    [5, 128],
    [6, 127],
    [7, 128],
  ])('predictor %d gives the last pixel by hand', (predictor, last) => {
    const { samples, precision } = decodeJpeg(tinyLossless(predictor, differences), shape);
    expect([precision, ...samples]).toEqual([8, 129, 128, 130, last]);
  });

  it('that ends too early says in which row', () => {
    expect(() => decodeJpeg(tinyLossless(1, []), shape)).toThrow(
      'expected 2 rows of lossless JPEG, found the end in row 1',
    );
  });

  it('of another size or process is refused by name', () => {
    expect(() => decodeJpeg(tinyLossless(1, differences), { ...shape, rows: 3 })).toThrow(
      'expected JPEG data of 3 × 2 pixels with 1 samples, found 2 × 2 with 1',
    );
    const arithmetic = tinyLossless(1, differences);
    arithmetic[arithmetic.indexOf(0xc3)] = 0xcb;
    expect(() => decodeJpeg(arithmetic, shape)).toThrow('hierarchical or arithmetic JPEG (SOF11)');
  });
});

describe('RLE', () => {
  /** A header of segments of these bytes. */
  function segments(...bodies: readonly (readonly number[])[]): Uint8Array {
    const header = new DataView(new ArrayBuffer(64));
    header.setUint32(0, bodies.length, true);
    let at = 64;
    for (const [index, body] of bodies.entries()) {
      header.setUint32(4 + 4 * index, at, true);
      at += body.length;
    }
    return Uint8Array.from([...new Uint8Array(header.buffer), ...bodies.flat()]);
  }

  it('repeats, copies and passes over, and puts the high bytes first', () => {
    const high = [0xfe, 1, 0x80, 0x00, 2]; // 1 three times, nothing, 2
    const low = [0x03, 9, 8, 7, 6];
    expect([...decodeRle(segments(high, low), 4, 1, 2)]).toEqual([9, 1, 8, 1, 7, 1, 6, 2]);
  });

  it('refuses too few segments, segments outside the data, and too few bytes', () => {
    expect(() => decodeRle(segments([0, 1]), 1, 1, 2)).toThrow('expected 2 RLE segments, found 1');
    const outside = segments([0, 1]);
    outside[4] = 200;
    expect(() => decodeRle(outside, 1, 1, 1)).toThrow('within 66 bytes, found 200 to 66');
    expect(() => decodeRle(segments([0xff, 1]), 3, 1, 1)).toThrow(
      'expected 3 bytes in RLE segment 1, found 2',
    );
  });
});
