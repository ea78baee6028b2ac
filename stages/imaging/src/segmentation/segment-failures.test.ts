import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Mask, Volume } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { plan, stackMask } from '../quantification/stack.fixture.ts';
import { volumeAt } from './dataset.ts';
import { dice } from './dice.ts';
import { imagesOf, segmenterOfLabels } from './known-labels.fixture.ts';
import { segment } from './segment.ts';
import { openSegmenter } from './segmenter.ts';

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
    expect(await messages(tiny)).toContain('1 × 1 pixels');
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
    for (const turned of [transposed, mirrored]) {
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
  it('upside down or without its heart gives no number without a word', async () => {
    const [opened, read] = [await openSegmenter('cine-sax', { threads: 1 }), await volumeAt(shared)];
    if (!opened.ok || !read.ok) throw new Error('not read');
    const { shape, data, affine, triggerTimesMs } = read.value;
    const count = shape[2] * shape[3];
    const middle = Math.floor(shape[1] / 2);
    // Three slices are enough to see, and quick.
    const three: Volume = {
      shape: [1, 3, shape[2], shape[3]],
      data: data.slice((middle - 1) * count, (middle + 2) * count),
      affine,
      triggerTimesMs,
    };
    const plain = await segment(three, opened.value, 'plain');
    const down = {
      ...three,
      data: three.data.map((_, at, all) => all[at - (at % count) + count - 1 - (at % count)]!),
    };
    const found = await segment(down, opened.value, 'down');
    if (!plain.ok) throw new Error('refused');
    const back = found.ok
      ? found.value.mask.data.map((_, at, all) => all[at - (at % count) + count - 1 - (at % count)]!)
      : null;
    const agrees = back !== null && (dice(back, plain.value.mask.data, [2, 3]) ?? 0) > 0.85;
    expect(agrees || found.issues.length > 0).toBe(true);
    const noHeart = { ...three, data: three.data.slice() };
    for (const [at, label] of plain.value.mask.data.entries()) {
      const row = Math.floor((at % count) / shape[3]);
      const column = at % shape[3];
      const [top, left] = plain.value.view.centre;
      if (label > 0 || Math.hypot(row - top, column - left) < 55) noHeart.data[at] = 300;
    }
    expect((await segment(noHeart, opened.value, 'no heart')).issues.length).toBeGreaterThan(0);
    await opened.value.close();
  });
});
