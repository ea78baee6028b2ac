import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Mask, Volume } from '@myocast/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan, stackMask } from '../quantification/stack.fixture.ts';
import { volumeAt } from './dataset.ts';
import { dice } from './dice.ts';
import { imagesOf, segmenterOfLabels } from './known-labels.fixture.ts';
import { type Segmentation, segment } from './segment.ts';
import { openSegmenter, type Segmenter } from './segmenter.ts';

const truth = stackMask({ ...plan, phases: 2 });
const images = imagesOf(truth);
const segmenter = segmenterOfLabels('cine-sax', 3);

const messages = async (volume: Volume) =>
  (await segment(volume, segmenter, 'x')).issues.map(({ message }) => message).join('\n');

const [phases, slices, rows, columns] = truth.shape;
const area = rows * columns;

/** The volume with every slice changed in place. */
function eachSlice(change: (slice: Float32Array, z: number) => void): Volume {
  const data = images.data.slice();
  for (let index = 0; index < phases * slices; index++)
    change(data.subarray(index * area, (index + 1) * area), index % slices);
  return { ...images, data };
}

describe('what is no usual stack of a heart', () => {
  it('is refused when a voxel is no number', async () => {
    for (const bad of [NaN, Infinity]) {
      const data = images.data.slice();
      data[1234] = bad;
      const found = await segment({ ...images, data }, segmenter, 'x');
      expect(found.ok).toBe(false);
      expect(found.issues[0]!.message).toBe(`expected numbers in all voxels, found ${bad} at voxel 1234`);
    }
  });

  it('is refused when constant, or of one pixel a slice', async () => {
    const flat = { ...images, data: new Float32Array(images.data.length).fill(3) };
    expect(await messages(flat)).toContain('one constant value');
    const tiny = { ...images, shape: [1, 3, 1, 1] as const, data: Float32Array.of(1, 2, 3) };
    expect(await messages(tiny)).toContain('found 1 × 1');
  });

  it('is right with empty slices at the ends and one in between', async () => {
    const blank = eachSlice((slice, z) => [0, 4, 8].includes(z) && slice.fill(0));
    const found = await segment(blank, segmenter, 'x');
    if (!found.ok) throw new Error('refused');
    const own = (mask: Mask, z: number) => mask.data.subarray(z * area, (z + 1) * area);
    expect(own(found.value.mask, 0).some((label) => label > 0)).toBe(false);
    // The gap is filled from its neighbours, and said to be.
    expect(found.value.repairs.slicesRevoted).toBeGreaterThan(0);
    expect(dice(own(found.value.mask, 4), own(truth, 4), [3])).toBeGreaterThan(0.85);
    expect(found.issues.map(({ message }) => message)).toEqual([
      `slice 5 of ${slices} holds one value: the contours there are a guess`,
    ]);
  });

  it('is flagged when it is one slice, cut by the edge, or without an RV', async () => {
    const one = {
      ...images,
      shape: [1, 1, rows, columns] as const,
      data: images.data.slice(4 * area, 5 * area),
    };
    expect(await messages(one)).toContain('found one: not the whole heart');
    const cut = eachSlice((slice) => {
      const moved = slice.slice(30 * columns);
      slice.fill(0).set(moved);
    });
    expect(await messages(cut)).toContain('cut by the edge');
    const noRv = eachSlice((slice) => {
      for (let at = 0; at < slice.length; at++) if (slice[at] === 1) slice[at] = 0;
    });
    expect(await messages(noRv)).toContain('expected an RV beside the LV');
  });

  it('is flagged when the pixel size makes a mouse or a giant of it', async () => {
    const scaled = (factor: number): Volume => {
      const affine = images.affine!.map((value, at) => (at % 4 < 2 && at < 12 ? value * factor : value));
      return { ...images, affine };
    };
    expect(await messages(scaled(0.35))).toMatch(/mm wide|expected a heart/);
    expect(await messages(scaled(3))).toMatch(/mm wide|expected a heart|edge/);
    expect(await messages(scaled(1))).toBe('');
  });

  it('is refused or flagged when rows and slices are exchanged', async () => {
    const few = { ...images, shape: [phases, rows, slices, columns] as const };
    expect(await messages(few)).toContain(`found ${slices} × ${columns}: are slices and rows exchanged?`);
    const stretched = images.affine!.map((value, at) => (at % 4 === 1 && at < 12 ? value * 5 : value));
    expect(await messages({ ...images, affine: stretched })).toContain('are slices and rows exchanged?');
  });

  it('is the same heart mirrored, transposed or with its slices reversed', async () => {
    const plain = await segment(images, segmenter, 'x');
    if (!plain.ok) throw new Error('refused');
    const expected = new Float64Array(4);
    for (const label of plain.value.mask.data) expected[label]!++;
    const transposed = eachSlice((slice) => {
      const own = slice.slice();
      for (let at = 0; at < area; at++) slice[(at % columns) * rows + Math.floor(at / columns)] = own[at]!;
    });
    const mirrored = eachSlice((slice) => {
      for (let row = 0; row < rows; row++) slice.subarray(row * columns, (row + 1) * columns).reverse();
    });
    const data = new Float32Array(images.data.length);
    for (let index = 0; index < phases * slices; index++) {
      const from = index - 2 * (index % slices) + slices - 1;
      data.set(images.data.subarray(from * area, (from + 1) * area), index * area);
    }
    for (const turned of [transposed, mirrored, { ...images, data }]) {
      const found = await segment(turned, segmenter, 'x');
      if (!found.ok) throw new Error('refused');
      const counts = new Float64Array(4);
      for (const label of found.value.mask.data) counts[label]!++;
      for (const label of [1, 2, 3])
        expect(Math.abs(counts[label]! / expected[label]! - 1)).toBeLessThan(0.03);
    }
  });
});

