export { input, parameter, constant } from './operators/leaves.ts';
export {
  add,
  sub,
  mul,
  div,
  greater,
  neg,
  exp,
  log,
  sqrt,
  tanh,
  sigmoid,
  relu,
  erf,
  softplus,
  abs,
  sign,
  square,
  gelu,
  clip,
  where,
} from './operators/elementwise.ts';
export { matMul } from './operators/contraction.ts';
export { transpose, reshape, expandAs, concat, slice, pad, flip } from './operators/shape.ts';
export {
  type ReductionOptions,
  sum,
  mean,
  max,
  sumTo,
  softmax,
  logSoftmax,
  standardize,
  inverseDeviation,
} from './operators/reduction.ts';
export {
  type ConvOptions,
  type ConvTransposeOptions,
  convolution,
  conv1d,
  conv2d,
  conv3d,
  convTranspose,
} from './operators/convolution.ts';
export type { Padding, PerAxis } from './operators/sliding.ts';
export { upsample2, avgPool2, maxPool2 } from './operators/spatial.ts';
export type { Operand } from './operators/node.ts';
