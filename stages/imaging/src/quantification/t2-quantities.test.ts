import type { Mask } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { assumedReference } from './segments.ts';
import { quantifyT2 } from './t2-quantities.ts';

const [slices, size] = [2, 24];
const affine = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];

/** A ring of wall around a cavity; one half of it is oedema in the first slice. */
function ring(): Mask {
  const data = Uint8Array.from({ length: slices * size * size }, (_, at) => {
    const [x, y] = [(at % size) - 11.5, (Math.floor(at / size) % size) - 11.5];
    const radius = Math.hypot(x, y);
    if (radius < 5) return 1;
    if (radius >= 9) return 0;
    return x > 0 && at < size * size ? 3 : 2;
  });
  return { shape: [1, slices, size, size], data, affine };
}

describe('quantifyT2', () => {
  it('gives the oedema as a share of the wall, in ml and by segment', () => {
    const mask = ring();
    const found = quantifyT2(mask, assumedReference(mask));
    if (!found.ok) throw new Error(found.issues[0]!.message);
    const wall = mask.data.filter((label) => label >= 2).length;
    expect(found.value.areaAtRiskPercent).toBeCloseTo(25, 12);
    expect(found.value.myocardiumMl).toBeCloseTo(wall * 0.04, 12);
    expect(found.value.oedemaMl).toBeCloseTo((wall * 0.04) / 4, 12);
    const shares = found.value.segmentPercent.filter((share) => share !== null);
    expect([Math.min(...shares), Math.max(...shares)]).toEqual([0, 100]);
  });

  it('is refused without a wall, in the words of the T2', () => {
    const mask = { ...ring(), data: new Uint8Array(slices * size * size).fill(1) };
    const { ok, issues } = quantifyT2(mask, assumedReference(mask));
    expect(ok).toBe(false);
    expect(issues[0]).toMatchObject({ kind: 'not-estimable', path: 't2-sax' });
  });
});
