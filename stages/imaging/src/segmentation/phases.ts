import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Mask, Volume } from '@myocast/dicom';

/** Parts of one cine, such as end-diastole and end-systole, as one; the grid is the first one's. */
export function joinPhases<Part extends Volume | Mask>(parts: readonly Part[], name: string): Checked<Part> {
  const first = parts[0]!;
  const other = parts.find(({ shape }) => shape.join() !== first.shape.join());
  if (other)
    return refused(
      issue(
        'bad-geometry',
        name,
        `expected phases of one shape, found [${first.shape.join(', ')}] and [${other.shape.join(', ')}]`,
      ),
    );
  const length = first.data.length;
  const data =
    first.data instanceof Uint8Array
      ? new Uint8Array(length * parts.length)
      : new Float32Array(length * parts.length);
  for (const [at, part] of parts.entries()) data.set(part.data, at * length);
  const [t, z, y, x] = first.shape;
  return accepted({ ...first, shape: [t * parts.length, z, y, x], data });
}

/** The mask of part `at` of as many parts as were joined. */
export function splitPhases(
  { shape: [phases, z, y, x], data, affine }: Mask,
  at: number,
  parts: number,
): Mask {
  const length = data.length / parts;
  return { shape: [phases / parts, z, y, x], data: data.subarray(at * length, (at + 1) * length), affine };
}
