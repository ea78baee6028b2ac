import { inOrder } from './graph.ts';
import { type OpName, type ReductionName, showShape, sizeOf, type Tensor } from './tensor.ts';

/** Of a tensor, the axis that carries the batch (perhaps merged with others), or null. */
export type BatchAxes = (tensor: Tensor) => number | null;

/** From the batch axes of the inputs to that of the output; `undefined`: it works for one batch size only. */
type Follow<Op extends OpName> = (
  y: Tensor<Op>,
  incoming: readonly (number | null)[],
  size: number,
) => number | null | undefined;

/**
 * Follows the first axis of the inputs through a graph, so that the graph can be
 * written for any batch size. Where a reshape in a graph of batch 1 leaves several
 * axes of length 1, the first of them is taken for the batch.
 *
 * @throws RangeError naming the operator, where the graph only works for the size it was built with
 */
export function followBatch(outputs: readonly Tensor[]): BatchAxes {
  const order = inOrder(outputs);
  const sizes = new Set(order.flatMap(({ op, shape }) => (op === 'Input' ? shape.slice(0, 1) : [])));
  if (sizes.size > 1)
    throw new RangeError(
      `exportOnnx: expected one batch size for all inputs, got ${[...sizes].join(' and ')}`,
    );
  const [size = 1] = sizes;
  const axes = new Map<Tensor, number | null>();
  // Also of tensors that come later, while operators are written in terms of others.
  const axisOf = (y: Tensor): number | null => {
    const known = axes.get(y);
    if (known !== undefined) return known;
    const axis = follow(y, y.inputs.map(axisOf), size);
    axes.set(y, axis);
    return axis;
  };
  for (const y of order) axisOf(y);
  return axisOf;
}

function follow(y: Tensor, incoming: readonly (number | null)[], size: number): number | null {
  if (y.op === 'Input') return y.shape.length > 0 ? 0 : null;
  if (incoming.every((axis) => axis === null)) return null;
  const rule = (special[y.op] ?? aligned) as Follow<OpName>;
  const axis = rule(y, incoming, size);
  if (axis !== undefined) return axis;
  const shapes = y.inputs.map(({ shape }) => showShape(shape)).join(' and ');
  throw new RangeError(
    `exportOnnx: ${y.op} of ${shapes} works for this batch size only; export without freeBatch`,
  );
}

/** Broadcasting lines axes up from the right; nothing else may have a length of its own where the batch is. */
const aligned: Follow<OpName> = (y, incoming) => {
  const places = y.inputs.map((x, place) => {
    const axis = incoming[place] ?? null;
    return axis === null ? null : axis + y.shape.length - x.shape.length;
  });
  const batch = places.find((place) => place !== null)!;
  const fits = y.inputs.every((x, place) => {
    const length = x.shape[batch - y.shape.length + x.shape.length] ?? 1;
    return places[place] === null ? length === 1 : places[place] === batch;
  });
  return fits ? batch : undefined;
};

const unless =
  <Op extends OpName>(mixes: (y: Tensor<Op>, batch: number) => boolean): Follow<Op> =>
  (y, [batch]) =>
    mixes(y, batch!) ? undefined : batch!;

const kernel: Follow<OpName> = (_, [x, w]) => (x === 0 && w === null ? 0 : undefined);

/** The reduced axes go; a mean over the batch itself has no batch any more. */
const reduction: Follow<ReductionName> = ({ attributes }, [batch]) => {
  const { axes, keepDims } = attributes;
  if (axes.includes(batch!)) return null;
  return keepDims ? batch! : batch! - axes.filter((axis) => axis < batch!).length;
};

/** Both carry the batch, on an axis that is not the one indexed. */
const alongAnother: Follow<'TakeAlong'> = ({ attributes: { axis } }, [x, indices]) =>
  x === indices && x !== axis ? x : undefined;

const special: { readonly [Op in OpName]?: Follow<Op> } = {
  Conv: kernel,
  ConvInputGradient: kernel,
  // A sum over the batch.
  ConvWeightGradient: (_, [x, dy]) => (x === 0 && dy === 0 ? null : undefined),
  // Rows of the left matrix may be the batch: each is a product of its own.
  MatMul: (y, incoming, size) => {
    const rows = y.inputs[0].shape.length - 2;
    const rowsAreBatch = incoming[0] === rows && incoming[1] === null;
    if (rowsAreBatch) return y.shape.length - 2;
    const inner = y.inputs.some(({ shape }, place) => (incoming[place] ?? -1) >= shape.length - 2);
    return inner ? undefined : aligned(y, incoming, size);
  },
  Transpose: ({ attributes }, [batch]) => attributes.permutation.indexOf(batch!),
  Reshape: (y, [batch], size) => throughReshape(y.inputs[0].shape.slice(0, batch!), y.shape, size),
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ReduceLogSumExp: reduction,
  ArgMax: ({ attributes: { axis, keepDims } }, [batch]) => {
    if (batch === axis) return null;
    return keepDims || batch! < axis ? batch! : batch! - 1;
  },
  CumSum: unless(({ attributes }, batch) => attributes.axis === batch),
  Slice: unless(({ attributes }, batch) => attributes.axis === batch),
  Concat: (y, incoming) =>
    incoming.every((axis) => axis === incoming[0] && axis !== y.attributes.axis) ? incoming[0] : undefined,
  Softmax: unless(({ attributes }, batch) => attributes.axis === batch),
  LogSoftmax: unless(({ attributes }, batch) => attributes.axis === batch),
  Standardize: unless(({ attributes }, batch) => attributes.axis <= batch),
  Flip: unless(({ attributes }, batch) => attributes.axes.includes(batch)),
  Pad: unless(({ attributes: { before, after } }, batch) => before[batch] !== 0 || after[batch] !== 0),
  Tile: unless(({ attributes }, batch) => attributes.repeats[batch] !== 1),
  // The axis gives way to those of the indices.
  Gather: ({ inputs: [, { shape }], attributes: { axis } }, [x, indices]) => {
    if (x === null) return axis + indices!;
    if (indices !== null || x === axis) return undefined;
    return x! < axis ? x : x! + shape.length - 1;
  },
  TakeAlong: alongAnother,
  // The sums start from zeros of a fixed shape.
  AddAlong: () => undefined,
};

/** The target axis that starts where the batch axis started and holds a multiple of the batch: it takes -1. */
function throughReshape(before: readonly number[], to: readonly number[], size: number): number | undefined {
  const axis = to.findIndex(
    (length, place) => sizeOf(to.slice(0, place)) === sizeOf(before) && length % size === 0,
  );
  return axis < 0 ? undefined : axis;
}
