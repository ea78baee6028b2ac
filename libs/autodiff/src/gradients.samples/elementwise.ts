import * as op from '../operators.ts';
import { binary, positive, unary, type Samples } from './sample.ts';

export const elementwiseSamples = {
  Add: binary(op.add),
  Sub: binary(op.sub),
  Mul: binary(op.mul),
  Div: binary(op.div, positive),
  Neg: unary(op.neg),
  Exp: unary(op.exp),
  Log: unary(op.log, positive),
  Sqrt: unary(op.sqrt, positive),
  Tanh: unary(op.tanh),
  Sigmoid: unary(op.sigmoid),
  Relu: unary(op.relu),
  Erf: unary(op.erf),
  Softplus: unary(op.softplus),
  Abs: unary(op.abs),
  Sign: [{ shapes: [[2, 3]], make: op.sign, gradient: 'zero' }],
  Clip: unary((x) => op.clip(x, -0.5, 0.61)),
  Greater: [{ shapes: [[2, 3], [3]], make: op.greater, gradient: 'zero' }],
  Where: [
    { shapes: [[3], [2, 3], [2, 1]], make: (c, a, b) => op.where(op.greater(c, 0), a, b) },
    { shapes: [[2, 3], [3]], make: (a, b) => op.where(op.constant([0, 1, 2]), a, b) },
  ],
} satisfies Samples;
