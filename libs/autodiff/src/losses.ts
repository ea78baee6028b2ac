import { add, div, logSoftmax, mean, mul, neg, slice, softmax, softplus, sub, sum } from './operators.ts';
import type { Tensor } from './tensor.ts';

/** Mean over all but the class axis of -Σ target ln p. @param targets one-hot or soft, shaped like the logits */
export function crossEntropy(logits: Tensor, targets: Tensor, axis = 1): Tensor {
  return mean(neg(sum(mul(targets, logSoftmax(logits, axis)), { axes: [axis] })));
}

/** Mean of -t ln p - (1 - t) ln (1 - p) with p = sigmoid(logit), without overflow. @param weights 0 leaves an element out */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  const each = sub(softplus(logits), mul(logits, targets));
  return weights ? div(sum(mul(each, weights)), add(sum(weights), 1e-8)) : mean(each);
}

/**
 * Soft Dice loss: 1 - mean over classes of 2 Σ p t / (Σ p + Σ t), sums over the whole
 * batch ("batch Dice"), so that a class absent from one image does not count as missed.
 *
 * @param logits [n, c, h, w]; class 0 is background and does not count when there are others
 * @param targets one-hot, same shape
 */
export function diceLoss(logits: Tensor, targets: Tensor, { smooth = 1 }: { smooth?: number } = {}): Tensor {
  const p = softmax(logits, 1);
  const over = { axes: [0, 2, 3] };
  const overlap = sum(mul(p, targets), over);
  const dice = div(add(mul(overlap, 2), smooth), add(add(sum(p, over), sum(targets, over)), smooth));
  const counted = dice.shape[0]! > 1 ? slice(dice, 0, 1, dice.shape[0]!) : dice;
  return sub(1, mean(counted));
}

/** diceLoss + crossEntropy, as in nnU-Net. */
export function diceCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return add(diceLoss(logits, targets), crossEntropy(logits, targets));
}
