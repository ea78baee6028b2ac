import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { blurred, type Field, type ImageWindow } from './image-window.ts';
import { levelContour } from './level-contour.ts';
import { enclosedArea, lineLength, resampled } from './polyline.ts';
import { signedDistance } from './signed-distance.ts';
import { solveSymmetric } from './solve-symmetric.ts';
import { splineAt, splineBasis } from './spline-basis.ts';

const window: ImageWindow = {
  firstColumn: 5,
  firstRow: 9,
  width: 40,
  height: 34,
  columnMm: 1.5,
  rowMm: 2,
};

function drawn(inside: (x: number, y: number) => number): Field {
  const values = new Float32Array(window.width * window.height);
  for (let at = 0; at < values.length; at++) {
    const x = (window.firstColumn + (at % window.width)) * window.columnMm;
    const y = (window.firstRow + Math.floor(at / window.width)) * window.rowMm;
    values[at] = inside(x, y);
  }
  return { window, values };
}

describe('the distance from the border of a region', () => {
  it('is that of looking at every pixel of the other side, before it is smoothed', () => {
    const random = new Random('distance');
    const region = drawn((x, y) => (x < 30 && y < 50 && random.chance(0.2) ? 1 : 0));
    const brute = region.values.map((value, at) => {
      let least = Infinity;
      for (const [other, there] of region.values.entries()) {
        if (there === value) continue;
        const dx = ((at % 40) - (other % 40)) * window.columnMm;
        const dy = (Math.floor(at / 40) - Math.floor(other / 40)) * window.rowMm;
        least = Math.min(least, Math.hypot(dx, dy));
      }
      const half = (window.columnMm + window.rowMm) / 4;
      return value === 1 ? half - least : least - half;
    });
    const expected = blurred({ window, values: brute }, (0.7 * (window.columnMm + window.rowMm)) / 2);
    const found = signedDistance(region)!;
    for (const [at, value] of found.values.entries()) expect(value).toBeCloseTo(expected.values[at]!, 4);
  });

  it('does not exist where there is no border', () => {
    expect(signedDistance(drawn(() => 0))).toBeNull();
    expect(signedDistance(drawn(() => 1))).toBeNull();
  });
});

describe('the border at a level', () => {
  const cone = (x: number, y: number) => 20 - Math.hypot(x - 36, y - 50);

  it('of a cone is a circle, the inside on its left', () => {
    const border = levelContour(drawn(cone), 5)!;
    expect(lineLength(border, true) / (2 * Math.PI * 15)).toBeCloseTo(1, 2);
    // The rows grow downwards: with the inside on the left the area counts negative.
    expect(enclosedArea(border) / (Math.PI * 15 ** 2)).toBeCloseTo(-1, 2);
    for (let n = 0; n < border.length; n += 2)
      expect(Math.abs(Math.hypot(border[n]! - 36, border[n + 1]! - 50) - 15)).toBeLessThan(0.1);
  });

  it('is that of the largest region, closed along the edge of the window', () => {
    const two = drawn((x, y) => (x > 55 || Math.hypot(x - 20, y - 40) < 6 ? 1 : 0));
    const border = levelContour(two, 0.5)!;
    const columns = Array.from({ length: border.length / 2 }, (_, n) => border[2 * n]!);
    expect(Math.min(...columns)).toBeGreaterThan(53);
    expect(Math.max(...columns)).toBeGreaterThan((5 + 39) * 1.5);
    expect(
      levelContour(
        drawn(() => 0),
        0.5,
      ),
    ).toBeNull();
  });
});

describe('lines', () => {
  it('keep their ends and even distances when they are resampled', () => {
    const points = resampled(Float64Array.of(0, 0, 3, 0, 3, 1), 5);
    expect([...points]).toEqual([0, 0, 1, 0, 2, 0, 3, 0, 3, 1]);
  });
});

describe('splines along a wall', () => {
  it('of coefficients on a straight line are that line, open or over one turn', () => {
    const open = splineBasis(11, 5, false);
    const line = Float64Array.from({ length: open.count }, (_, k) => k - 1);
    for (let point = 0; point <= 10; point++)
      expect(splineAt(open, line, 0, point)).toBeCloseTo(point / 2, 12);
    const closed = splineBasis(12, 6, true);
    const even = new Float64Array(closed.count).fill(3);
    for (let point = 0; point < 12; point++) expect(splineAt(closed, even, 0, point)).toBeCloseTo(3, 12);
  });
});

describe('symmetric equations', () => {
  it('are solved as multiplied, and refused when not positive definite', () => {
    const random = new Random('equations');
    const n = 9;
    const root = Array.from({ length: n * n }, () => random.normal());
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      let sum = Math.floor(at / n) === at % n ? 0.1 : 0;
      for (let k = 0; k < n; k++) sum += root[Math.floor(at / n) * n + k]! * root[(at % n) * n + k]!;
      return sum;
    });
    const x = Float64Array.from({ length: n }, () => random.normal());
    const b = x.map((_, row) => x.reduce((sum, value, k) => sum + matrix[row * n + k]! * value, 0));
    expect(solveSymmetric(matrix.slice(), b)).toBe(true);
    for (const [at, value] of x.entries()) expect(b[at]).toBeCloseTo(value, 9);
    expect(solveSymmetric(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBe(false);
  });
});
