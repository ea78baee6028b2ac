import type { Tensor } from '../tensor.ts';
import { tensor } from './leaves.ts';
import { broadcast, node, type Operand } from './node.ts';

type Pair = 'Greater' | 'GreaterEqual' | 'Equal' | 'And' | 'Or';
function pair(op: Pair, left: Operand, right: Operand): Tensor {
  const [a, b] = [tensor(left), tensor(right)];
  return node(op, [a, b], {}, broadcast(op, a.shape, b.shape));
}

/** 1 where a > b, else 0. No gradient. */
export const greater = (a: Operand, b: Operand): Tensor => pair('Greater', a, b);
/** 1 where a ≥ b, else 0. No gradient. */
export const greaterEqual = (a: Operand, b: Operand): Tensor => pair('GreaterEqual', a, b);
/** 1 where a < b, else 0. No gradient. */
export const less = (a: Operand, b: Operand): Tensor => greater(b, a);
/** 1 where a ≤ b, else 0. No gradient. */
export const lessEqual = (a: Operand, b: Operand): Tensor => greaterEqual(b, a);
/** 1 where a and b are the same number, else 0. No gradient. */
export const equal = (a: Operand, b: Operand): Tensor => pair('Equal', a, b);
/** 0 where a and b are the same number, else 1. No gradient. */
export const notEqual = (a: Operand, b: Operand): Tensor => not(equal(a, b));
/** 1 where x is 0, else 0. No gradient. */
export const not = (x: Tensor): Tensor => node('Not', [x], {}, x.shape);
/** 1 where neither is 0, else 0. No gradient. */
export const and = (a: Operand, b: Operand): Tensor => pair('And', a, b);
/** 0 where both are 0, else 1. No gradient. */
export const or = (a: Operand, b: Operand): Tensor => pair('Or', a, b);
