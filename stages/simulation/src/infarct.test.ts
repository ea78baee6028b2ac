import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { type Culprit, createInfarct, fieldAngles, fieldLevels } from './infarct.ts';

describe('an infarct', () => {
  const shares = (values: (cell: number) => number) => {
    let sum = 0;
    for (let cell = 0; cell < fieldLevels * fieldAngles; cell++) sum += values(cell);
    return (100 * sum) / (fieldLevels * fieldAngles);
  };

  it('has the planned size, and as much obstruction and haemorrhage as planned, even up to half of it', () => {
    for (let n = 0; n < 120; n++) {
      const random = new Random(`infarct ${n}`);
      const infarctPercent = random.uniform(2, 45);
      const mvoPercent = infarctPercent * random.uniform(0.02, 0.5);
      const field = createInfarct(random, {
        culprit: random.choice<Culprit>(['LAD', 'RCA', 'LCx']),
        riskPercent: random.uniform(15, 60),
        infarctPercent,
        mvoPercent,
        bledShare: 0.7,
        levelWeights: new Float32Array(fieldLevels).fill(1 / fieldLevels),
      });
      const { transmurality, mvoFrom, mvoTo, bledTo } = field;
      expect(shares((cell) => transmurality[cell]!)).toBeCloseTo(infarctPercent, 2);
      expect(shares((cell) => mvoTo[cell]! - mvoFrom[cell]!)).toBeCloseTo(mvoPercent, 2);
      expect(shares((cell) => bledTo[cell]! - mvoFrom[cell]!)).toBeCloseTo(0.7 * mvoPercent, 2);
      for (let cell = 0; cell < transmurality.length; cell++)
        expect(mvoTo[cell]! <= transmurality[cell]! + 1e-6 || mvoTo[cell] === mvoFrom[cell]).toBe(true);
    }
  });
});
