import type { Sliding } from '../tensor.ts';
import { refuse, type Shape } from './node.ts';

/** One number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];
/**
 * Around every spatial axis: a number before and after, or for each axis a number
 * or a pair [before, after]. 'same': the reach of the kernel less 1 in all, an odd
 * one more after, so that stride 1 keeps the size and stride 2 gives ⌈size / 2⌉.
 */
export type Padding = 'same' | number | readonly (number | readonly [before: number, after: number])[];

export interface SlidingOptions {
  readonly stride?: PerAxis;
  readonly padding?: Padding;
  readonly dilation?: PerAxis;
}

/** What the options of a convolution or a pooling mean, for a kernel of these lengths. */
export function sliding(
  op: string,
  kernel: Shape,
  { stride = 1, padding = 'same', dilation = 1 }: SlidingOptions,
): Sliding {
  const rank = kernel.length;
  const strides = perAxis(`${op} stride`, stride, rank, 1);
  const dilations = perAxis(`${op} dilation`, dilation, rank, 1);
  if (padding === 'same') {
    const all = reach(kernel, { dilations }).map((length) => length - 1);
    const padBegin = all.map((zeros) => Math.floor(zeros / 2));
    return { strides, dilations, padBegin, padEnd: all.map((zeros, axis) => zeros - padBegin[axis]!) };
  }
  const pairs = typeof padding === 'number' ? kernel.map(() => padding) : padding;
  const side = (place: 0 | 1) => {
    const widths = pairs.map((pair) => (typeof pair === 'number' ? pair : pair[place]));
    return perAxis(`${op} padding`, widths, rank, 0);
  };
  return { strides, dilations, padBegin: side(0), padEnd: side(1) };
}

/** The number for each axis; whole and at least `least`. */
export function perAxis(what: string, value: PerAxis, rank: number, least: number): readonly number[] {
  const values = typeof value === 'number' ? Array.from({ length: rank }, () => value) : value;
  if (values.length !== rank || !values.every((each) => Number.isInteger(each) && each >= least))
    refuse(what, `${rank} whole numbers of ${least} or more`, values);
  return values;
}

/** From the first tap of a kernel to its last, both counted. */
export function reach(kernel: Shape, { dilations }: Pick<Sliding, 'dilations'>): number[] {
  return kernel.map((length, axis) => (length - 1) * dilations[axis]! + 1);
}

/** How often the kernel fits along each axis. */
export function slid(op: string, lengths: Shape, kernel: Shape, moves: Sliding): number[] {
  const reached = reach(kernel, moves);
  const times = lengths.map((length, axis) => {
    const padded = length + moves.padBegin[axis]! + moves.padEnd[axis]!;
    return Math.floor((padded - reached[axis]!) / moves.strides[axis]!) + 1;
  });
  if (times.some((count) => count < 1)) refuse(op, 'an image no smaller than the kernel', lengths, reached);
  return times;
}
