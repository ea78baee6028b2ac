import {
  abs,
  add,
  clip,
  div,
  exp,
  logSoftmax,
  mean,
  mul,
  neg,
  pow,
  slice,
  softmax,
  softplus,
  square,
  sub,
  sum,
  takeAlong,
  unsqueeze,
} from './operators.ts';
import { sameShape, showShape, type Tensor } from './tensor.ts';

/** Mean of the squared differences. */
export const meanSquaredError = (y: Tensor, target: Tensor): Tensor => mean(square(sub(y, target)));

/** Mean of the absolute differences; no gradient where there is none. */
export const meanAbsoluteError = (y: Tensor, target: Tensor): Tensor => mean(abs(sub(y, target)));

/**
 * Huber's loss, the mean of e² / 2 where the difference |e| ≤ delta, and of
 * delta (|e| - delta / 2) beyond: squares that outliers do not govern.
 */
export function huber(y: Tensor, target: Tensor, { delta = 1 }: { delta?: number } = {}): Tensor {
  const difference = sub(y, target);
  const bounded = clip(difference, -delta, delta);
  return mean(mul(bounded, sub(difference, mul(bounded, 0.5))));
}

/** Mean over all but the class axis of -Σ target ln p. @param targets one-hot or soft, shaped like the logits */
export function crossEntropy(logits: Tensor, targets: Tensor, axis = 1): Tensor {
  return mean(neg(sum(mul(targets, logSoftmax(logits, axis)), { axes: [axis] })));
}

/** Mean, by weight if there are weights: those of 0 leave an element out. */
const weighted = (each: Tensor, weights?: Tensor): Tensor =>
  weights ? div(sum(mul(each, weights)), add(sum(weights), 1e-8)) : mean(each);

/**
 * Mean of -ln p of the right class.
 *
 * @param logits with the classes on `axis`
 * @param classes the number of the class, from 0; the shape of the logits without `axis`
 * @param weights shaped like the classes; 0 leaves an element out, whose class must be one all the same
 * @throws RangeError when the shapes do not fit
 */
export function indexCrossEntropy(
  logits: Tensor,
  classes: Tensor,
  { axis = 1, weights }: { readonly axis?: number; readonly weights?: Tensor } = {},
): Tensor {
  const along = axis < 0 ? axis + logits.shape.length : axis;
  if (!sameShape(logits.shape.toSpliced(along, 1), classes.shape))
    throw new RangeError(
      `indexCrossEntropy: expected classes shaped like the logits without axis ${along}, got ${showShape(classes.shape)} and ${showShape(logits.shape)}`,
    );
  const right = takeAlong(logSoftmax(logits, along), unsqueeze(classes, along), along);
  return weighted(neg(right), weights && unsqueeze(weights, along));
}

/**
 * Cross-entropy in which a class already foreseen with probability p counts
 * (1 - p)^gamma: the mean over all but the class axis of -Σ target (1 - p)^gamma ln p.
 *
 * @param targets one-hot or soft, shaped like the logits
 * @param gamma 0 (plain cross-entropy) or at least 1: between them the slope at p = 1 is infinite
 *
 * Source: lin2017 (docs/references.bib).
 */
export function focalLoss(
  logits: Tensor,
  targets: Tensor,
  { gamma = 2, axis = 1 }: { readonly gamma?: number; readonly axis?: number } = {},
): Tensor {
  if (gamma !== 0 && !(gamma >= 1)) throw new RangeError(`focalLoss: expected gamma 0 or ≥ 1, got ${gamma}`);
  if (gamma === 0) return crossEntropy(logits, targets, axis);
  const logP = logSoftmax(logits, axis);
  // Rounding may take e^(ln p) past 1.
  const missing = clip(sub(1, exp(logP)), 0, 1);
  return mean(neg(sum(mul(mul(targets, pow(missing, gamma)), logP), { axes: [axis] })));
}

/** Mean of -t ln p - (1 - t) ln (1 - p) with p = sigmoid(logit), without overflow. @param weights 0 leaves an element out */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  const each = sub(softplus(logits), mul(logits, targets));
  return weighted(each, weights);
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
