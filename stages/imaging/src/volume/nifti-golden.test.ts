import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNifti } from './nifti.ts';
import { writeNifti } from './nifti-writer.ts';

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly file: string;
    readonly shape: readonly number[];
    readonly affineRas: readonly (readonly number[])[];
    readonly values: readonly number[];
  }[];
}

const path = new URL('../../../../reference/imaging/nifti-golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;

describe('files that nibabel wrote', () => {
  it.each(golden.cases)(
    '$name: values and place are those nibabel reads',
    ({ file, shape, affineRas, values }) => {
      const checked = readNifti(Buffer.from(file, 'base64'), 'golden');
      if (!checked.ok) throw new Error(checked.issues[0]!.message);
      const { value: volume } = checked;
      expect([...volume.shape]).toEqual([shape[3] ?? 1, shape[2], shape[1], shape[0]]);
      for (const [index, value] of values.entries())
        expect(Math.abs(volume.data[index]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      for (const [row, line] of affineRas.entries())
        for (const [column, value] of line.entries())
          expect(volume.affine![4 * row + column]! * (row < 2 ? -1 : 1)).toBeCloseTo(value, 4);
      const back = readNifti(writeNifti(volume), 'written');
      expect(back.ok && back.value.data).toEqual(volume.data);
    },
  );
});
