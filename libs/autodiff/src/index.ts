export { gradient } from './graph.ts';
export { attention, conv, convBlock, dense, instanceNorm, layerNorm, transformerBlock } from './layers.ts';
export { binaryCrossEntropy, crossEntropy, diceCrossEntropy, diceLoss } from './losses.ts';
export { exportOnnx, loadModel, type Model, type Values } from './model.ts';
export {
  abs,
  add,
  avgPool2,
  clip,
  concat,
  constant,
  conv2d,
  div,
  exp,
  expandAs,
  gelu,
  greater,
  input,
  log,
  logSoftmax,
  matMul,
  max,
  maxPool2,
  mean,
  mul,
  neg,
  relu,
  reshape,
  sigmoid,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  standardize,
  sub,
  sum,
  tanh,
  transpose,
  upsample2,
  where,
} from './operators.ts';
export { type AdamWOptions, adamW } from './optimizers.ts';
export { type Initializer, Parameters } from './parameters.ts';
export { compileTraining, type StepResult, type TrainingPlan, type TrainingSession } from './session.ts';
export type { Tensor } from './tensor.ts';
export { type UNetOptions, uNet } from './u-net.ts';
