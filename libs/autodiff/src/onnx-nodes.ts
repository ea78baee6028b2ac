import { lowerConv, lowerConvInputGradient, lowerConvWeightGradient } from './lowering/convolution.ts';
import { lowerAvgPool, lowerMaxPool } from './lowering/pooling.ts';
import { lowerResizeLinear, lowerUpsample } from './lowering/resize.ts';
import type { Attribute } from './onnx.ts';
import { type OpName, type ReductionName, sizeOf, type Tensor } from './tensor.ts';

/** What an operator may ask for while it is written. */
export interface NodeWriter {
  /** A float value; a condition is cast. */
  value(tensor: Tensor): string;
  /** Writes a tensor that stands in for an operator, and what it is made of; gives the name of its value. */
  write(tensor: Tensor): string;
  /** A boolean value; a float is cast. */
  condition(tensor: Tensor): string;
  /** A whole number of 64 bits; a float is cast, towards 0. */
  index(tensor: Tensor): string;
  /** The second result of a node with two: the inverse deviation of a standardized tensor. */
  secondOf(tensor: Tensor): string;
  /** Whole numbers; without a shape, a vector. */
  ints(values: readonly number[], shape?: readonly number[]): string;
  floats(values: Float32Array, shape: readonly number[]): string;
  /** The target of a reshape, with -1 where the batch is free. */
  target(tensor: Tensor): readonly number[];
  /** Adds a node and gives the name of its (first) output. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes?: Record<string, Attribute>,
    domain?: string,
  ): string;
  /** Channels that onnxruntime's blocked layout of images keeps together; 0: all images are plain. */
  readonly block: number;
  /** How many tensors and outputs of the graph take this one. */
  uses(tensor: Tensor): number;
}
type Emit<Op extends OpName> = (tensor: Tensor<Op>, to: NodeWriter) => string;

const same = (opType: string) => (tensor: Tensor, to: NodeWriter) =>
  to.node(
    opType,
    tensor.inputs.map((x) => to.value(x)),
  );
const overAxis =
  (opType: string) =>
  ({ inputs: [x], attributes: { axis } }: Tensor<'Softmax' | 'LogSoftmax'>, to: NodeWriter) =>
    to.node(opType, [to.value(x)], { axis });
// ReduceSum takes its axes as an input since opset 13, the others as an attribute until 18.
const reduction =
  (opType: string) =>
  ({ inputs: [x], attributes: { axes, keepDims } }: Tensor<ReductionName>, to: NodeWriter) =>
    to.node(opType, [to.value(x)], { axes, keepdims: Number(keepDims) });
const logical = (opType: string) => (tensor: Tensor, to: NodeWriter) =>
  to.node(
    opType,
    tensor.inputs.map((x) => to.condition(x)),
  );
const number = (value: number, to: NodeWriter) => to.floats(Float32Array.of(value), []);

/** What ONNX gives as true or false. */
export const isBoolean: ReadonlySet<OpName> = new Set<OpName>([
  'Greater',
  'GreaterEqual',
  'Equal',
  'Not',
  'And',
  'Or',
]);

