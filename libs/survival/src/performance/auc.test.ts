import { describe, expect, it } from 'vitest';
import { rocAuc } from './auc.ts';

describe('AUC', () => {
  it('counts ties one half, by hand, and needs both outcomes', () => {
    expect(rocAuc(Float64Array.of(3, 2, 2, 1), Uint8Array.of(1, 1, 0, 0)).area).toBe(3.5 / 4);
    expect(rocAuc(Float64Array.of(3, 2), Uint8Array.of(1, 1)).area).toBeNull();
  });
  it("has DeLong's interval, by hand", () => {
    // above = 1, 3/4 ; below = 3/4, 1: each variance is 1/32
    const { standardError } = rocAuc(Float64Array.of(3, 2, 2, 1), Uint8Array.of(1, 1, 0, 0));
    expect(standardError).toBeCloseTo(Math.sqrt(1 / 32 / 2 + 1 / 32 / 2), 12);
  });
});
