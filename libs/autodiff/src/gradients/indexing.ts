import { addAlong, scatterAdd, takeAlong } from '../operators.ts';
import type { Rules } from './rule.ts';

export const indexingGradients = {
  Gather: ({ dy, inputs: [x, indices], attributes: { axis } }) => [
    scatterAdd(dy, indices, { axis, length: x.shape[axis]! }),
    null,
  ],
  TakeAlong: ({ dy, inputs: [x, indices], attributes: { axis } }) => [
    addAlong(dy, indices, { axis, length: x.shape[axis]! }),
    null,
  ],
  AddAlong: ({ dy, inputs: [, indices], attributes: { axis } }) => [takeAlong(dy, indices, axis), null],
} satisfies Partial<Rules>;
