import { describe, expect, it } from 'vitest';
import type { Mask, Volume } from '@myocast/dicom';
import { darkBandShare } from './dark-band.ts';

const size = 40;
const shape = [1, 2, size, size] as const;

/** Two slices of a ring of wall (100) around a cavity (300), 316 pixels each, on air (5). */
function ring(): { volume: Volume; mask: Mask; within: number } {
  const labels = new Uint8Array(2 * size * size);
  const data = new Float32Array(labels.length).fill(5);
  for (let at = 0; at < labels.length; at++) {
    const away = Math.hypot((Math.floor(at / size) % size) - 20, (at % size) - 20);
    labels[at] = away < 6 ? 3 : away < 10 ? 2 : 0;
    if (away < 10) data[at] = away < 6 ? 300 : 100;
  }
  const within = labels.filter((label) => label > 0).length / 2;
  return {
    volume: { shape, data, affine: null, triggerTimesMs: null },
    mask: { shape, data: labels, affine: null },
    within,
  };
}

/** Makes places of the first slice dark. */
function darkened(places: readonly (readonly [row: number, column: number])[], value = 10) {
  const { volume, mask, within } = ring();
  for (const [row, column] of places) volume.data[row * size + column] = value;
  return { volume, mask, within };
}

const line = (row: number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => [row, from + n] as const);

describe('darkBandShare', () => {
  it('is nothing for blood and wall, and the air around does not count', () => {
    const { volume, mask } = ring();
    expect(darkBandShare(volume, mask)).toBe(0);
  });

  it('is the largest piece of the slice, mean over the slices, by hand', () => {
    const { volume, mask, within } = darkened([...line(20, 14, 26), ...line(14, 19, 20)]);
    expect(darkBandShare(volume, mask)).toBeCloseTo(13 / within / 2, 12);
  });

  it('counts from half of the wall down', () => {
    const at = (value: number) => darkBandShare(...pair(darkened(line(20, 18, 20), value)));
    expect(at(50)).toBe(0);
    expect(at(49.9)).toBeGreaterThan(0);
  });

  it('sees a band that the contours leave out', () => {
    const band = [19, 20, 21].flatMap((row) => line(row, 11, 29));
    const { volume, mask } = darkened(band);
    const whole = darkBandShare(volume, mask)!;
    for (const [row, column] of band) mask.data[row * size + column] = 0;
    // Columns at the sides have labels above and below it: all but the outermost places are within.
    expect(darkBandShare(volume, mask)).toBeGreaterThan(0.8 * whole);
    expect(whole).toBeGreaterThan(0.05);
  });

  it('is not known without a wall, and looks at the first phase alone', () => {
    const { volume, mask } = darkened(line(20, 14, 26));
    expect(
      darkBandShare(volume, { ...mask, data: mask.data.map((label) => (label === 2 ? 0 : label)) }),
    ).toBeNull();
    const before = ring();
    const both = {
      volume: {
        ...volume,
        shape: [2, 2, size, size] as const,
        data: joined(before.volume.data, volume.data),
      },
      mask: {
        ...mask,
        shape: [2, 2, size, size] as const,
        data: Uint8Array.from([...mask.data, ...mask.data]),
      },
    };
    expect(darkBandShare(both.volume, both.mask)).toBe(0);
  });
});

const pair = ({ volume, mask }: { volume: Volume; mask: Mask }) => [volume, mask] as const;
const joined = (first: Float32Array, second: Float32Array) => Float32Array.from([...first, ...second]);
