export { type ConvLayerOptions, conv, convBlock } from './layers/convolution.ts';
export { dense } from './layers/dense.ts';
export { instanceNorm, layerNorm } from './layers/normalization.ts';
export { attention, transformerBlock } from './layers/transformer.ts';
export { type UNetOptions, uNet } from './layers/u-net.ts';
