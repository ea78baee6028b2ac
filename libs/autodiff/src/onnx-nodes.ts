import { lowerConv, lowerConvInputGradient, lowerConvWeightGradient } from './lowering/convolution.ts';
import type { Attribute } from './onnx.ts';
import { type OpName, sizeOf, type Tensor } from './tensor.ts';

/** What an operator may ask for while it is written. */
export interface NodeWriter {
  /** A float value; a condition is cast. */
  value(tensor: Tensor): string;
  /** Writes a tensor that stands in for an operator, and what it is made of; gives the name of its value. */
  write(tensor: Tensor): string;
  /** A boolean value; a float is cast. */
  condition(tensor: Tensor): string;
  /** The second result of a node with two: the inverse deviation of a standardized tensor. */
  secondOf(tensor: Tensor): string;
  ints(values: readonly number[]): string;
  floats(values: Float32Array, shape: readonly number[]): string;
  /** The target of a reshape, with -1 where the batch is free. */
  target(tensor: Tensor): readonly number[];
  /** Adds a node and gives the name of its (first) output. */
  node(opType: string, inputs: readonly string[], attributes?: Record<string, Attribute>): string;
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
  ({ inputs: [x], attributes: { axes, keepDims } }: Tensor<'ReduceMean' | 'ReduceMax'>, to: NodeWriter) =>
    to.node(opType, [to.value(x)], { axes, keepdims: Number(keepDims) });
const pool =
  (opType: string) =>
  ({ inputs: [x] }: Tensor<'AvgPool2' | 'MaxPool2'>, to: NodeWriter) =>
    to.node(opType, [to.value(x)], { kernel_shape: [2, 2], strides: [2, 2] });

/** Every operator as ONNX nodes of opset 17. */
export const onnxNodes: { readonly [Op in Exclude<OpName, 'Input' | 'Parameter'>]: Emit<Op> } = {
  Constant: ({ attributes, shape }, to) => to.floats(attributes.values, shape),
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
  Greater: same('Greater'),
  MatMul: same('MatMul'),
  Clip: ({ inputs: [x], attributes: { low, high } }, to) =>
    to.node('Clip', [to.value(x), ...[low, high].map((bound) => to.floats(Float32Array.of(bound), []))]),
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
  Pad: ({ inputs: [x], attributes: { before, after } }, to) =>
    to.node('Pad', [to.value(x), to.ints([...before, ...after])]),
  // Slices that run from the last element to before the first.
  Flip: ({ inputs: [x], attributes: { axes } }, to) => {
    const every = (bound: number) => to.ints(axes.map(() => bound));
    return to.node('Slice', [to.value(x), every(-1), every(-(2 ** 31)), to.ints(axes), every(-1)]);
  },
  ReduceSum: ({ inputs: [x], attributes: { axes, keepDims } }, to) =>
    to.node('ReduceSum', [to.value(x), to.ints(axes)], { keepdims: Number(keepDims) }),
  ReduceMean: reduction('ReduceMean'),
  ReduceMax: reduction('ReduceMax'),
  Softmax: overAxis('Softmax'),
  LogSoftmax: overAxis('LogSoftmax'),
  Standardize: ({ inputs: [x], attributes: { axis, epsilon } }, to) => {
    const group = x.shape.slice(axis);
    const ones = to.floats(new Float32Array(sizeOf(group)).fill(1), group);
    return to.node('LayerNormalization', [to.value(x), ones], { axis, epsilon: { float: epsilon } });
  },
  InverseDeviation: ({ inputs: [y] }, to) => to.secondOf(y),
  Conv: lowerConv,
  ConvInputGradient: lowerConvInputGradient,
  ConvWeightGradient: lowerConvWeightGradient,
  Upsample2: ({ inputs: [x] }, to) =>
    to.node('Resize', [to.value(x), '', to.floats(Float32Array.of(1, 1, 2, 2), [4])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    }),
  AvgPool2: pool('AveragePool'),
  MaxPool2: pool('MaxPool'),
};
