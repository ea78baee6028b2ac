export { input, parameter, constant } from './operators/leaves.ts';
export {
  stopGradient,
  add,
  sub,
  mul,
  div,
  pow,
  minimum,
  maximum,
  neg,
  exp,
  log,
  log1p,
  expm1,
  reciprocal,
  sqrt,
  sin,
  cos,
  atan,
  tanh,
  sigmoid,
  erf,
  abs,
  sign,
  floor,
  round,
  square,
  clip,
  where,
} from './operators/elementwise.ts';
export {
  relu,
  leakyRelu,
  elu,
  softplus,
  logSigmoid,
  silu,
  gelu,
  tanhGelu,
} from './operators/activation.ts';
export {
  greater,
  greaterEqual,
  less,
  lessEqual,
  equal,
  notEqual,
  not,
  and,
  or,
} from './operators/logic.ts';
export { matMul } from './operators/contraction.ts';
export { einsum } from './operators/einsum.ts';
export { transpose, reshape, expandAs, concat, slice, pad, flip, tile } from './operators/shape.ts';
export {
  squeeze,
  unsqueeze,
  stack,
  split,
  roll,
  repeat,
  broadcastTo,
  continued,
  flatten,
} from './operators/arrangement.ts';
export { gather, embedding, scatterAdd, takeAlong, addAlong, oneHot } from './operators/indexing.ts';
export {
  type ReductionOptions,
  sum,
  mean,
  max,
  min,
  logSumExp,
  prod,
  variance,
  argMax,
  argMin,
  cumSum,
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
export {
  type AvgPoolOptions,
  type MaxPoolOptions,
  avgPool,
  avgPool2,
  globalAvgPool,
  globalMaxPool,
  maxPool,
  maxPool2,
} from './operators/pooling.ts';
export { type ResizeOptions, resizeLinear, upsample, upsample2 } from './operators/resize.ts';
export type { Operand } from './operators/node.ts';
