import type { Tensor } from '../tensor.ts';

/** One use of an operator, which the tests differentiate and run. */
export interface Sample {
  /** Shapes of the leaves that vary. */
  readonly shapes: readonly (readonly number[])[];
  readonly make: (...leaves: [Tensor, Tensor, Tensor]) => Tensor;
  /** Where the leaves' values lie; away from kinks, distinct values have a gap. */
  readonly range?: readonly [low: number, high: number];
  /** Where the operator is a step, or refuses to be differentiated. */
  readonly gradient?: 'zero' | 'refused';
}
