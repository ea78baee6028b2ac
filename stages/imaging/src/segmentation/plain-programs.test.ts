import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { signedDistance } from '../deformation/signed-distance.ts';
import { chooseLabels, nothingChosen } from './choose-labels.ts';
import { keepLargestComponent } from './largest-component.ts';
import type { ProbabilityMaps } from './probability-maps.ts';
import { addProbabilities, sampleScores } from './showing.ts';
import { normalise } from './view.ts';

/** What runs over every pixel of an exam is written to be fast; here it is written as it is meant. */
const random = new Random('plain programs');
const someFloats = (length: number) =>
  Float32Array.from({ length }, () => Math.round(20 * random.normal()) / 4);

describe('against plain programs', () => {
  it('normalises to the percentiles of the sorted values, ties and outliers included', () => {
    for (const length of [1, 2, 3, 40, 400, 2000]) {
      const image = someFloats(length);
      if (length > 10) image.set([900, -900], 3);
      const inside = Uint8Array.from(image, (_, place) => (place % 11 === 5 ? 0 : 1));
      const sorted = image.filter((_, place) => place % 3 === 0 && inside[place] === 1).toSorted();
      const at = (share: number) => share * (sorted.length - 1);
      const [low, high] = [sorted[Math.floor(at(0.01))]!, sorted[Math.ceil(at(0.99))]!];
      const clipped = [...image].map((value, place) =>
        inside[place] ? Math.min(high, Math.max(low, value)) : low,
      );
      const mean = clipped.reduce((sum, value) => sum + value, 0) / length;
      const sd = Math.sqrt(clipped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length);
      normalise(image, inside);
      for (const [place, value] of clipped.entries())
        expect(Math.abs(image[place]! - (sd > 1e-6 ? (value - mean) / sd : 0))).toBeLessThan(1e-5);
    }
  });

  it('keeps the largest of the pieces that grow together step by step', () => {
    const shape = [3, 3, 5, 6] as const;
    for (const only of [undefined, 2]) {
      const labels = Uint8Array.from({ length: 270 }, () =>
        Math.max(0, Math.floor(4 * random.uniform()) - 1),
      );
      const found = labels.slice();
      keepLargestComponent(found, shape, only);
      expect([...found]).toEqual([...largestByGrowth(labels, shape, only)]);
    }
  });

  it('chooses between four probable labels what their interpolated probabilities say', () => {
    const [classes, size] = [4, 24];
    const logits = someFloats(classes * size * size);
    // Sure background on the left, all labels on the right.
    for (let place = 0; place < size * size; place++) if (place % size < 10) logits[place] = 6;
    const values = new Float32Array(logits.length);
    addProbabilities(logits, values, null, size);
    const maps: ProbabilityMaps = { phases: 1, slices: 1, classes, size, values };
    const slice = { pixels: new Float32Array(900), rows: 30, columns: 30, pixelMm: [1.3, 1.1] as const };
    const labels = new Uint8Array(900).fill(9);
    const view = { centre: [14.2, 15.1] as const, zoomMm: 1.2, turn: 0, size };
    const sure = nothingChosen(classes);
    chooseLabels(slice, view, maps, 0, labels, sure);
    const expected = new Uint8Array(900).fill(9);
    const plain = nothingChosen(classes);
    for (let place = 0; place < 900; place++) {
      const y = 11.5 + ((Math.floor(place / 30) - 14.2) * 1.3) / 1.2;
      const x = 11.5 + (((place % 30) - 15.1) * 1.1) / 1.2;
      const scores = new Float64Array(classes);
      if (!sampleScores(values, scores, size, x, y)) continue;
      expected[place] = scores.indexOf(Math.max(...scores));
      if (expected[place] === 0) continue;
      plain.sums[expected[place]!]! += Math.max(...scores);
      plain.counts[expected[place]!]!++;
    }
    expect(Math.min(...plain.counts.slice(1))).toBeGreaterThan(30);
    expect([...labels]).toEqual([...expected]);
    expect(sure.counts).toEqual(plain.counts);
    for (const [label, sum] of plain.sums.entries()) expect(sure.sums[label]).toBeCloseTo(sum, 9);
  });

  it('makes probabilities of scores as their exponentials say', () => {
    const logits = someFloats(3 * 16);
    const sums = new Float32Array(3 * 16);
    addProbabilities(logits, sums, null, 4);
    for (let place = 0; place < 16; place++) {
      const powers = [0, 1, 2].map((c) => Math.exp(logits[16 * c + place]!));
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (const [c, power] of powers.entries())
        expect(Math.abs(sums[16 * c + place]! - power / total)).toBeLessThan(1e-7);
    }
  });

  it('measures the distance from the border to the nearest pixel of the other side', () => {
    const window = { firstColumn: 2, firstRow: 1, width: 9, height: 7, columnMm: 1.5, rowMm: 1.5 };
    const values = Float32Array.from({ length: 63 }, () => Number(random.uniform() < 0.3));
    const far = Array.from(values, (own, at) => {
      const others = [...values.keys()].filter((other) => values[other] !== own);
      const apart = (other: number) =>
        Math.hypot((at % 9) - (other % 9), Math.floor(at / 9) - Math.floor(other / 9));
      const nearest = 1.5 * Math.min(...others.map(apart)) - 0.75;
      return own === 1 ? -nearest : nearest;
    });
    // A kernel of 0.7 pixels smooths both in the same way.
    const found = signedDistance({ window, values })!.values;
    const half = [0, 1, 2].map((step) => Math.exp(-0.5 * (step / 0.7) ** 2));
    const whole = half[0]! + 2 * (half[1]! + half[2]!);
    const smooth = (read: (step: number) => number) =>
      half.reduce((sum, part, step) => sum + (part / whole) * (step ? read(step) + read(-step) : read(0)), 0);
    const inside = (place: number, end: number) => Math.min(end, Math.max(0, place));
    for (let row = 0; row < 7; row++)
      for (let column = 0; column < 9; column++) {
        const at = (y: number, x: number) => far[9 * inside(y, 6) + inside(x, 8)]!;
        const expected = smooth((down) => smooth((across) => at(row + down, column + across)));
        expect(Math.abs(found[9 * row + column]! - expected)).toBeLessThan(1e-5);
      }
  });
});

