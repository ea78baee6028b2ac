import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { uidOf } from './exam-dicom.ts';
import { heartGeometry, longAxisPlane, positionOf, shortAxisPlane } from './geometry.ts';
import { crossProduct, type Point } from './thorax.ts';

const dot = (a: Point, b: Point) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('the planes of the heart in the patient', () => {
  const geometry = heartGeometry(new Random(1));

  it('have right-handed unit directions, with the apex to the left, in front and below', () => {
    const { alongRow, alongColumn, towardsApex } = geometry;
    for (const vector of [alongRow, alongColumn, towardsApex]) expect(dot(vector, vector)).toBeCloseTo(1, 12);
    expect(dot(alongRow, alongColumn)).toBeCloseTo(0, 12);
    // Row × column points from the apex to the base: the heart is seen from its apex.
    expect(dot(crossProduct(alongRow, alongColumn), towardsApex)).toBeCloseTo(-1, 12);
    expect(towardsApex[0]).toBeGreaterThan(0);
    expect(towardsApex[1]).toBeLessThan(0);
    expect(towardsApex[2]).toBeLessThan(0);
    expect(alongColumn[2]).toBeLessThan(0);
  });

  it('step from slice to slice along the long axis, and the long axes hold it', () => {
    const at = (z: number) => positionOf(geometry, shortAxisPlane(geometry, z, 100), 3, -4);
    const step = at(20).map((value, axis) => value - at(10)[axis]!) as unknown as Point;
    expect(dot(step, geometry.towardsApex)).toBeCloseTo(10, 9);
    for (const degrees of [0, 60, 120]) {
      const { alongRow, alongColumn } = longAxisPlane(geometry, degrees, 0.2);
      expect(dot(alongColumn, geometry.towardsApex)).toBeCloseTo(-1, 12);
      expect(dot(alongRow, geometry.towardsApex)).toBeCloseTo(0, 12);
    }
    const [lateral, anterior] = [0, 90].map((degrees) => longAxisPlane(geometry, degrees, 0).alongRow);
    expect(dot(lateral!, anterior!)).toBeCloseTo(0, 12);
    // Anterior is up in the patient.
    expect(anterior![2]).toBeGreaterThan(0.5);
  });

  it('are named by UIDs that the standard allows', () => {
    expect(uidOf('a')).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
    expect(uidOf('a')).not.toBe(uidOf('b'));
    expect(uidOf('a').length).toBeLessThanOrEqual(64);
  });
});
