import { gunzipSync } from 'node:zlib';
import type { Mask, Volume } from '@myocast/dicom';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { readNifti } from './nifti.ts';
import { writeNifti } from './nifti-writer.ts';
import { readPngStack } from './png-stack.ts';

const affine = [0.7, 0, 0.2, -100.5, 0, 0.7, 0, -80.25, 0.1, 0, 8, 33, 0, 0, 0, 1];

function cine(scale = 1): Volume {
  const shape = [3, 2, 4, 5] as const;
  const data = Float32Array.from({ length: 120 }, (_, index) => (index - 30) * scale);
  return { shape, data, affine, triggerTimesMs: [10, 45, 80] };
}

function valueOf(bytes: Uint8Array): Volume {
  const checked = readNifti(bytes, 'x.nii.gz');
  if (!checked.ok) throw new Error(checked.issues[0]!.message);
  return checked.value;
}

describe('readNifti and writeNifti', () => {
  it('give back a 4-D volume of whole or broken numbers with its geometry and phases', () => {
    for (const scale of [1, 0.37]) {
      const volume = cine(scale);
      const back = valueOf(writeNifti(volume));
      expect(back.shape).toEqual(volume.shape);
      expect(back.data).toEqual(volume.data);
      for (const [index, value] of affine.entries()) expect(back.affine![index]).toBeCloseTo(value, 5);
      expect(back.triggerTimesMs).toEqual([10, 45, 80]);
    }
  });

  it('write RAS: the sign of the x and y rows is turned', () => {
    const plain = gunzipSync(writeNifti(cine()));
    expect(plain.readFloatLE(280)).toBeCloseTo(-0.7, 6);
    expect(plain.readFloatLE(280 + 12)).toBeCloseTo(100.5, 4);
    expect(plain.readFloatLE(280 + 32)).toBeCloseTo(0.1, 6);
  });

  it('keep labels as bytes, and no geometry as no geometry', () => {
    const mask: Mask = { shape: [1, 2, 2, 2], data: Uint8Array.of(0, 1, 2, 3, 4, 0, 1, 2), affine: null };
    const back = valueOf(writeNifti(mask));
    expect([...back.data]).toEqual([...mask.data]);
    expect(back.affine).toBeNull();
    expect(back.triggerTimesMs).toBeNull();
  });

  it('read the qform, the slope and big-endian voxels', () => {
    const header = Buffer.from(gunzipSync(writeNifti({ ...cine(), triggerTimesMs: null })));
    const swapped = bigEndianOf(header);
    swapped.writeFloatBE(2, 112);
    swapped.writeFloatBE(5, 116);
    swapped.writeInt16BE(0, 254);
    swapped.writeInt16BE(1, 252);
    // A quarter turn about z, so that columns run along +y in RAS.
    swapped.writeFloatBE(0, 256);
    swapped.writeFloatBE(0, 260);
    swapped.writeFloatBE(Math.SQRT1_2, 264);
    const back = valueOf(swapped);
    expect(back.data[0]).toBe(-30 * 2 + 5);
    expect(back.affine![4]).toBeCloseTo(-Math.hypot(0.7, 0.1), 5);
    expect(back.affine![0]).toBeCloseTo(0, 5);
  });

  it('refuse what is no NIfTI, cut short, not finite or of a strange type, in one line', () => {
    const whole = gunzipSync(writeNifti(cine(0.5)));
    const kinds = (bytes: Uint8Array) => readNifti(bytes, 'x').issues.map(({ kind }) => kind);
    expect(kinds(new Uint8Array(0))).toEqual(['not-readable']);
    expect(kinds(new Uint8Array(1000))).toEqual(['not-readable']);
    expect(kinds(Uint8Array.of(0x1f, 0x8b, 1, 2, 3))).toEqual(['not-readable']);
    expect(kinds(whole.subarray(0, whole.length - 1))).toEqual(['truncated']);
    const notFinite = Buffer.from(whole);
    notFinite.writeFloatLE(Number.NaN, 352);
    expect(kinds(notFinite)).toEqual(['bad-value']);
    const colour = Buffer.from(whole);
    colour.writeInt16LE(128, 70);
    expect(kinds(colour)).toEqual(['unsupported']);
    const fiveD = Buffer.from(whole);
    fiveD.writeInt16LE(5, 40);
    fiveD.writeInt16LE(3, 50);
    expect(kinds(fiveD)).toEqual(['unsupported']);
  });
});

