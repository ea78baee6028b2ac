import type { Tensor } from '../tensor.ts';
import { tensor } from './leaves.ts';
import { broadcast, node, type Operand } from './node.ts';

type Binary = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Pow' | 'Minimum' | 'Maximum';
function binary(op: Binary, left: Operand, right: Operand): Tensor {
  const [a, b] = [tensor(left), tensor(right)];
  return node(op, [a, b], {}, broadcast(op, a.shape, b.shape));
}
type Unary =
  | 'StopGradient'
  | 'Neg'
  | 'Exp'
  | 'Log'
  | 'Log1p'
  | 'Expm1'
  | 'Reciprocal'
  | 'Sqrt'
  | 'Sin'
  | 'Cos'
  | 'Atan'
  | 'Tanh'
  | 'Sigmoid'
  | 'Erf'
  | 'Abs'
  | 'Sign'
  | 'Floor'
  | 'Round';
function unary(op: Unary, x: Tensor): Tensor {
  return node(op, [x], {}, x.shape);
}

/** x itself, which counts as a constant where a gradient is taken. */
export const stopGradient = (x: Tensor): Tensor => unary('StopGradient', x);
export const add = (a: Operand, b: Operand): Tensor => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Tensor => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Tensor => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Tensor => binary('Div', a, b);
/** The smaller of two. Where they are equal, each gets half of the gradient. */
export const minimum = (a: Operand, b: Operand): Tensor => binary('Minimum', a, b);
/** The larger of two. Where they are equal, each gets half of the gradient. */
export const maximum = (a: Operand, b: Operand): Tensor => binary('Maximum', a, b);
export const neg = (x: Tensor): Tensor => unary('Neg', x);
export const exp = (x: Tensor): Tensor => unary('Exp', x);
export const log = (x: Tensor): Tensor => unary('Log', x);
/** ln(1 + x), to a relative error of 3e-7 also where 1 + x rounds x away; -∞ at -1. */
export const log1p = (x: Tensor): Tensor => unary('Log1p', x);
/** e^x - 1, to a relative error of 6e-7 also for small x. */
export const expm1 = (x: Tensor): Tensor => unary('Expm1', x);
/** 1 / x. */
export const reciprocal = (x: Tensor): Tensor => unary('Reciprocal', x);
/** √x; the gradient at 0 is infinite. */
export const sqrt = (x: Tensor): Tensor => unary('Sqrt', x);
/** x in radians. */
export const sin = (x: Tensor): Tensor => unary('Sin', x);
/** x in radians. */
export const cos = (x: Tensor): Tensor => unary('Cos', x);
/** The angle in radians, within (-π/2, π/2), whose tangent is x. */
export const atan = (x: Tensor): Tensor => unary('Atan', x);
export const tanh = (x: Tensor): Tensor => unary('Tanh', x);
export const sigmoid = (x: Tensor): Tensor => unary('Sigmoid', x);
export const erf = (x: Tensor): Tensor => unary('Erf', x);
/** |x|, with gradient 0 at 0. */
export const abs = (x: Tensor): Tensor => unary('Abs', x);
/** -1, 0 or 1. No gradient. */
export const sign = (x: Tensor): Tensor => unary('Sign', x);
/** The largest whole number not above x. No gradient. */
export const floor = (x: Tensor): Tensor => unary('Floor', x);
/** The nearest whole number, of two the even one. No gradient. */
export const round = (x: Tensor): Tensor => unary('Round', x);
export const square = (x: Tensor): Tensor => mul(x, x);

/**
 * base^exponent. A number as exponent is best: the derivatives stay right at base 0.
 *
 * A negative base has a value for whole exponents only, else NaN. The gradient to
 * the exponent, y ln(base), counts as 0 where base ≤ 0.
 */
export function pow(base: Tensor, exponent: Operand): Tensor {
  if (typeof exponent !== 'number') return binary('Pow', base, exponent);
  if (exponent === 1) return base;
  if (exponent === 2) return square(base);
  if (exponent === 0.5) return sqrt(base);
  return exponent === -1 ? reciprocal(base) : binary('Pow', base, exponent);
}

/** x kept within [low, high]. The gradient passes within and on the bounds. */
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
