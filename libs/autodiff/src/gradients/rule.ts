import { greater, reshape, sub } from '../operators.ts';
import type { OpName, Operators, Tensor } from '../tensor.ts';

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

/** The rows of the gradient table. */
export type Rules = { readonly [Op in OpName]: Rule<Op> };

/** Back from a reduced shape to one that broadcasts against the input. */
export function keepDims(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return reshape(
    reduced,
    x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}

/** 1 where x is the largest of its group, 0 elsewhere. */
export const isLargest = (x: Tensor, largest: Tensor): Tensor => sub(1, greater(largest, x));