const shared = join(import.meta.dirname, '../../../../../shared/data/acdc/patient019/ed.nii.gz');
const present = existsSync(shared);
if (!present) process.stderr.write('skipped: ../shared/data/acdc is not there\n');

describe.skipIf(!present)('a real stack', () => {
  let opened: Segmenter;
  let three: Volume;
  let plain: Segmentation;
  let area = 0;
  beforeAll(async () => {
    const [network, read] = [await openSegmenter('cine-sax', { threads: 1 }), await volumeAt(shared)];
    if (!network.ok || !read.ok) throw new Error('not read');
    opened = network.value;
    const { shape, data } = read.value;
    area = shape[2] * shape[3];
    // Three slices of the middle are enough to see, and quick.
    const from = Math.floor(shape[1] / 2) - 1;
    const middle = data.slice(from * area, (from + 3) * area);
    three = { ...read.value, shape: [1, 3, shape[2], shape[3]], data: middle };
    const found = await segment(three, opened, 'plain');
    if (!found.ok) throw new Error('refused');
    plain = found.value;
  });
  afterAll(() => opened.close());

  /** Every slice turned by half a turn. */
  const turned = <Data extends Float32Array | Uint8Array>(data: Data): Data =>
    data.map((_, at) => data[at - 2 * (at % area) + area - 1]!) as Data;

  it('upside down gives the same contours or a flag', async () => {
    const found = await segment({ ...three, data: turned(three.data) }, opened, 'down');
    const back = found.ok ? turned(found.value.mask.data) : null;
    const agreement = back === null ? 0 : (dice(back, plain.mask.data, [2, 3]) ?? 0);
    expect(agreement > 0.85 || found.issues.length > 0).toBe(true);
  });

  it('whose heart was cut out gives no contours without a flag', async () => {
    const [, , , columns] = three.shape;
    const [row, column] = plain.view.centre;
    const data = three.data.map((value, at) => {
      const away = Math.hypot(Math.floor((at % area) / columns) - row, (at % columns) - column);
      return away < 55 || plain.mask.data[at]! > 0 ? 300 : value;
    });
    expect((await segment({ ...three, data }, opened, 'no heart')).issues.length).toBeGreaterThan(0);
  });
});
