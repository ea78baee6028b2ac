export {
  type ConvLayerOptions,
  type SeparableOptions,
  type TransposedConvOptions,
  conv,
  convBlock,
  depthwiseSeparable,
  transposedConv,
} from './layers/convolution.ts';
export { dense } from './layers/dense.ts';
export { embedding } from './layers/embedding.ts';
export {
  type BatchNorm,
  batchNorm,
  batchNormInference,
  groupNorm,
  instanceNorm,
  layerNorm,
} from './layers/normalization.ts';
export { attention, transformerBlock } from './layers/transformer.ts';
export { type UNetOptions, uNet } from './layers/u-net.ts';
