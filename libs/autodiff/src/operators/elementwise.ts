import type { Tensor } from '../tensor.ts';
import { tensor } from './leaves.ts';
import { broadcast, node, type Operand } from './node.ts';

type Binary = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Greater';
function binary(op: Binary, left: Operand, right: Operand): Tensor {
  const [a, b] = [tensor(left), tensor(right)];
  return node(op, [a, b], {}, broadcast(op, a.shape, b.shape));
}
type Unary =
  | 'Neg'
  | 'Exp'
  | 'Log'
  | 'Sqrt'
  | 'Tanh'
  | 'Sigmoid'
  | 'Relu'
  | 'Erf'
  | 'Softplus'
  | 'Abs'
  | 'Sign';
function unary(op: Unary, x: Tensor): Tensor {
  return node(op, [x], {}, x.shape);
}

export const add = (a: Operand, b: Operand): Tensor => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Tensor => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Tensor => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Tensor => binary('Div', a, b);
/** 1 where a > b, else 0. No gradient. */
export const greater = (a: Operand, b: Operand): Tensor => binary('Greater', a, b);
export const neg = (x: Tensor): Tensor => unary('Neg', x);
export const exp = (x: Tensor): Tensor => unary('Exp', x);
export const log = (x: Tensor): Tensor => unary('Log', x);
export const sqrt = (x: Tensor): Tensor => unary('Sqrt', x);
export const tanh = (x: Tensor): Tensor => unary('Tanh', x);
export const sigmoid = (x: Tensor): Tensor => unary('Sigmoid', x);
export const relu = (x: Tensor): Tensor => unary('Relu', x);
export const erf = (x: Tensor): Tensor => unary('Erf', x);
/** ln(1 + e^x), without overflow. */
export const softplus = (x: Tensor): Tensor => unary('Softplus', x);
export const abs = (x: Tensor): Tensor => unary('Abs', x);
/** -1, 0 or 1. No gradient. */
export const sign = (x: Tensor): Tensor => unary('Sign', x);
export const square = (x: Tensor): Tensor => mul(x, x);
/** x Φ(x), Φ the standard normal distribution function. */
export const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** x kept within [low, high]. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw new RangeError(`clip: expected low <= high, got ${low} and ${high}`);
  return node('Clip', [x], { low, high }, x.shape);
}

/** a where the condition is not 0, b elsewhere. No gradient to the condition. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const [left, right] = [tensor(a), tensor(b)];
  const shape = broadcast('where', condition.shape, broadcast('where', left.shape, right.shape));
  return node('Where', [condition, left, right], {}, shape);
}
