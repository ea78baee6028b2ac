import * as op from '../operators.ts';
import { unary, type Samples } from './sample.ts';

export const leavesSamples = {
  Input: unary((x) => x),
  Parameter: [{ shapes: [], make: () => op.parameter('p', [2], Float32Array.of(1, 2)), gradient: 'zero' }],
  Constant: [{ shapes: [], make: () => op.constant([1, 2]), gradient: 'zero' }],
} satisfies Samples;
