import { describe, expect, it } from 'vitest';
import { decodeJpeg2000 } from './jpeg-2000.ts';

interface Claims {
  readonly size: number;
  readonly tile: number;
  readonly layers: number;
  readonly precinctBits: number;
  /** A segment before the coding style that no standard has. */
  readonly unknownSegment: boolean;
  /** What the tile-part says that it holds beyond what it does. */
  readonly missing: number;
}

const sound: Claims = {
  size: 256,
  tile: 256,
  layers: 1,
  precinctBits: 15,
  unknownSegment: false,
  missing: 0,
};

/** A codestream whose packets are all empty: every coefficient is zero. */
function codestream(claims: Partial<Claims>): Uint8Array {
  const { size, tile, layers, precinctBits, unknownSegment, missing } = { ...sound, ...claims };
  const levels = 5;
  const short = (...values: number[]) => values.flatMap((value) => [value >> 8, value & 255]);
  const long = (...values: number[]) => values.flatMap((value) => short(value >>> 16, value & 0xffff));
  const body = 2000;
  return Uint8Array.from([
    ...short(0xff4f, 0xff51, 41, 0),
    ...long(size, size, 0, 0, tile, tile, 0, 0),
    ...short(1, 0x0f01, 0x01ff).slice(0, 5),
    ...(unknownSegment ? short(0xff30, 4, 0) : []),
    ...short(0xff52, 12 + levels + 1, 0x0100, layers, levels, 0x0404, 1),
    ...Array.from({ length: levels + 1 }, () => precinctBits * 17),
    ...short(0xff5c, 3 + 3 * levels + 1),
    ...Array.from({ length: 3 * levels + 2 }, (_, index) => (index === 0 ? 0x40 : 0x80)),
    ...short(0xff90, 10, 0),
    ...long(14 + body + missing),
    ...short(1, 0xff93),
    ...Array.from({ length: body }, () => 0),
    ...short(0xffd9),
  ]);
}

function outcome(claims: Partial<Claims>): string {
  const size = claims.size ?? sound.size;
  try {
    const { samples, precision } = decodeJpeg2000(
      codestream(claims),
      { rows: size, columns: size, samples: 1 },
      false,
    );
    return `${precision} bits, ${samples.length} samples of ${samples[0]}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('JPEG 2000 headers', () => {
  it('of a sound stream without coefficients give the middle of the range', () => {
    expect(outcome({})).toBe('16 bits, 65536 samples of 32768');
  });

  it('that would cost the decoder minutes and gigabytes are refused at once', () => {
    const started = performance.now();
    expect(outcome({ size: 2048, tile: 2048, precinctBits: 1 })).toBe('precincts of 2 × 2 in JPEG 2000');
    expect(outcome({ layers: 65_535 })).toBe('65535 layers of JPEG 2000');
    expect(outcome({ size: 2048, tile: 16 })).toBe('16384 tiles in 2048 × 2048 pixels of JPEG 2000');
    expect(outcome({ unknownSegment: true })).toBe('expected a segment of JPEG 2000, found ff30');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('that promise more bytes than there are are refused', () => {
    expect(outcome({ missing: 10 })).toBe('expected 2024 bytes in a tile-part of JPEG 2000, found 2016');
  });

  it('of another size than the file says are refused', () => {
    const shape = { rows: 128, columns: 256, samples: 1 };
    expect(() => decodeJpeg2000(codestream({}), shape, false)).toThrow(
      'expected JPEG 2000 data of 128 × 256 pixels with 1 samples, found 256 × 256 with 1',
    );
  });
});
