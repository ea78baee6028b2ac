import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { cineLabel } from '../../records.ts';
import { centreLineChords, chordCount, wallChords } from './centre-line.ts';
import { distance, outline, type Point } from './contour.ts';

const around = (count: number, at: (angle: number) => Point): Point[] =>
  Array.from({ length: count }, (_, index) => at((2 * Math.PI * index) / count));
const circle = (radius: number, [x, y]: Point = [0, 0]) =>
  around(512, (angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
const lengths = (endo: readonly Point[], epi: readonly Point[]) =>
  wallChords(endo, epi).map(({ ends }) => distance(...ends!));

/** A slice of voxels by their distance and direction from a middle, in mm. */
function sliceMask(
  size: number,
  mm: readonly [number, number],
  label: (x: number, y: number) => number,
): Mask {
  const data = new Uint8Array(size * size);
  for (let at = 0; at < data.length; at++)
    data[at] = label(
      ((at % size) - (size - 1) / 2) * mm[0],
      (Math.floor(at / size) - (size - 1) / 2) * mm[1],
    );
  return {
    shape: [1, 1, size, size],
    data,
    affine: [mm[0], 0, 0, 0, 0, mm[1], 0, 0, 0, 0, 8, 0, 0, 0, 0, 1],
  };
}
const ringLabel = (inside: boolean, wall: boolean) =>
  inside ? cineLabel.leftVentricle : wall ? cineLabel.myocardium : 0;

describe('wallChords', () => {
  it('measures a ring of even width exactly, 100 times around', () => {
    const found = lengths(circle(22), circle(31));
    expect(found.length).toBe(chordCount);
    for (const mm of found) expect(Math.abs(mm - 9)).toBeLessThan(2e-3);
  });

  it('measures an eccentric ring between the shortest ways from each contour to the other', () => {
    const [inner, outer, off] = [20, 32, 5];
    for (const { ends } of wallChords(circle(inner, [off, 0]), circle(outer))) {
      // From a place on one circle the shortest way to the other is along that one's radius.
      const fromEndo = outer - Math.hypot(...ends![0]);
      const fromEpi = Math.hypot(ends![1][0] - off, ends![1][1]) - inner;
      const mm = distance(...ends!);
      expect(mm).toBeGreaterThan(Math.max(fromEndo, fromEpi) - 1e-2);
      expect(mm).toBeLessThan(Math.max(fromEndo, fromEpi) * 1.02);
    }
    const middles = wallChords(circle(inner, [off, 0]), circle(outer)).map(({ middle }) => middle);
    const steps = middles.map((point, at) => distance(point, middles[(at + 1) % middles.length]!));
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.03);
    const found = lengths(circle(inner, [off, 0]), circle(outer));
    expect(Math.abs(Math.min(...found) - (outer - inner - off))).toBeLessThan(0.02);
    expect(Math.abs(Math.max(...found) - (outer - inner + off))).toBeLessThan(0.02);
  });

  it('is not misled by an oval wall as rays from its middle are', () => {
    // Parallel curves of an ellipse: at every place the wall is 8 mm across.
    const [a, b, width] = [30, 15, 8];
    const endo = around(512, (t) => [a * Math.cos(t), b * Math.sin(t)]);
    const epi = around(512, (t) => {
      const [nx, ny] = [b * Math.cos(t), a * Math.sin(t)];
      const length = Math.hypot(nx, ny);
      return [a * Math.cos(t) + (width * nx) / length, b * Math.sin(t) + (width * ny) / length];
    });
    const found = lengths(endo, epi);
    expect(Math.max(...found.map((mm) => Math.abs(mm - width)))).toBeLessThan(0.06);
    const rays = epi.map(([x, y]) => {
      const inside = 1 / Math.hypot(x / a, y / b);
      return Math.hypot(x, y) * (1 - inside);
    });
    expect(Math.max(...rays)).toBeGreaterThan(width + 0.8);
  });
});

describe('outline', () => {
  it('is a circle around a disc of voxels, whatever their shape, and knows no empty region', () => {
    const [columnMm, rowMm, size] = [0.8, 1.4, 90];
    const region = sliceMask(size, [columnMm, rowMm], (x, y) => (Math.hypot(x, y) < 24 ? 1 : 0)).data;
    const line = outline(region, size, [columnMm, rowMm])!;
    const middle: Point = [((size - 1) / 2) * columnMm, ((size - 1) / 2) * rowMm];
    for (const point of line) expect(Math.abs(distance(point, middle) - 24)).toBeLessThan(0.45);
    const mean = line.reduce((sum, point) => sum + distance(point, middle), 0) / line.length;
    expect(Math.abs(mean - 24)).toBeLessThan(0.05);
    expect(outline(new Uint8Array(16), 4, [1, 1])).toBeNull();
  });
});

describe('centreLineChords', () => {
  it('finds the width of a ring of 1.5 mm voxels to 0.4 voxels, and in the mean to 0.05', () => {
    const mask = sliceMask(64, [1.5, 1.5], (x, y) => {
      const mm = Math.hypot(x - 1, y + 0.6);
      return ringLabel(mm < 21.3, mm < 30);
    });
    const found = centreLineChords(mask, 0, 0)!.map(({ thickness }) => thickness!);
    for (const mm of found) expect(Math.abs(mm - 8.7)).toBeLessThan(0.6);
    expect(Math.abs(found.reduce((sum, mm) => sum + mm, 0) / found.length - 8.7)).toBeLessThan(0.08);
  });

  it('says nothing where the wall is open, and counts a papillary muscle in the cavity for nothing', () => {
    const gap = (x: number, y: number) => Math.abs(Math.atan2(y, x)) < 0.6;
    const open = sliceMask(80, [1, 1], (x, y) => {
      const mm = Math.hypot(x, y);
      return ringLabel(mm < 20, mm < 28 && !gap(x, y));
    });
    const chords = centreLineChords(open, 0, 0)!;
    const missing = chords.filter(({ thickness }) => thickness === null).length;
    expect(missing).toBeGreaterThan(12);
    expect(missing).toBeLessThan(26);
    const muscle = sliceMask(80, [1, 1], (x, y) => {
      const mm = Math.hypot(x, y);
      return ringLabel(mm < 20 && Math.hypot(x - 8, y) > 4, mm < 28);
    });
    for (const { thickness } of centreLineChords(muscle, 0, 0)!)
      expect(Math.abs(thickness! - 8)).toBeLessThan(0.4);
  });

  it('has no chords without a cavity, and passes over a stray voxel of another', () => {
    expect(
      centreLineChords(
        sliceMask(20, [1, 1], () => 0),
        0,
        0,
      ),
    ).toBeNull();
    const stray = sliceMask(80, [1, 1], (x, y) => {
      const mm = Math.hypot(x, y);
      return ringLabel(mm < 20 || (x > 37 && y > 37), mm < 28);
    });
    for (const { thickness } of centreLineChords(stray, 0, 0)!)
      expect(Math.abs(thickness! - 8)).toBeLessThan(0.4);
  });
});
