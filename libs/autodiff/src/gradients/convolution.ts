import { conv, convInputGradient, convWeightGradient } from '../operators/convolution.ts';
import type { Rules } from './rule.ts';

/**
 * The three convolutions are one trilinear form, Σ x w y over all places where x
 * and w meet for y, with one of the three left out: so the gradient of each is
 * made of the other two.
 */
export const convolutionGradients: Pick<Rules, 'Conv' | 'ConvInputGradient' | 'ConvWeightGradient'> = {
  Conv: ({ dy, inputs: [x, w], attributes }) => [
    convInputGradient(dy, w, { ...attributes, spatial: x.shape.slice(2) }),
    convWeightGradient(x, dy, { ...attributes, kernel: w.shape.slice(2) }),
  ],
  ConvInputGradient: ({ dy: dz, inputs: [dy, w], attributes }) => [
    conv(dz, w, attributes),
    convWeightGradient(dz, dy, { ...attributes, kernel: w.shape.slice(2) }),
  ],
  ConvWeightGradient: ({ dy: dg, inputs: [x, dy], attributes }) => [
    convInputGradient(dy, dg, { ...attributes, spatial: x.shape.slice(2) }),
    conv(x, dg, attributes),
  ],
};
