import { describe, expect, it } from 'vitest';
import { evaluate } from './float64-oracle.ts';
import { gradient } from './graph.ts';
import {
  binaryCrossEntropy,
  crossEntropy,
  focalLoss,
  huber,
  indexCrossEntropy,
  meanAbsoluteError,
  meanSquaredError,
} from './losses.ts';
import { constant, input, oneHot, transpose } from './operators.ts';
import type { Tensor } from './tensor.ts';

const value = (loss: Tensor) => evaluate(loss, new Map())[0]!;
const slope = (loss: (x: Tensor) => Tensor, at: readonly number[]) => {
  const x = input('x', [at.length]);
  return [...evaluate(gradient(loss(x), [x])[0]!, new Map([[x, Float64Array.from(at)]]))];
};

describe('losses of numbers', () => {
  const target = constant([1, 1, 1]);

  it('squares, absolute values and their slopes', () => {
    expect(value(meanSquaredError(constant([1, 2, 4]), target))).toBeCloseTo(10 / 3, 12);
    expect(value(meanAbsoluteError(constant([1, 2, -4]), target))).toBeCloseTo(2, 12);
    expect(slope((x) => meanAbsoluteError(x, target), [1, 4, -4])).toEqual(
      [0, 1 / 3, -1 / 3].map(Math.fround),
    );
  });

  it('huber is a square within delta and a line beyond; at delta both slopes agree', () => {
    const options = { delta: 2 };
    expect(value(huber(constant([1, 2, 6]), target, options))).toBeCloseTo((0 + 0.5 + 2 * 4) / 3, 12);
    const slopes = slope((x) => huber(x, target, options), [2, 3, 9]);
    for (const [place, expected] of [1, 2, 2].entries()) expect(slopes[place]! * 3).toBeCloseTo(expected, 6);
  });
});

describe('losses of classes', () => {
  const logits = constant([2, -1, 0.5, 0, 3, -2, 1, 1, 0, 0, 4, -4], [2, 3, 2]);
  const classes = constant([0, 2, 1, 1], [2, 2]);
  const targets = transpose(oneHot(classes, 3), [0, 2, 1]);

  it('by index and by one-hot targets are the same', () => {
    expect(value(indexCrossEntropy(logits, classes))).toBeCloseTo(value(crossEntropy(logits, targets)), 12);
    expect(value(indexCrossEntropy(transpose(logits), classes, { axis: -1 }))).toBeCloseTo(
      value(crossEntropy(logits, targets)),
      12,
    );
  });

  it('an element of weight 0 is left out', () => {
    const weights = constant([1, 0, 1, 1], [2, 2]);
    const other = constant([0, 0, 1, 1], [2, 2]);
    const loss = value(indexCrossEntropy(logits, classes, { weights }));
    expect(value(indexCrossEntropy(logits, other, { weights }))).toBeCloseTo(loss, 12);
    expect(loss).not.toBeCloseTo(value(indexCrossEntropy(logits, classes)), 3);
  });

  it('focal loss is cross-entropy at gamma 0, and (1 - p)^2 of it for one element at gamma 2', () => {
    expect(value(focalLoss(logits, targets, { gamma: 0 }))).toBe(value(crossEntropy(logits, targets)));
    const [one, right] = [constant([0, Math.log(3)], [1, 2]), constant([0, 1], [1, 2])];
    expect(value(focalLoss(one, right))).toBeCloseTo(-(0.25 ** 2) * Math.log(0.75), 7);
  });

  it('the slope of a sure and right focal loss is finite', () => {
    const sure = (x: Tensor) => focalLoss(x, constant([0, 1]), { axis: 0, gamma: 1.5 });
    for (const found of slope(sure, [-200, 200])) expect(Math.abs(found)).toBeLessThan(1e-12);
  });

  it('binary losses of two classes agree with those of one logit', () => {
    const two = constant([0, 1.5, 0, -0.5], [2, 2]);
    expect(value(indexCrossEntropy(two, constant([1, 0])))).toBeCloseTo(
      value(binaryCrossEntropy(constant([1.5, -0.5]), constant([1, 0]))),
      12,
    );
  });

  it('shapes and settings that do not fit are refused', () => {
    expect(() => indexCrossEntropy(logits, constant([0, 1]))).toThrow(
      'indexCrossEntropy: expected classes shaped like the logits without axis 1, got [2] and [2, 3, 2]',
    );
    expect(() => focalLoss(logits, targets, { gamma: 0.5 })).toThrow('expected gamma 0 or ≥ 1, got 0.5');
  });
});
