import { readFileSync } from 'node:fs';
import type { Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { readNifti } from './nifti.ts';
import { writeNifti } from './nifti-writer.ts';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly voxels: string | null;
  readonly shape: readonly number[];
  readonly affineRas: readonly (readonly number[])[] | null;
  readonly timesMs: readonly number[] | null;
  readonly values: readonly number[];
}

const path = new URL('../../../../reference/imaging/nifti-golden.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { readonly cases: readonly Case[] };
const bytes = (base64: string) => Buffer.from(base64, 'base64');

function read(file: Uint8Array, voxels?: Uint8Array): Volume {
  const checked = readNifti(file, 'golden', voxels);
  if (!checked.ok) throw new Error(checked.issues[0]!.message);
  expect(checked.issues).toEqual([]);
  return checked.value;
}

/** A qform in single precision is good to some 1e-7 of its numbers. */
function expectClose(found: readonly number[] | null, expected: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  for (const [index, value] of expected.entries())
    expect(Math.abs(found![index]! - value)).toBeLessThan(tolerance);
}

/** x and y change sign between RAS and LPS. */
const lps = (ras: readonly (readonly number[])[]) =>
  ras.flatMap((line, row) => line.map((value) => (row < 2 ? -value : value)));

describe('files that nibabel wrote', () => {
  it('are of every data type, version and byte order', () => {
    expect(cases.filter(({ name }) => name.endsWith('endian')).length).toBeGreaterThanOrEqual(40);
  });

  it.each(cases)('$name: values, place and times are those nibabel reads', (golden) => {
    const volume = read(bytes(golden.file), golden.voxels === null ? undefined : bytes(golden.voxels));
    const [x, y, z = 1, t = 1] = golden.shape;
    expect([...volume.shape]).toEqual([t, z, y, x]);
    expect([...volume.data]).toEqual(golden.values.map(Math.fround));
    if (golden.affineRas !== null) expectClose(volume.affine, lps(golden.affineRas), 1e-5);
    if (golden.timesMs === null) expect(volume.triggerTimesMs).toBeNull();
    else expectClose(volume.triggerTimesMs, golden.timesMs, 1e-4);
    const back = read(writeNifti(volume));
    expect(back.data).toEqual(volume.data);
    if (volume.affine !== null) expectClose(back.affine, volume.affine, 1e-5);
    if (golden.timesMs !== null) expectClose(back.triggerTimesMs, golden.timesMs, 1e-3);
  });
});