describe('a NIfTI header that no image can have', () => {
  const whole = gunzipSync(writeNifti(cine()));
  /** The file with some bytes of its header changed. */
  const with16 = (...changes: readonly (readonly [offset: number, value: number])[]) => {
    const file = Buffer.from(whole);
    for (const [offset, value] of changes) file.writeInt16LE(value, offset);
    return file;
  };
  const withFloat = (...changes: readonly (readonly [offset: number, value: number])[]) => {
    const file = Buffer.from(whole);
    for (const [offset, value] of changes) file.writeFloatLE(value, offset);
    return file;
  };

  it('is refused: its sides, offsets and scaling', () => {
    const said = (file: Uint8Array) => {
      const { ok, issues } = readNifti(file, 'x');
      return [ok, issues[0]?.kind, issues[0]?.message];
    };
    const dims = '[4, -5, 4, 2, 3, 1, 1, 1]';
    expect(said(with16([42, -5]))).toEqual([
      false,
      'unsupported',
      `expected sides of at least 1 and below 2^31 voxels, found ${dims}`,
    ]);
    expect(said(with16([42, 0]))[1]).toBe('unsupported');
    expect(said(with16([40, 0]))[1]).toBe('unsupported');
    expect(said(with16([40, 8]))[1]).toBe('unsupported');
    // 32767³ voxels: nothing is allocated by what a header claims.
    expect(said(with16([42, 32_767], [44, 32_767], [46, 32_767]))[1]).toBe('unsupported');
    expect(said(with16([42, 32_767], [44, 2000]))[1]).toBe('truncated');
    for (const offset of [-1, 100, 1e30, 353.5, Number.NaN])
      expect(said(withFloat([108, offset]))[1]).toBe('bad-value');
    expect(said(withFloat([112, 2], [116, Number.NaN]))[2]).toBe('expected a finite scl_inter, found NaN');
    for (const [code, name] of [
      [1, 'single bits'],
      [32, 'complex64'],
      [128, 'RGB colour'],
      [2304, 'RGBA colour'],
      [1536, 'float128'],
      [77, 'data type 77'],
    ] as const)
      expect(said(with16([70, code]))[2]).toBe(`expected one real number a voxel, found ${name}`);
    const vectors = said(with16([40, 5], [50, 3], [68, 1007]))[2];
    expect(vectors).toContain('of intent 1007');
    const analyze = Buffer.from(whole);
    analyze.fill(0, 344, 348);
    expect(said(analyze)[2]).toContain('Analyze');
    expect(said(Buffer.from(whole).fill('ni1\0', 344, 348))[2]).toContain('.img file beside it, found none');
  });

  it('loses its geometry, not its voxels, where the affine or the quaternion is impossible', () => {
    for (const file of [
      withFloat([280, Number.NaN]),
      withFloat([280, 0], [296, 0], [312, 0]),
      withFloat([280, 1e6]),
      // x and y along one line.
      withFloat([280, 1], [284, 1], [296, 0], [300, 0], [312, 0], [316, 0]),
    ]) {
      const read = readNifti(file, 'x');
      expect(read.ok && read.value.affine).toBeNull();
      expect(read.ok && read.value.data).toEqual(cine().data);
      expect(read.issues[0]?.message).toMatch(/sform, found none: no geometry is given/);
    }
    const longQuaternion = withFloat([256, 0.9], [260, 0.9], [264, 0]);
    longQuaternion.writeInt16LE(0, 254);
    longQuaternion.writeInt16LE(1, 252);
    const read = readNifti(longQuaternion, 'x');
    expect(read.ok && read.value.affine).toBeNull();
    expect(read.issues[0]?.message).toMatch(/quaternion of length 1/);
  });

  it('is read where only its scaling is void; bytes behind the voxels are said', () => {
    expect(valueOf(withFloat([112, Number.NaN], [116, Number.NaN])).data).toEqual(cine().data);
    expect(valueOf(withFloat([112, 0], [116, 7])).data).toEqual(cine().data);
    const longer = readNifti(Buffer.concat([whole, Buffer.alloc(10)]), 'x');
    expect(longer.ok && longer.value.data).toEqual(cine().data);
    expect(longer.issues.map(({ message }) => message)).toEqual([
      `expected ${whole.length} bytes, found 10 more behind the voxels`,
    ]);
  });

  it('of large whole numbers says how many are rounded', () => {
    const file = Buffer.concat([whole.subarray(0, 352), Buffer.alloc(120 * 4)]);
    file.writeInt16LE(8, 70);
    file.writeInt32LE(2 ** 24 + 1, 352);
    file.writeInt32LE(2 ** 24, 356);
    expect(readNifti(file, 'x').issues.map(({ message }) => message)).toEqual([
      '1 voxels are rounded to single precision',
    ]);
  });

  it('a volume that NIfTI-1 cannot state is a mistake of the caller', () => {
    const shape = [1, 1, 1, 40_000] as const;
    const volume = { shape, data: new Float32Array(40_000), affine: null, triggerTimesMs: null };
    expect(() => writeNifti(volume)).toThrow('expected sides of 1 to 32767, got [1, 1, 1, 40000]');
  });
});

describe('readPngStack', () => {
  const png = (width: number, channels = 1) =>
    encode({ width, height: 2, data: new Uint8Array(width * 2 * channels).fill(7), channels, depth: 8 });

  it('stacks slices of one size, without geometry', () => {
    const stack = readPngStack([
      { path: 'a', bytes: png(3) },
      { path: 'b', bytes: png(3) },
    ]);
    expect(stack.ok && stack.value.shape).toEqual([1, 2, 2, 3]);
    expect(stack.ok && stack.value.affine).toBeNull();
    expect(stack.ok && stack.value.data.every((value) => value === 7)).toBe(true);
  });

  it('refuses an empty stack, other sizes, colour and other bytes', () => {
    const kinds = (...files: Uint8Array[]) =>
      readPngStack(files.map((bytes, index) => ({ path: `${index}`, bytes }))).issues.map(({ kind }) => kind);
    expect(kinds()).toEqual(['empty-input']);
    expect(kinds(png(3), png(4))).toEqual(['bad-geometry']);
    expect(kinds(png(3, 3))).toEqual(['not-readable']);
    expect(kinds(Uint8Array.of(1, 2, 3))).toEqual(['not-readable']);
  });
});

/** The same file with header fields and voxels in the other byte order. */
function bigEndianOf(file: Buffer): Buffer {
  const swapped = Buffer.from(file);
  const turn = (start: number, end: number, width: number) => {
    for (let at = start; at < end; at += width) swapped.subarray(at, at + width).reverse();
  };
  turn(0, 4, 4);
  turn(40, 56, 2);
  turn(68, 76, 2);
  turn(76, 120, 4);
  turn(136, 140, 4);
  turn(252, 256, 2);
  turn(256, 328, 4);
  turn(352, swapped.length, file.readInt16LE(72) / 8);
  return swapped;
}
