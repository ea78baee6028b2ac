import { describe, expect, it } from 'vitest';
import { certaintyFlags, type StackCertainty } from './stack-certainty.ts';

const sure: StackCertainty = {
  structures: {
    'left ventricle': { expectedDice: 0.93, sliceDice: [0.93] },
    'right ventricle': { expectedDice: null, sliceDice: [null] },
  },
  ejectionFractionPercent: { value: 50, low: 44, high: 55 },
};

describe('flags of certainty', () => {
  it('are none where contours are sure, or a structure is not there', () => {
    expect(certaintyFlags(sure, 'x')).toEqual([]);
    expect(certaintyFlags({ ...sure, ejectionFractionPercent: null }, 'x')).toEqual([]);
  });

  it('name the structures and the ejection fraction that are not', () => {
    const unsure: StackCertainty = {
      structures: { ...sure.structures, myocardium: { expectedDice: 0.52, sliceDice: [0.52] } },
      ejectionFractionPercent: { value: 50, low: 33, high: 65 },
    };
    expect(certaintyFlags(unsure, 'x').map(({ message }) => message)).toEqual([
      'uncertain contours: myocardium (expected Dice 0.52)',
      'the contours allow an ejection fraction of 33 to 65 %',
    ]);
  });
});
