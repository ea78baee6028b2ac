import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { areaShare, wallArea } from './wall-area.ts';
import { coefficientCount, displaced, movable, type WallBand } from './wall-band.ts';

const count = 72;

/** A ring in circles, whose points of the two sides lie turned against each other by a shear. */
function ring(inner: number, outer: number, shear = 0): WallBand {
  const circle = (radius: number, turn: number) =>
    Float64Array.from({ length: 2 * count }, (_, at) => {
      const angle = (2 * Math.PI * (at >> 1)) / count + turn;
      return 40 + radius * (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    });
  const there = new Uint8Array(count).fill(1);
  return { closed: true, count, inner: circle(inner, 0), outer: circle(outer, shear), there };
}

/** Area of a regular polygon against that of its circle. */
const polygon = ((count / 2) * Math.sin((2 * Math.PI) / count)) / Math.PI;

describe('the area of a wall', () => {
  it('is that between two circles, however its sides slide on each other', () => {
    for (const shear of [0, 0.05, -0.11])
      expect(wallArea(ring(24, 33, shear)) / (polygon * Math.PI * (33 ** 2 - 24 ** 2))).toBeCloseTo(1, 9);
  });

  it('leaves out the pieces without wall at either end', () => {
    const whole = ring(24, 33);
    const open = { ...whole, there: whole.there.map((value, at) => (at >= 10 && at < 16 ? 0 : value)) };
    expect(wallArea(open) / wallArea(whole)).toBeCloseTo((count - 7) / count, 9);
    const line = { ...whole, closed: false };
    expect(wallArea(line) / wallArea(whole)).toBeCloseTo((count - 1) / count, 9);
  });

  it('changes with each coefficient as finite differences say', () => {
    const random = new Random('area');
    const band = ring(24, 33, 0.02);
    const open = { ...band, there: band.there.map((value, at) => (at < 5 ? 0 : value)) };
    const free = movable(open, 18);
    const rest = wallArea(open);
    const at = Float64Array.from({ length: coefficientCount(free) }, () => random.normal());
    const shareOf = (coefficients: Float64Array) => wallArea(displaced(free, coefficients)) / rest;
    const { share, slope } = areaShare(free, rest, displaced(free, at));
    expect(share).toBeCloseTo(shareOf(at), 12);
    for (const [k, value] of slope.entries()) {
      const moved = (by: number) => at.map((own, other) => (other === k ? own + by : own));
      expect(value).toBeCloseTo((shareOf(moved(1e-4)) - shareOf(moved(-1e-4))) / 2e-4, 8);
    }
  });
});
