import { div, exp, greater, mul, neg, sigmoid, sign, square, sub, sumTo, where } from '../operators.ts';
import type { Rules } from './rule.ts';

export const elementwiseGradients = {
  Add: ({ dy, inputs: [a, b] }) => [sumTo(dy, a.shape), sumTo(dy, b.shape)],
  Sub: ({ dy, inputs: [a, b] }) => [sumTo(dy, a.shape), sumTo(neg(dy), b.shape)],
  Mul: ({ dy, inputs: [a, b] }) => [sumTo(mul(dy, b), a.shape), sumTo(mul(dy, a), b.shape)],
  // d (a / b) = da / b - y db / b
  Div: ({ dy, y, inputs: [a, b] }) => [sumTo(div(dy, b), a.shape), sumTo(neg(div(mul(dy, y), b)), b.shape)],
  Neg: ({ dy }) => [neg(dy)],
  Exp: ({ dy, y }) => [mul(dy, y)], // d e^x = e^x dx
  Log: ({ dy, inputs: [x] }) => [div(dy, x)], // d ln x = dx / x
  Sqrt: ({ dy, y }) => [div(mul(dy, 0.5), y)], // d √x = dx / 2√x
  Tanh: ({ dy, y }) => [mul(dy, sub(1, square(y)))],
  Sigmoid: ({ dy, y }) => [mul(dy, mul(y, sub(1, y)))],
  Relu: ({ dy, y }) => [mul(dy, sign(y))], // 0 at the kink
  Erf: ({ dy, inputs: [x] }) => [mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))],
  Softplus: ({ dy, inputs: [x] }) => [mul(dy, sigmoid(x))],
  Abs: ({ dy, inputs: [x] }) => [mul(dy, sign(x))], // 0 at the kink
  Sign: () => [null],
  // 1 within and on the bounds, 0 outside
  Clip: ({ dy, inputs: [x], attributes: { low, high } }) => [
    where(greater(low, x), 0, where(greater(x, high), 0, dy)),
  ],
  Greater: () => [null, null],
  Where: ({ dy, inputs: [condition, a, b] }) => [
    null,
    sumTo(where(condition, dy, 0), a.shape),
    sumTo(where(condition, 0, dy), b.shape),
  ],
} satisfies Partial<Rules>;
