import { type ReductionName, sizeOf } from '../tensor.ts';
import {
  at,
  average,
  fill,
  groups,
  indices,
  total,
  type Definition,
  type Definitions,
  type Index,
  type Operand,
} from './elements.ts';

const reduction =
  (f: (values: number[]) => number): Definition<ReductionName> =>
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

/** Over the group of each index: mean and 1 / sqrt(variance + epsilon). */
function spread(x: Operand, axis: number, epsilon: number, index: Index): [mean: number, inverse: number] {
  const row = groups(x, [...x.shape.keys()].slice(axis), index).map((place) => at(x, place));
  const mean = average(row);
  return [mean, 1 / Math.sqrt(average(row.map((value) => (value - mean) ** 2)) + epsilon)];
}

export const reductionDefinitions = {
  ReduceSum: reduction(total),
  ReduceMean: reduction(average),
  ReduceMax: reduction((values) => Math.max(...values)),
  ReduceMin: reduction((values) => Math.min(...values)),
  ReduceLogSumExp: reduction((values) => {
    const top = Math.max(...values);
    return top + Math.log(total(values.map((value) => Math.exp(value - top))));
  }),
  ArgMax: ({ attributes: { axis }, shape }, [x]) => {
    const kept = x!.shape.with(axis, 1);
    return Float64Array.from(indices(kept), (index) => {
      const row = groups(x!, [axis], index).map((place) => at(x!, place));
      return row.indexOf(Math.max(...row));
    }).slice(0, sizeOf(shape));
  },
  CumSum: ({ attributes: { axis, exclusive, reverse }, shape }, [x]) =>
    fill(shape, (index) => {
      const counts = (place: number) =>
        (reverse ? place > index[axis]! : place < index[axis]!) || (place === index[axis] && !exclusive);
      const row = groups(x!, [axis], index).filter((place) => counts(place[axis]!));
      return total(row.map((place) => at(x!, place)));
    }),
  Softmax: (y, xs) => logOfSoftmax(y, xs).map((value) => Math.exp(value)),
  LogSoftmax: logOfSoftmax,
  Standardize: ({ attributes: { axis, epsilon }, shape }, [x]) =>
    fill(shape, (index) => {
      const [mean, inverse] = spread(x!, axis, epsilon, index);
      return (at(x!, index) - mean) * inverse;
    }),
  InverseDeviation: ({ shape, inputs: [, { attributes }] }, [x]) =>
    fill(shape, (index) => spread(x!, attributes.axis, attributes.epsilon, index)[1]),
} satisfies Partial<Definitions>;
