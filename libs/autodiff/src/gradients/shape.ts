import { flip, pad, reshape, slice, sum, sumTo, transpose } from '../operators.ts';
import type { Rules } from './rule.ts';

export const shapeGradients = {
  Transpose: ({ dy, attributes: { permutation } }) => [
    transpose(
      dy,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  Reshape: ({ dy, inputs: [x] }) => [reshape(dy, x.shape)],
  Expand: ({ dy, inputs: [x] }) => [sumTo(dy, x.shape), null],
  Concat: ({ dy, inputs, attributes: { axis } }) => {
    let start = 0;
    return inputs.map(({ shape }) => slice(dy, axis, start, (start += shape[axis]!)));
  },
  Slice: ({ dy, inputs: [x], attributes: { axis, start, step } }) => {
    const only = (width: number, rank = x.shape.length) =>
      Array.from({ length: rank }, (_, place) => (place === axis ? width : 0));
    const none = only(0);
    let spread = dy;
    if (step > 1) {
      // step - 1 zeros after each element
      const rank = x.shape.length + 1;
      const apart = reshape(dy, dy.shape.toSpliced(axis + 1, 0, 1));
      const widths = Array.from({ length: rank }, (_, place) => (place === axis + 1 ? step - 1 : 0));
      const zeros = widths.map(() => 0);
      spread = reshape(pad(apart, zeros, widths), dy.shape.with(axis, dy.shape[axis]! * step));
    }
    const room = x.shape[axis]! - start;
    const cut = slice(spread, axis, 0, room);
    return [pad(cut, start ? only(start) : none, only(room - cut.shape[axis]!))];
  },
  Pad: ({ dy, inputs: [x], attributes: { before } }) => [
    before.reduce((part, width, axis) => slice(part, axis, width, width + x.shape[axis]!), dy),
  ],
  Tile: ({ dy, inputs: [x], attributes: { repeats } }) => {
    const apart = x.shape.flatMap((length, axis) => [repeats[axis]!, length]);
    const axes = [...repeats.keys()].filter((axis) => repeats[axis]! > 1).map((axis) => 2 * axis);
    return [reshape(sum(reshape(dy, apart), { axes }), x.shape)];
  },
  Flip: ({ dy, attributes: { axes } }) => [flip(dy, axes)],
} satisfies Partial<Rules>;
