import { spatialGradients } from './gradients/spatial.ts';
import {
  avgPool2,
  div,
  exp,
  expandAs,
  flip,
  greater,
  inverseDeviation,
  matMul,
  mean,
  mul,
  neg,
  pad,
  reshape,
  sigmoid,
  sign,
  slice,
  square,
  sub,
  sum,
  sumTo,
  transpose,
  upsample2,
  where,
} from './operators.ts';
import { type OpName, type Operators, sizeOf, type Tensor } from './tensor.ts';

/**
 * From the cotangent `dy` of an operator's output to the cotangents of its
 * inputs, one each; null where the operator is a step or the input is not a number to vary.
 */
export type Rule<Op extends OpName> = (context: {
  readonly dy: Tensor;
  readonly y: Tensor<Op>;
  readonly inputs: Operators[Op]['inputs'];
  readonly attributes: Operators[Op]['attributes'];
}) => Cotangents<Operators[Op]['inputs']>;
type Cotangents<Inputs extends readonly Tensor[]> = { readonly [Place in keyof Inputs]: Tensor | null };

/** Back from a reduced shape to one that broadcasts against the input. */
function keepDims(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return reshape(
    reduced,
    x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}

/** 1 where x is the largest of its group, 0 elsewhere. */
const isLargest = (x: Tensor, largest: Tensor): Tensor => sub(1, greater(largest, x));

/** The gradient of every operator, written in the same operators. */
export const gradients: { readonly [Op in OpName]: Rule<Op> } = {
  Input: () => [],
  Parameter: () => [],
  Constant: () => [],
  Add: ({ dy, inputs: [a, b] }) => [sumTo(dy, a.shape), sumTo(dy, b.shape)],
  Sub: ({ dy, inputs: [a, b] }) => [sumTo(dy, a.shape), sumTo(neg(dy), b.shape)],
  Mul: ({ dy, inputs: [a, b] }) => [sumTo(mul(dy, b), a.shape), sumTo(mul(dy, a), b.shape)],
  // d (a / b) = da / b - y db / b
  Div: ({ dy, y, inputs: [a, b] }) => [sumTo(div(dy, b), a.shape), sumTo(neg(div(mul(dy, y), b)), b.shape)],
  Neg: ({ dy }) => [neg(dy)],
  Exp: ({ dy, y }) => [mul(dy, y)], // d e^x = e^x dx
  Log: ({ dy, inputs: [x] }) => [div(dy, x)], // d ln x = dx / x
  Sqrt: ({ dy, y }) => [div(mul(dy, 0.5), y)], // d √x = dx / 2√x
  Tanh: ({ dy, y }) => [mul(dy, sub(1, square(y)))],
  Sigmoid: ({ dy, y }) => [mul(dy, mul(y, sub(1, y)))],
  Relu: ({ dy, y }) => [mul(dy, sign(y))], // 0 at the kink
  Erf: ({ dy, inputs: [x] }) => [mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))],
  Softplus: ({ dy, inputs: [x] }) => [mul(dy, sigmoid(x))],
  Abs: ({ dy, inputs: [x] }) => [mul(dy, sign(x))], // 0 at the kink
  Sign: () => [null],
  // 1 within and on the bounds, 0 outside
  Clip: ({ dy, inputs: [x], attributes: { low, high } }) => [
    where(greater(low, x), 0, where(greater(x, high), 0, dy)),
  ],
  Greater: () => [null, null],
  Where: ({ dy, inputs: [condition, a, b] }) => [
    null,
    sumTo(where(condition, dy, 0), a.shape),
    sumTo(where(condition, 0, dy), b.shape),
  ],
  MatMul: ({ dy, inputs: [a, b] }) => {
    if (b.shape.length > 2)
      return [sumTo(matMul(dy, transpose(b)), a.shape), sumTo(matMul(transpose(a), dy), b.shape)];
    // One matrix for the whole batch: one product over all its rows.
    const rows = (x: Tensor) => reshape(x, [-1, x.shape.at(-1)!]);
    return [matMul(dy, transpose(b)), matMul(transpose(rows(a)), rows(dy))];
  },
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
  Flip: ({ dy, attributes: { axes } }) => [flip(dy, axes)],
  ReduceSum: ({ dy, inputs: [x], attributes: { axes } }) => [expandAs(keepDims(dy, x, axes), x)],
  ReduceMean: ({ dy, inputs: [x], attributes: { axes } }) => [
    expandAs(mul(keepDims(dy, x, axes), 1 / sizeOf(axes.map((axis) => x.shape[axis]!))), x),
  ],
  // Ties share the gradient equally.
  ReduceMax: ({ dy, y, inputs: [x], attributes: { axes } }) => {
    const mask = isLargest(x, keepDims(y, x, axes));
    return [mul(mask, div(keepDims(dy, x, axes), sum(mask, { axes, keepDims: true })))];
  },
  Softmax: ({ dy, y, attributes: { axis } }) => [
    mul(y, sub(dy, sum(mul(dy, y), { axes: [axis], keepDims: true }))),
  ],
  LogSoftmax: ({ dy, y, attributes: { axis } }) => [
    sub(dy, mul(exp(y), sum(dy, { axes: [axis], keepDims: true }))),
  ],
  // dx = (dy - mean(dy) - y mean(dy y)) / deviation
  Standardize: ({ dy, y, attributes: { axis } }) => {
    const over = { axes: [...y.shape.keys()].slice(axis), keepDims: true };
    const centred = sub(sub(dy, mean(dy, over)), mul(y, mean(mul(dy, y), over)));
    return [mul(centred, inverseDeviation(y))];
  },
  InverseDeviation: () => {
    throw new RangeError('InverseDeviation: it stands in gradients only, and has none of its own');
  },
  ...spatialGradients,
  Upsample2: ({ dy }) => [mul(avgPool2(dy), 4)],
  AvgPool2: ({ dy }) => [mul(upsample2(dy), 0.25)],
  // Ties share the gradient equally.
  MaxPool2: ({ dy, y, inputs: [x] }) => {
    const mask = isLargest(x, upsample2(y));
    return [mul(mask, upsample2(div(dy, mul(avgPool2(mask), 4))))];
  },
};