/** Every voxel takes the smallest name around it until none changes. */
function largestByGrowth(
  labels: Uint8Array,
  [phases, slices, rows, columns]: readonly [number, number, number, number],
  only: number | undefined,
): Uint8Array {
  const kept = labels.slice();
  const count = slices * rows * columns;
  const placeOf = (voxel: number) => [
    Math.floor(voxel / (rows * columns)),
    Math.floor(voxel / columns) % rows,
    voxel % columns,
  ];
  const apart = (a: number, b: number) =>
    placeOf(a).reduce((sum, value, axis) => sum + Math.abs(value - placeOf(b)[axis]!), 0);
  for (let t = 0; t < phases; t++) {
    const own = labels.subarray(t * count, (t + 1) * count);
    const wanted = [...own.keys()].filter((voxel) =>
      only === undefined ? own[voxel] !== 0 : own[voxel] === only,
    );
    const names = new Map(wanted.map((voxel) => [voxel, voxel]));
    for (let changed = true; changed; ) {
      changed = false;
      for (const a of wanted)
        for (const b of wanted)
          if (apart(a, b) === 1 && names.get(b)! < names.get(a)!) {
            names.set(a, names.get(b)!);
            changed = true;
          }
    }
    const sizeOf = (name: number) => [...names.values()].filter((own) => own === name).length;
    const [largest] = [...new Set(names.values())].sort((a, b) => sizeOf(b) - sizeOf(a) || a - b);
    for (const voxel of wanted) if (names.get(voxel) !== largest) kept[t * count + voxel] = 0;
  }
  return kept;
}
