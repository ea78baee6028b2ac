import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { assumedReference } from '../quantification/segments.ts';
import { evenStrain, expectedAreas, nothingExpected } from './incompressible-wall.ts';
import { evenRing, motionAt, movingRing, ringAt } from './moving-heart.fixture.ts';
import { shortAxisStrain } from './short-axis-strain.ts';
import type { LongAxisMotion } from './through-plane.ts';
import { trackSlice } from './track-slices.ts';
import { wallThicknesses } from './wall-lengths.ts';

const es = 6;
/** All slices of the ring are alike: only how much longer the cross-section grows matters. */
const shortens: LongAxisMotion = { strain: 1 / evenRing.thickening - 1, slicesMoved: () => 0 };

/** Rings of one phase each at end-diastole and end-systole, cavity and wall by slice in pixels of 1 mm. */
function stack(slices: readonly (readonly [inner: number, outer: number])[], innerNow: number): Mask {
  const size = 96;
  const shape = [2, slices.length, size, size] as const;
  const data = new Uint8Array(2 * slices.length * size * size);
  for (const [phase, factor] of [1, innerNow].entries())
    for (const [z, [inner, outer]] of slices.entries())
      for (let pixel = 0; pixel < size * size; pixel++) {
        const radius = Math.hypot((pixel % size) - 47.5, Math.floor(pixel / size) - 47.5);
        const label = radius < inner * factor ? 3 : radius < outer ? 2 : 0;
        data[(phase * slices.length + z) * size * size + pixel] = label;
      }
  return { shape, data, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1] };
}

describe('the strain of a ring that shortens along as much as around', () => {
  it('is the one that its cavity and its wall were made from', () => {
    for (const stretch of [0.7, 0.85, 0.95, 1, 1.1])
      for (const [cavity, wall] of [
        [1800, 1600],
        [400, 1500],
        [3000, 900],
      ] as const) {
        const now = stretch ** 2 * (cavity + wall / 2) - wall / (2 * stretch);
        if (now > 0) expect(evenStrain(cavity, wall, now)).toBeCloseTo(stretch - 1, 9);
      }
  });
});

describe('the area that incompressible muscle has in a plane', () => {
  it('grows by what the long axes shorten, in the share in which the cavity has emptied', () => {
    const { mask } = movingRing(evenRing);
    const expected = expectedAreas(mask, 0, es, shortens);
    expect(expected(1, 0)).toBeNull();
    expect(expected(1, es)!.share).toBeCloseTo(evenRing.thickening, 9);
    for (const phase of [2, 4, 9]) {
      const radius = 1 - 0.25 * motionAt(phase, 12);
      const share = (1 - radius ** 2) / (1 - 0.75 ** 2);
      expect(expected(1, phase)!.share).toBeCloseTo(1 / (1 + share * shortens.strain), 2);
    }
  });

  it('is that of the muscle which lay elsewhere at end-diastole', () => {
    const mask = stack(
      [
        [24, 34],
        [22, 31],
        [18, 26],
      ],
      0.7,
    );
    const wall = [34 ** 2 - 24 ** 2, 31 ** 2 - 22 ** 2, 26 ** 2 - 18 ** 2] as const;
    const expected = expectedAreas(mask, 0, 1, { strain: -0.1, slicesMoved: () => 0.25 });
    const near = (value: number, goal: number) => expect(Math.abs(value - goal)).toBeLessThan(0.02);
    // What is now in the second slice was a quarter of the way to the first.
    near(expected(1, 1)!.share, (0.75 * wall[1] + 0.25 * wall[0]) / wall[1] / 0.9);
    expect(expected(0, 1)!.share).toBeCloseTo(1 / 0.9, 6);
    near(expected(2, 1)!.share, (0.75 * wall[2] + 0.25 * wall[1]) / wall[2] / 0.9);
  });

  it('without long axes comes from the shortening around, less surely, the same whichever way the slices run', () => {
    const rings = [
      [24, 34],
      [22, 31],
      [18, 26],
    ] as const;
    const up = expectedAreas(stack(rings, 0.7), 0, 1, null);
    const down = expectedAreas(stack([...rings].reverse(), 0.7), 0, 1, null);
    for (const z of [0, 1, 2]) {
      expect(up(z, 1)!.share).toBeCloseTo(down(2 - z, 1)!.share, 9);
      expect(up(z, 1)!.share).toBeGreaterThan(1.05);
      expect(up(z, 1)!.tolerance).toBeGreaterThan(
        expectedAreas(stack(rings, 0.7), 0, 1, shortens)(z, 1)!.tolerance,
      );
    }
  });

  it('is not known of phases without contours, nor of slices without a wall', () => {
    const { mask } = movingRing(evenRing);
    const length = mask.data.length / 12;
    const area = length / 3;
    const bare = (at: number) => Math.floor(at / length) === 4 || Math.floor((at % length) / area) === 2;
    const data = mask.data.map((label, at) => (bare(at) ? 0 : label));
    const expected = expectedAreas({ ...mask, data }, 0, es, shortens);
    expect([expected(1, 4), expected(2, es)]).toEqual([null, null]);
    expect(expected(1, 5)).not.toBeNull();
  });
});

describe('contours whose wall is too thin in systole', () => {
  /** The images of a wall that thickens by a third, and contours of one that thickens by a fifth. */
  const { image } = movingRing(evenRing);
  const { mask } = movingRing({ ...evenRing, thickening: 1 });
  const [now, rest] = [ringAt(evenRing, 0, 1), ringAt(evenRing, 0, 0)];
  const truth = 100 * (now.wallMm / rest.wallMm - 1);
  const input = {
    image,
    mask,
    edPhase: 0,
    esPhase: es,
    reference: assumedReference(mask),
    timesMs: image.triggerTimesMs,
  };

  it('pulled radial strain down, and no longer do where muscle is neither made nor lost', () => {
    const drawn = Array<boolean>(12).fill(true);
    const free = trackSlice(input, 1, drawn, es, nothingExpected);
    if (free === null || free === 'lost') throw new Error('expected a slice');
    const thickness = (phase: number) =>
      wallThicknesses(free.bands[phase]!).reduce((sum, value) => sum + value, 0);
    expect(100 * (thickness(es) / thickness(0) - 1) - truth).toBeLessThan(-8);
    for (const [motion, within] of [
      [shortens, 3],
      [null, 5],
    ] as const) {
      const strain = shortAxisStrain(input, motion);
      if (!strain.ok) throw new Error(JSON.stringify(strain.issues));
      const { radial, circumferential } = strain.value;
      expect(Math.abs(radial.endSystolicPercent! - truth)).toBeLessThan(within);
      expect(
        Math.abs(circumferential.endSystolicPercent! - 100 * (now.middleMm / rest.middleMm - 1)),
      ).toBeLessThan(1.5);
    }
  });
});
