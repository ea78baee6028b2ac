import { sizeOf } from '../tensor.ts';
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
} from './arrays.ts';

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
  Softmax: (y, xs) => logOfSoftmax(y, xs).map((value) => Math.exp(value)),
  LogSoftmax: logOfSoftmax,
  Standardize: ({ attributes: { axis, epsilon }, shape }, [x]) =>
    fill(shape, (index) => {
      const [mean, inverse] = spread(x!, axis, epsilon, index);
      return (at(x!, index) - mean) * inverse;
    }),
} satisfies Partial<Definitions>;
