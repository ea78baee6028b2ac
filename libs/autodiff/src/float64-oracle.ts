import { inOrder } from './graph.ts';
import {
  at,
  average,
  type Definition,
  fill,
  type Index,
  indices,
  inside,
  type Operand,
  total,
} from './oracle/elements.ts';
import { spatialDefinitions } from './oracle/spatial.ts';
import { type OpName, sizeOf, type Tensor } from './tensor.ts';

/**
 * The value of a symbolic tensor in float64, every operator by its definition and
 * nothing for speed. The oracle that the ONNX graphs and the gradients are tested against.
 */
export function evaluate(output: Tensor, leaves: ReadonlyMap<Tensor, Float64Array>): Float64Array {
  const values = new Map<Tensor, Float64Array>(leaves);
  for (const y of inOrder([output])) {
    if (values.has(y)) continue;
    const xs = y.inputs.map((x) => ({ shape: x.shape, data: values.get(x)! }));
    values.set(y, (definitions[y.op] as Definition<OpName>)(y, xs));
  }
  return values.get(output)!;
}

const each =
  (f: (...values: number[]) => number): Definition<OpName> =>
  ({ shape }, xs) =>
    fill(shape, (index) => f(...xs.map((x) => at(x, index))));
/** For every output index, the elements of x that meet there. */
function groups({ shape: from }: Operand, axes: Index, index: Index): Index[] {
  const lengths = from.map((length, axis) => (axes.includes(axis) ? length : 1));
  return indices(lengths).map((offset) =>
    offset.map((place, axis) => (axes.includes(axis) ? place : index[axis]!)),
  );
}
const reduction =
  (f: (values: number[]) => number): Definition<'ReduceSum' | 'ReduceMean' | 'ReduceMax'> =>
  ({ attributes: { axes }, shape }, [x]) => {
    const kept = x!.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    return Float64Array.from(indices(kept), (index) =>
      f(groups(x!, axes, index).map((place) => at(x!, place))),
    ).slice(0, sizeOf(shape));
  };
const logOfSoftmax: Definition<'Softmax' | 'LogSoftmax'> = ({ attributes: { axis }, shape }, [x]) =>
  fill(shape, (index) => {
    const row = groups(x!, [axis], index).map((place) => at(x!, place));
    const top = Math.max(...row);
    return at(x!, index) - top - Math.log(total(row.map((value) => Math.exp(value - top))));
  });
const block = ([n, c, i, j]: Index): Index[] =>
  [0, 1, 2, 3].map((part) => [n!, c!, 2 * i! + (part >> 1), 2 * j! + (part & 1)]);

/** Over the group of each index: mean and 1 / sqrt(variance + epsilon). */
function spread(x: Operand, axis: number, epsilon: number, index: Index): [mean: number, inverse: number] {
  const row = groups(x, [...x.shape.keys()].slice(axis), index).map((place) => at(x, place));
  const mean = average(row);
  return [mean, 1 / Math.sqrt(average(row.map((value) => (value - mean) ** 2)) + epsilon)];
}

/** erf by its Maclaurin series: exact to rounding for the |x| < 4 of the tests. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const unfed = ({ op }: Tensor): never => {
  throw new RangeError(`evaluate: an ${op} without a value`);
};

const definitions: { readonly [Op in OpName]: Definition<Op> } = {
  Input: unfed,
  Parameter: unfed,
  Constant: ({ attributes }) => Float64Array.from(attributes.values),
  Add: each((a, b) => a! + b!),
  Sub: each((a, b) => a! - b!),
  Mul: each((a, b) => a! * b!),
  Div: each((a, b) => a! / b!),
  Greater: each((a, b) => Number(a! > b!)),
  Where: each((condition, a, b) => (condition === 0 ? b! : a!)),
  Neg: each((x) => -x!),
  Exp: each((x) => Math.exp(x!)),
  Log: each((x) => Math.log(x!)),
  Sqrt: each((x) => Math.sqrt(x!)),
  Tanh: each((x) => Math.tanh(x!)),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x!))),
  Relu: each((x) => Math.max(x!, 0)),
  Erf: each((x) => erf(x!)),
  Softplus: each((x) => Math.log1p(Math.exp(x!))),
  Abs: each((x) => Math.abs(x!)),
  Sign: each((x) => Math.sign(x!)),
  Clip: ({ attributes: { low, high }, shape }, [x]) =>
    fill(shape, (index) => Math.min(Math.max(at(x!, index), low), high)),
  MatMul: ({ shape }, [a, b]) =>
    fill(shape, (index) => {
      const [row, column] = index.slice(-2) as [number, number];
      const batch = index.slice(0, -2);
      const inner = Array.from({ length: a!.shape.at(-1)! }, (_, k) => k);
      return total(inner.map((k) => at(a!, [...batch, row, k]) * at(b!, [...batch, k, column])));
    }),
  Transpose: ({ attributes: { permutation }, shape }, [x]) =>
    fill(shape, (index) =>
      at(
        x!,
        permutation.map((_, axis) => index[permutation.indexOf(axis)]!),
      ),
    ),
  Reshape: (_, [x]) => x!.data,
  Expand: each((x) => x!),
  Concat: ({ attributes: { axis }, shape }, xs) =>
    fill(shape, (index) => {
      let place = index[axis]!;
      const from = xs.find((x) => place < x.shape[axis]! || ((place -= x.shape[axis]!), false))!;
      return at(from, index.with(axis, place));
    }),
  Slice: ({ attributes: { axis, start, step }, shape }, [x]) =>
    fill(shape, (index) => inside(x!, index.with(axis, start + step * index[axis]!))),
  Pad: ({ attributes: { before }, shape }, [x]) =>
    fill(shape, (index) =>
      inside(
        x!,
        index.map((place, axis) => place - before[axis]!),
      ),
    ),
  Flip: ({ attributes: { axes }, shape }, [x]) =>
    fill(shape, (index) =>
      at(
        x!,
        index.map((place, axis) => (axes.includes(axis) ? shape[axis]! - 1 - place : place)),
      ),
    ),
  ReduceSum: reduction(total),
  ReduceMean: reduction(average),
  ReduceMax: reduction((values) => Math.max(...values)),
  Softmax: (y, xs) => logOfSoftmax(y, xs).map((value) => Math.exp(value)),
  LogSoftmax: logOfSoftmax,
  Standardize: ({ attributes: { axis, epsilon }, shape }, [x]) =>
    fill(shape, (index) => {
      const [mean, inverse] = spread(x!, axis, epsilon, index);
      return (at(x!, index) - mean) * inverse;
    }),
  // The deviation is that of what was standardized; y alone does not tell it.
  InverseDeviation: unfed,
  ...spatialDefinitions,
  Upsample2: ({ shape }, [x]) =>
    fill(shape, ([n, c, i, j]) => at(x!, [n!, c!, Math.floor(i! / 2), Math.floor(j! / 2)])),
  AvgPool2: ({ shape }, [x]) => fill(shape, (index) => average(block(index).map((place) => at(x!, place)))),
  MaxPool2: ({ shape }, [x]) =>
    fill(shape, (index) => Math.max(...block(index).map((place) => at(x!, place)))),
};
