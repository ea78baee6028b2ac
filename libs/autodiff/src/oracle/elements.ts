import type { OpName, Tensor } from '../tensor.ts';

export interface Operand {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}
export type Index = readonly number[];
export type Definition<Op extends OpName> = (y: Tensor<Op>, xs: readonly Operand[]) => Float64Array;

/** Every index of a shape, the last axis fastest. */
export function indices(shape: Index): Index[] {
  return shape.reduce<Index[]>(
    (all, length) => all.flatMap((start) => Array.from({ length }, (_, place) => [...start, place])),
    [[]],
  );
}

/** The element at an index; 0 outside. Missing leading axes and axes of length 1 broadcast. */
export function at({ shape, data }: Operand, index: Index): number {
  const own = shape.length === 0 ? [] : index.slice(-shape.length);
  let place = 0;
  for (const [axis, length] of shape.entries()) {
    const wanted = length === 1 && own[axis]! >= 0 ? 0 : own[axis]!;
    if (wanted < 0 || wanted >= length) return 0;
    place = place * length + wanted;
  }
  return data[place]!;
}

/** Like `at`, but an axis of length 1 has an outside too. */
export function inside(x: Operand, index: Index): number {
  return index.every((place, axis) => place >= 0 && place < x.shape[axis]!) ? at(x, index) : 0;
}

export const fill = (shape: Index, value: (index: Index) => number) =>
  Float64Array.from(indices(shape), value);
export const each =
  (f: (...values: number[]) => number): Definition<OpName> =>
  ({ shape }, xs) =>
    fill(shape, (index) => f(...xs.map((x) => at(x, index))));
export const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
export const average = (values: readonly number[]) => total(values) / values.length;

/** For every output index, the elements of x that meet there. */
export function groups({ shape: from }: Operand, axes: Index, index: Index): Index[] {
  const lengths = from.map((length, axis) => (axes.includes(axis) ? length : 1));
  return indices(lengths).map((offset) =>
    offset.map((place, axis) => (axes.includes(axis) ? place : index[axis]!)),
  );
}
/** How every operator is computed. */
export type Definitions = { readonly [Op in OpName]: Definition<Op> };
