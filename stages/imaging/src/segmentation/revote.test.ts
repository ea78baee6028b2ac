import { describe, expect, it } from 'vitest';
import { areasOf, type ProbabilityMaps } from './probability-maps.ts';
import { revotePhases, revoteSlices } from './revote.ts';

const size = 16;

/** Maps of two classes whose label 1 covers the first `count` pixels of each window, surely. */
function mapsOf(phases: number, slices: number, count: (t: number, z: number) => number): ProbabilityMaps {
  const area = size * size;
  const values = new Float32Array(phases * slices * 2 * area);
  for (let index = 0; index < phases * slices; index++) {
    const inside = count(Math.floor(index / slices), index % slices);
    for (let place = 0; place < area; place++) {
      const own = place < inside ? 0.9 : 0.1;
      values[index * 2 * area + place] = 1 - own;
      values[index * 2 * area + area + place] = own;
    }
  }
  return { phases, slices, classes: 2, size, values };
}

const beat = (t: number) => Math.round(120 + 60 * Math.cos((2 * Math.PI * t) / 12));

describe('voting on phases again', () => {
  it('leaves a beat alone that runs as beats do, the sharp end-systole of few phases included', () => {
    expect(revotePhases(mapsOf(12, 2, beat), [1])).toBe(0);
    const sharp = [180, 170, 130, 90, 70, 85, 120, 150, 165, 175];
    expect(
      revotePhases(
        mapsOf(10, 1, (t) => sharp[t]!),
        [1],
      ),
    ).toBe(0);
  });

  it('gives a phase that leaves the beat what its neighbours say, and changes no other', () => {
    for (const bad of [0, 5, 11]) {
      const maps = mapsOf(12, 2, (t, z) => (t === bad && z === 1 ? 10 : beat(t)));
      const before = areasOf(maps, 1);
      expect(revotePhases(maps, [1])).toBe(1);
      const after = areasOf(maps, 1);
      const [low, high] = [beat(bad - 1), beat(bad + 1)].sort((a, b) => a - b);
      expect(after[bad * 2 + 1]).toBeGreaterThanOrEqual(low!);
      expect(after[bad * 2 + 1]).toBeLessThanOrEqual(high!);
      for (let index = 0; index < 24; index++)
        if (index !== bad * 2 + 1) expect(after[index]).toBe(before[index]);
    }
  });

  it('looks at no series of few phases', () => {
    expect(
      revotePhases(
        mapsOf(2, 1, (t) => 200 * t),
        [1],
      ),
    ).toBe(0);
  });
});

describe('voting on slices again', () => {
  it('fills a slice that lacks what both neighbours hold', () => {
    const areas = [120, 110, 0, 90, 60, 0];
    const maps = mapsOf(1, 6, (_, z) => areas[z]!);
    expect(revoteSlices(maps, [1])).toBe(1);
    expect([...areasOf(maps, 1)]).toEqual([120, 110, 90, 90, 60, 0]);
  });

  it('leaves the ends of a ventricle and small neighbours alone', () => {
    expect(
      revoteSlices(
        mapsOf(1, 4, (_, z) => [0, 100, 80, 0][z]!),
        [1],
      ),
    ).toBe(0);
    expect(
      revoteSlices(
        mapsOf(1, 3, (_, z) => [20, 0, 30][z]!),
        [1],
      ),
    ).toBe(0);
  });
});
