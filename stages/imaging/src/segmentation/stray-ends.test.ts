import { describe, expect, it } from 'vitest';
import { dropStrayEnds } from './stray-ends.ts';

const [slices, rows, columns] = [6, 4, 20] as const;
const left = { cavity: 3, wall: [2] };

/** Two phases whose slices hold so many pixels of cavity, and two of wall. */
function cine(diastole: readonly number[], systole: readonly number[]): Uint8Array {
  const labels = new Uint8Array(2 * slices * rows * columns);
  for (const [index, area] of [...diastole, ...systole].entries()) {
    const start = index * rows * columns;
    labels.fill(left.cavity, start, start + area);
    if (area > 0) labels.fill(left.wall[0]!, start + area, start + area + 2);
    labels[start + 70] = 1;
  }
  return labels;
}

const areasOf = (labels: Uint8Array, label: number) =>
  Array.from(
    { length: 2 * slices },
    (_, index) =>
      labels.subarray(index * rows * columns, (index + 1) * rows * columns).filter((value) => value === label)
        .length,
  );

const drop = (labels: Uint8Array) => dropStrayEnds(labels, [2, slices, rows, columns], left);

describe('dropStrayEnds', () => {
  it('removes a basal and an apical cavity that do not contract with those between, wall and all', () => {
    const labels = cine([40, 60, 60, 60, 40, 10], [41, 20, 20, 20, 12, 11]);
    expect(drop(labels)).toBe(2);
    expect(areasOf(labels, 3)).toEqual([40, 60, 60, 60, 40, 10, 0, 20, 20, 20, 12, 0]);
    expect(areasOf(labels, 2)).toEqual([2, 2, 2, 2, 2, 2, 0, 2, 2, 2, 2, 0]);
    // The right ventricle beside it stays.
    expect(areasOf(labels, 1)).toEqual(Array(12).fill(1));
  });

  it('leaves a ventricle that hardly contracts, and an end slice a little larger than its neighbours', () => {
    const weak = cine([40, 60, 60, 60, 40, 10], [38, 52, 52, 52, 34, 9]);
    expect(drop(weak)).toBe(0);
    const near = cine([40, 60, 60, 60, 40, 10], [31, 20, 20, 20, 12, 0]);
    expect(drop(near)).toBe(0);
  });

  it('removes an end slice of systole that shows nothing in diastole', () => {
    const labels = cine([0, 60, 60, 60, 40, 10], [15, 20, 20, 20, 12, 2]);
    expect(drop(labels)).toBe(1);
    expect(areasOf(labels, 3)[6]).toBe(0);
  });

  it('does not judge where too few slices lie between', () => {
    const labels = cine([40, 60, 40, 0, 0, 0], [40, 20, 40, 0, 0, 0]);
    expect(drop(labels)).toBe(0);
  });
});
