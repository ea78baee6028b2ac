import {
  add,
  constant,
  cos,
  div,
  exp,
  greater,
  log,
  mul,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  square,
  sub,
  sumTo,
  where,
} from '../operators.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import type { Rules } from './rule.ts';

/** Which share of the gradient goes to a: 1 where it is larger, 1/2 where both are equal, else 0. */
const shareOfLarger = (a: Tensor, b: Tensor): Tensor => mul(add(sub(greater(a, b), greater(b, a)), 1), 0.5);

/** The slope of base^exponent in the base. */
function powerSlope(base: Tensor, exponent: Tensor): Tensor {
  if (exponent.op !== 'Constant' || sizeOf(exponent.shape) !== 1)
    return mul(pow(base, sub(exponent, 1)), exponent);
  const power = (exponent as Tensor<'Constant'>).attributes.values[0]!;
  // x^0 has slope 0 also at x = 0.
  return power === 0 ? constant(0) : mul(pow(base, power - 1), power);
}

export const elementwiseGradients = {
  StopGradient: () => [null],
  Add: ({ dy, inputs: [a, b] }) => [sumTo(dy, a.shape), sumTo(dy, b.shape)],
  Sub: ({ dy, inputs: [a, b] }) => [sumTo(dy, a.shape), sumTo(neg(dy), b.shape)],
  Mul: ({ dy, inputs: [a, b] }) => [sumTo(mul(dy, b), a.shape), sumTo(mul(dy, a), b.shape)],
  // d (a / b) = da / b - y db / b
  Div: ({ dy, y, inputs: [a, b] }) => [sumTo(div(dy, b), a.shape), sumTo(neg(div(mul(dy, y), b)), b.shape)],
  // d a^b = b a^(b-1) da + y ln(a) db, where the second counts for a > 0 only
  Pow: ({ dy, y, inputs: [a, b] }) => [
    sumTo(mul(dy, powerSlope(a, b)), a.shape),
    sumTo(mul(dy, mul(y, log(where(greater(a, 0), a, 1)))), b.shape),
  ],
  // Equal ones share the gradient.
  Minimum: ({ dy, inputs: [a, b] }) => [
    sumTo(mul(dy, shareOfLarger(b, a)), a.shape),
    sumTo(mul(dy, shareOfLarger(a, b)), b.shape),
  ],
  Maximum: ({ dy, inputs: [a, b] }) => [
    sumTo(mul(dy, shareOfLarger(a, b)), a.shape),
    sumTo(mul(dy, shareOfLarger(b, a)), b.shape),
  ],
  Neg: ({ dy }) => [neg(dy)],
  Exp: ({ dy, y }) => [mul(dy, y)], // d e^x = e^x dx
  Log: ({ dy, inputs: [x] }) => [div(dy, x)], // d ln x = dx / x
  Log1p: ({ dy, inputs: [x] }) => [div(dy, add(x, 1))],
  Expm1: ({ dy, y }) => [mul(dy, add(y, 1))],
  Reciprocal: ({ dy, y }) => [neg(mul(dy, square(y)))],
  Sin: ({ dy, inputs: [x] }) => [mul(dy, cos(x))],
  Cos: ({ dy, inputs: [x] }) => [neg(mul(dy, sin(x)))],
  Atan: ({ dy, inputs: [x] }) => [div(dy, add(square(x), 1))],
  Sqrt: ({ dy, y }) => [div(mul(dy, 0.5), y)], // d √x = dx / 2√x
  Tanh: ({ dy, y }) => [mul(dy, sub(1, square(y)))],
  Sigmoid: ({ dy, y }) => [mul(dy, mul(y, sub(1, y)))],
  Relu: ({ dy, y }) => [mul(dy, sign(y))], // 0 at the kink
  // the slope of the lower part at the kink
  LeakyRelu: ({ dy, inputs: [x], attributes: { slope } }) => [where(greater(x, 0), dy, mul(dy, slope))],
  Elu: ({ dy, y, inputs: [x], attributes: { alpha } }) => [where(greater(x, 0), dy, mul(dy, add(y, alpha)))],
  Erf: ({ dy, inputs: [x] }) => [mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))],
  Softplus: ({ dy, inputs: [x] }) => [mul(dy, sigmoid(x))],
  Abs: ({ dy, inputs: [x] }) => [mul(dy, sign(x))], // 0 at the kink
  Sign: () => [null],
  Floor: () => [null],
  Round: () => [null],
  // 1 within and on the bounds, 0 outside
  Clip: ({ dy, inputs: [x], attributes: { low, high } }) => [
    where(greater(low, x), 0, where(greater(x, high), 0, dy)),
  ],
  Greater: () => [null, null],
  GreaterEqual: () => [null, null],
  Equal: () => [null, null],
  Not: () => [null],
  And: () => [null, null],
  Or: () => [null, null],
  Where: ({ dy, inputs: [condition, a, b] }) => [
    null,
    sumTo(where(condition, dy, 0), a.shape),
    sumTo(where(condition, 0, dy), b.shape),
  ],
} satisfies Partial<Rules>;
