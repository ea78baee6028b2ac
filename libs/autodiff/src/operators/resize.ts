import { sameShape, type Tensor } from '../tensor.ts';
import { node, refuse, type Shape } from './node.ts';
import { perAxis, type PerAxis } from './sliding.ts';

/**
 * Every element repeated, over one, two or three spatial axes: [n, c, …spatial] → [n, c, …spatial × factors].
 *
 * @throws RangeError when a factor is not a whole number of 1 or more
 *
 * Agrees with: PyTorch `interpolate(mode='nearest')` for whole factors.
 */
export function upsample(x: Tensor, factors: PerAxis): Tensor {
  const [n, c, ...spatial] = image('upsample', x);
  const times = perAxis('upsample factors', factors, spatial.length, 1);
  if (times.every((factor) => factor === 1)) return x;
  const shape = [n!, c!, ...spatial.map((length, axis) => length * times[axis]!)];
  return node('Upsample', [x], { factors: times }, shape);
}
/** `upsample` by 2 along every axis. */
export const upsample2 = (x: Tensor): Tensor => upsample(x, 2);

export interface ResizeOptions {
  /** The wanted lengths of the spatial axes. */
  readonly size: Shape;
  /** Whether the centres of the corner elements stay in place; else (default) their outer edges do. */
  readonly alignCorners?: boolean;
}

/**
 * Linear interpolation along one, two or three spatial axes, to any size: [n, c, …spatial] → [n, c, …size].
 * Beyond the centre of the outermost element its value stays. Making smaller does not average.
 *
 * @throws RangeError when the size has another number of axes, or a length below 1
 *
 * Agrees with: PyTorch `interpolate` with mode 'linear', 'bilinear', 'trilinear'.
 */
export function resizeLinear(x: Tensor, { size, alignCorners = false }: ResizeOptions): Tensor {
  const [n, c, ...spatial] = image('resizeLinear', x);
  const wanted = perAxis('resizeLinear size', size, spatial.length, 1);
  if (sameShape(wanted, spatial)) return x;
  return node('ResizeLinear', [x], { size: wanted, alignCorners }, [n!, c!, ...wanted]);
}

/** Where, between the elements of an axis of `from`, an element of an axis of `to` takes its value. */
export function source(place: number, from: number, to: number, alignCorners: boolean): number {
  if (alignCorners) return to === 1 ? 0 : (place * (from - 1)) / (to - 1);
  return Math.min(Math.max(((place + 0.5) * from) / to - 0.5, 0), from - 1);
}

function image(op: string, x: Tensor): Shape {
  const rank = x.shape.length;
  return rank >= 3 && rank <= 5 ? x.shape : refuse(op, '[n, c, 1 to 3 axes]', x.shape);
}
