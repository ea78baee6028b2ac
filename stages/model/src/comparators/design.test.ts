import { describe, expect, it } from 'vitest';
import { fitDesign } from './design.ts';

const cells: (number | null)[][] = [
  [1, 0, 5, null],
  [3, 0, 5, null],
  [null, 1, 5, null],
  [8, 1, null, null],
  [100, null, 7, 2],
];
const features = {
  names: ['a', 'binary', 'constant', 'never'],
  sources: ['x', 'y', 'x', 'x'],
  read: (row: number) => cells[row]!,
};

describe('the design of a comparator', () => {
  const design = fitDesign(features, { train: [0, 1, 2, 3], test: [4] });

  it('has standardised columns by hand: the missing cell of 1, 3, 8 is the median 3', () => {
    // a: 1, 3, 3, 8 with mean 3.75 and variance (7.5625 + 2 * 0.5625 + 18.0625) / 4; binary: 0, 0, 1, 1
    const sd = Math.sqrt(26.75 / 4);
    const wanted = [-2.75 / sd, -1, -0.75 / sd, -1, -0.75 / sd, 1, 4.25 / sd, 1];
    for (const [at, value] of design.matrix([0, 1, 2, 3]).entries())
      expect(Math.abs(value - wanted[at]!)).toBeLessThan(1e-12);
    expect(design.names).toEqual(['a', 'binary']);
    expect(design.sources).toEqual(['x', 'y']);
  });

  it('fills a binary column with its upper median, and a row to predict from the training rows alone', () => {
    expect(design.matrix([4])[1]).toBe(1);
    expect(Math.abs(design.matrix([4])[0]! - 96.25 / Math.sqrt(26.75 / 4))).toBeLessThan(1e-12);
  });

  it('counts what it filled in and names what it left out', () => {
    expect(design.record({ depth: 2 })).toEqual({
      predictors: 2,
      leftOut: ['constant', 'never'],
      filledCells: { train: 1, test: 1 },
      chosen: { depth: 2 },
    });
  });
});
