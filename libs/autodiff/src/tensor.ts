import type { Pass } from './layer.ts';

/**
 * A symbolic tensor: the operator that makes it, what goes in, and its shape.
 * Immutable, float32, static shape. Nothing is computed until a graph is compiled.
 */
export interface Tensor<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: Operators[Op]['inputs'];
  readonly attributes: Operators[Op]['attributes'];
  readonly shape: readonly number[];
  /** The full name of the layer it belongs to, of the forward pass or of its derivative. */
  readonly layer: string;
  /** Whether it is of the model and its loss, of their derivative, or of the optimizer. */
  readonly pass: Pass;
}

export type OpName = keyof Operators;

type One = readonly [Tensor];
type Two = readonly [Tensor, Tensor];
type Three = readonly [Tensor, Tensor, Tensor];
type Signature<Inputs extends readonly Tensor[], Attributes = object> = {
  readonly inputs: Inputs;
  readonly attributes: Readonly<Attributes>;
};
type Reduction = Signature<One, { axes: readonly number[]; keepDims: boolean }>;
/** The operators that reduce some axes and keep the others. */
export type ReductionName = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceLogSumExp';

/** How a kernel moves over its image: one number for every spatial axis, in their order. */
export interface Sliding {
  readonly strides: readonly number[];
  /** Zeros before the first element. */
  readonly padBegin: readonly number[];
  /** Zeros after the last element. */
  readonly padEnd: readonly number[];
  /** The step from one tap of the kernel to the next. */
  readonly dilations: readonly number[];
}
/** `groups` parts of the channels, each with kernels of its own. */
export interface Convolution extends Sliding {
  readonly groups: number;
}

/** Every operator: how many inputs it takes and what attributes it has. */
export interface Operators {
  Input: Signature<readonly [], { name: string }>;
  Parameter: Signature<readonly [], { name: string; values: Float32Array }>;
  Constant: Signature<readonly [], { values: Float32Array }>;
  StopGradient: Signature<One>;
  Add: Signature<Two>;
  Sub: Signature<Two>;
  Mul: Signature<Two>;
  Div: Signature<Two>;
  Pow: Signature<Two>;
  Minimum: Signature<Two>;
  Maximum: Signature<Two>;
  Neg: Signature<One>;
  Exp: Signature<One>;
  Log: Signature<One>;
  Log1p: Signature<One>;
  Expm1: Signature<One>;
  Reciprocal: Signature<One>;
  Sin: Signature<One>;
  Cos: Signature<One>;
  Atan: Signature<One>;
  Sqrt: Signature<One>;
  Tanh: Signature<One>;
  Sigmoid: Signature<One>;
  Relu: Signature<One>;
  LeakyRelu: Signature<One, { slope: number }>;
  Elu: Signature<One, { alpha: number }>;
  Erf: Signature<One>;
  Softplus: Signature<One>;
  Abs: Signature<One>;
  Sign: Signature<One>;
  Floor: Signature<One>;
  Round: Signature<One>;
  Clip: Signature<One, { low: number; high: number }>;
  Greater: Signature<Two>;
  GreaterEqual: Signature<Two>;
  Equal: Signature<Two>;
  Not: Signature<One>;
  And: Signature<Two>;
  Or: Signature<Two>;
  Where: Signature<Three>;
  MatMul: Signature<Two>;
  Transpose: Signature<One, { permutation: readonly number[] }>;
  Reshape: Signature<One>;
  Expand: Signature<Two>;
  Concat: Signature<readonly Tensor[], { axis: number }>;
  Slice: Signature<One, { axis: number; start: number; end: number; step: number }>;
  Pad: Signature<One, { before: readonly number[]; after: readonly number[]; value: number }>;
  Tile: Signature<One, { repeats: readonly number[] }>;
  Flip: Signature<One, { axes: readonly number[] }>;
  ReduceSum: Reduction;
  ReduceMean: Reduction;
  ReduceMax: Reduction;
  ReduceMin: Reduction;
  ReduceLogSumExp: Reduction;
  ArgMax: Signature<One, { axis: number; keepDims: boolean }>;
  CumSum: Signature<One, { axis: number; exclusive: boolean; reverse: boolean }>;
  Softmax: Signature<One, { axis: number }>;
  LogSoftmax: Signature<One, { axis: number }>;
  Standardize: Signature<One, { axis: number; epsilon: number }>;
  /** Of x, and x standardized, which says over which axes. */
  InverseDeviation: Signature<readonly [Tensor, Tensor<'Standardize'>]>;
  /** Of values and indices. */
  Gather: Signature<Two, { axis: number }>;
  TakeAlong: Signature<Two, { axis: number }>;
  AddAlong: Signature<Two, { axis: number; length: number }>;
  Conv: Signature<Two, Convolution>;
  ConvInputGradient: Signature<Two, Convolution & { spatial: readonly number[] }>;
  ConvWeightGradient: Signature<Two, Convolution & { kernel: readonly number[] }>;
  MaxPool: Signature<One, Sliding & { kernel: readonly number[] }>;
  AvgPool: Signature<One, Sliding & { kernel: readonly number[]; countPadding: boolean }>;
  Upsample: Signature<One, { factors: readonly number[] }>;
  ResizeLinear: Signature<One, { size: readonly number[]; alignCorners: boolean }>;
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** For messages: "[2, 3]". */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
