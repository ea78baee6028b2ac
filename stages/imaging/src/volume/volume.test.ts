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
