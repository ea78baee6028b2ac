import type { OpName, Tensor } from '../tensor.ts';

/** One use of an operator, for the tests that run every operator. */
export interface Sample {
  /** Shapes of the leaves that vary. */
  readonly shapes: readonly (readonly number[])[];
  readonly make: (...leaves: [Tensor, Tensor, Tensor]) => Tensor;
  /** Where the leaves' values lie; away from kinks, distinct values have a gap. */
  readonly range?: readonly [low: number, high: number];
  /** Where the operator is a step, or stops the gradient on purpose. */
  readonly gradient?: 'zero' | 'stopped';
}
export const unary = (make: (x: Tensor) => Tensor, range?: readonly [number, number]): Sample[] => [
  { shapes: [[2, 3]], make, ...(range ? { range } : {}) },
];
export const positive = [0.3, 2] as const;
/** Shapes that broadcast on both sides, in every way. */
export const binary = (make: (a: Tensor, b: Tensor) => Tensor, range?: readonly [number, number]): Sample[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[3], [2, 3]],
    [[2, 2], []],
  ].map((shapes) => ({
    shapes,
    make,
    ...(range ? { range } : {}),
  }));

/** Samples of some operators; the table of all is in samples.ts. */
export type Samples = { readonly [Op in OpName]?: readonly Sample[] };
