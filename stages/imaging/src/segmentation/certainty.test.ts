import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { drawnAreas, interval, structureCertainty } from './certainty.ts';
import type { ProbabilityMaps } from './probability-maps.ts';

const size = 20;
const area = size * size;

/** Two classes; `chance` is the probability of label 1 at each place of each window. */
function mapsOf(
  phases: number,
  slices: number,
  chance: (index: number, place: number) => number,
): ProbabilityMaps {
  const values = new Float32Array(phases * slices * 2 * area);
  for (let index = 0; index < phases * slices; index++)
    for (let place = 0; place < area; place++) {
      values[index * 2 * area + area + place] = chance(index, place);
      values[index * 2 * area + place] = 1 - chance(index, place);
    }
  return { phases, slices, classes: 2, size, values };
}

describe('expected Dice', () => {
  it('is the formula by hand, slice by slice and over the stack', () => {
    // Slice 0: 100 pixels of 0.8, the others 0. Slice 1: 50 of 0.6 and 50 of 0.4.
    const maps = mapsOf(1, 2, (z, place) => {
      if (z === 0) return place < 100 ? 0.8 : 0;
      return place < 50 ? 0.6 : place < 100 ? 0.4 : 0;
    });
    const { expectedDice, sliceDice } = structureCertainty(maps, [1]);
    expect(sliceDice[0]).toBeCloseTo((2 * 80) / (100 + 80), 5);
    expect(sliceDice[1]).toBeCloseTo((2 * 30) / (50 + 50), 5);
    expect(expectedDice).toBeCloseTo((2 * 110) / (180 + 100), 5);
  });

  it('is the mean Dice of truths that are drawn from the probabilities', () => {
    const random = new Random('truths');
    const chances = Float64Array.from({ length: area }, () => random.uniform() ** 2);
    const maps = mapsOf(1, 1, (_, place) => chances[place]!);
    let sum = 0;
    for (let draw = 0; draw < 400; draw++) {
      let [both, either] = [0, 0];
      for (const chance of chances) {
        const truth = random.chance(chance);
        if (truth && chance > 0.5) both++;
        either += (truth ? 1 : 0) + (chance > 0.5 ? 1 : 0);
      }
      sum += (2 * both) / either;
    }
    expect(structureCertainty(maps, [1]).expectedDice).toBeCloseTo(sum / 400, 2);
  });

  it('is null where a structure is nowhere the most probable', () => {
    expect(
      structureCertainty(
        mapsOf(1, 1, () => 0.2),
        [1],
      ),
    ).toEqual({ expectedDice: null, sliceDice: [null] });
  });
});

describe('areas that readers could draw', () => {
  /** A disc whose border is as wide as `soft` says. */
  const disc = (soft: number) =>
    mapsOf(1, 5, (_, place) => {
      const far = Math.hypot((place % size) - 9.5, Math.floor(place / size) - 9.5);
      return 1 / (1 + Math.exp((far - 6) / soft));
    });

  it('spread around the area of the contour, more where the border is softer, and are the same again', () => {
    const widths = [0.1, 0.5, 1].map((soft) => {
      const drawn = drawnAreas(disc(soft), [1], 0, new Random('readers'));
      const [low, high] = interval(drawn);
      const count = [...disc(soft).values.subarray(area, 2 * area)].filter((chance) => chance > 0.5).length;
      expect(low).toBeLessThanOrEqual(5 * count);
      expect(high).toBeGreaterThanOrEqual(5 * count);
      return high - low;
    });
    expect(widths[0]).toBeLessThan(widths[1]!);
    expect(widths[1]).toBeLessThan(widths[2]!);
    const again = () => [...drawnAreas(disc(1), [1], 0, new Random('readers'))];
    expect(again()).toEqual(again());
  });

  it('are nothing where the structure is surely nowhere', () => {
    const drawn = drawnAreas(
      mapsOf(1, 1, () => 0),
      [1],
      0,
      new Random('x'),
    );
    expect(drawn.every((value) => value === 0)).toBe(true);
  });
});
