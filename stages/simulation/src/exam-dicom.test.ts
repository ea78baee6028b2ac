import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { stackGeometry, uidOf } from './exam-dicom.ts';

describe('the stack in the patient', () => {
  it('has right-handed unit directions, with the apex to the left, in front and below', () => {
    const { alongRow, alongColumn, towardsApex } = stackGeometry(new Random(1), 2.3);
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    for (const vector of [alongRow, alongColumn, towardsApex]) expect(dot(vector, vector)).toBeCloseTo(1, 12);
    expect(dot(alongRow, alongColumn)).toBeCloseTo(0, 12);
    // Row × column points from the apex to the base: the heart is seen from its apex.
    const normal = [
      alongRow[1] * alongColumn[2] - alongRow[2] * alongColumn[1],
      alongRow[2] * alongColumn[0] - alongRow[0] * alongColumn[2],
      alongRow[0] * alongColumn[1] - alongRow[1] * alongColumn[0],
    ];
    expect(dot(normal, towardsApex)).toBeCloseTo(-1, 12);
    expect(towardsApex[0]).toBeGreaterThan(0);
    expect(towardsApex[1]).toBeLessThan(0);
    expect(towardsApex[2]).toBeLessThan(0);
    expect(alongColumn[2]).toBeLessThan(0);
  });

  it('is named by UIDs that the standard allows', () => {
    expect(uidOf('a')).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
    expect(uidOf('a')).not.toBe(uidOf('b'));
    expect(uidOf('a').length).toBeLessThanOrEqual(64);
  });
});