/** Every operator as ONNX nodes of opset 17. */
export const onnxNodes: { readonly [Op in Exclude<OpName, 'Input' | 'Parameter'>]: Emit<Op> } = {
  Constant: ({ attributes, shape }, to) => to.floats(attributes.values, shape),
  // The value itself: only the gradient stops.
  StopGradient: ({ inputs: [x] }, to) => to.value(x),
  Add: same('Add'),
  Sub: same('Sub'),
  Mul: same('Mul'),
  Div: same('Div'),
  Neg: same('Neg'),
  Exp: same('Exp'),
  Log: same('Log'),
  Sqrt: same('Sqrt'),
  Tanh: same('Tanh'),
  Sigmoid: same('Sigmoid'),
  Relu: same('Relu'),
  Erf: same('Erf'),
  Softplus: same('Softplus'),
  Abs: same('Abs'),
  Sign: same('Sign'),
  Pow: same('Pow'),
  Minimum: same('Min'),
  Maximum: same('Max'),
  Reciprocal: same('Reciprocal'),
  Sin: same('Sin'),
  Cos: same('Cos'),
  Atan: same('Atan'),
  Floor: same('Floor'),
  Round: same('Round'),
  LeakyRelu: ({ inputs: [x], attributes: { slope } }, to) =>
    to.node('LeakyRelu', [to.value(x)], { alpha: { float: slope } }),
  Elu: ({ inputs: [x], attributes: { alpha } }, to) =>
    to.node('Elu', [to.value(x)], { alpha: { float: alpha } }),
  // ln(u) x / (u - 1) with u = 1 + x as it was rounded, and x where u is 1: the rounding cancels.
  Log1p: ({ inputs: [x] }, to) => {
    const [value, one] = [to.value(x), number(1, to)];
    const u = to.node('Add', [value, one]);
    const part = to.node('Div', [value, to.node('Sub', [u, one])]);
    const scaled = to.node('Mul', [to.node('Log', [u]), part]);
    return to.node('Where', [to.node('Equal', [u, one]), value, scaled]);
  },
  // tanh(x / 2) (e^x + 1): no difference of near numbers.
  Expm1: ({ inputs: [x] }, to) => {
    const half = to.node('Tanh', [to.node('Mul', [to.value(x), number(0.5, to)])]);
    return to.node('Mul', [half, to.node('Add', [to.node('Exp', [to.value(x)]), number(1, to)])]);
  },
  Greater: same('Greater'),
  GreaterEqual: same('GreaterOrEqual'),
  Equal: same('Equal'),
  Not: logical('Not'),
  And: logical('And'),
  Or: logical('Or'),
  MatMul: same('MatMul'),
  Clip: ({ inputs: [x], attributes: { low, high } }, to) =>
    to.node('Clip', [to.value(x), number(low, to), number(high, to)]),
  Where: ({ inputs: [condition, a, b] }, to) =>
    to.node('Where', [to.condition(condition), to.value(a), to.value(b)]),
  Transpose: ({ inputs: [x], attributes }, to) =>
    to.node('Transpose', [to.value(x)], { perm: attributes.permutation }),
  Reshape: (y, to) => to.node('Reshape', [to.value(y.inputs[0]), to.ints(to.target(y))]),
  Expand: ({ inputs: [x, like] }, to) => to.node('Expand', [to.value(x), to.node('Shape', [to.value(like)])]),
  Concat: ({ inputs, attributes: { axis } }, to) =>
    to.node(
      'Concat',
      inputs.map((x) => to.value(x)),
      { axis },
    ),
  Slice: ({ inputs: [x], attributes: { axis, start, end, step } }, to) =>
    to.node('Slice', [to.value(x), ...[start, end, axis, step].map((bound) => to.ints([bound]))]),
  Pad: ({ inputs: [x], attributes: { before, after, value } }, to) => {
    const widths = to.ints([...before, ...after]);
    return to.node('Pad', value === 0 ? [to.value(x), widths] : [to.value(x), widths, number(value, to)]);
  },
  Tile: ({ inputs: [x], attributes: { repeats } }, to) => to.node('Tile', [to.value(x), to.ints(repeats)]),
  // Slices that run from the last element to before the first.
  Flip: ({ inputs: [x], attributes: { axes } }, to) => {
    const every = (bound: number) => to.ints(axes.map(() => bound));
    return to.node('Slice', [to.value(x), every(-1), every(-(2 ** 31)), to.ints(axes), every(-1)]);
  },
  ReduceSum: ({ inputs: [x], attributes: { axes, keepDims } }, to) =>
    to.node('ReduceSum', [to.value(x), to.ints(axes)], { keepdims: Number(keepDims) }),
  ReduceMean: reduction('ReduceMean'),
  ReduceMax: reduction('ReduceMax'),
  ReduceMin: reduction('ReduceMin'),
  ReduceLogSumExp: reduction('ReduceLogSumExp'),
  ArgMax: ({ inputs: [x], attributes: { axis, keepDims } }, to) => {
    const place = to.node('ArgMax', [to.value(x)], { axis, keepdims: Number(keepDims) });
    return to.node('Cast', [place], { to: 1 });
  },
  CumSum: ({ inputs: [x], attributes: { axis, exclusive, reverse } }, to) =>
    to.node('CumSum', [to.value(x), to.ints([axis], [])], {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    }),
  Gather: ({ inputs: [x, indices], attributes: { axis } }, to) =>
    to.node('Gather', [to.value(x), to.index(indices)], { axis }),
  TakeAlong: ({ inputs: [x, indices], attributes: { axis } }, to) =>
    to.node('GatherElements', [to.value(x), to.index(indices)], { axis }),
  // Not ScatterND: its sums depend on the threads in onnxruntime 1.30.
  AddAlong: (y, to) => {
    const [updates, indices] = y.inputs;
    const { axis } = y.attributes;
    const zeros = to.node('ConstantOfShape', [to.ints(y.shape)]);
    return to.node('ScatterElements', [zeros, to.index(indices), to.value(updates)], {
      axis,
      reduction: 'add',
    });
  },
  Softmax: overAxis('Softmax'),
  LogSoftmax: overAxis('LogSoftmax'),
  Standardize: ({ inputs: [x], attributes: { axis, epsilon } }, to) => {
    const group = x.shape.slice(axis);
    const ones = to.floats(new Float32Array(sizeOf(group)).fill(1), group);
    return to.node('LayerNormalization', [to.value(x), ones], { axis, epsilon: { float: epsilon } });
  },
  InverseDeviation: ({ inputs: [, y] }, to) => to.secondOf(y),
  Conv: lowerConv,
  ConvInputGradient: lowerConvInputGradient,
  ConvWeightGradient: lowerConvWeightGradient,
  MaxPool: lowerMaxPool,
  AvgPool: lowerAvgPool,
  Upsample: lowerUpsample,
  ResizeLinear: lowerResizeLinear,
};
