import { currentLayer, currentPass } from '../layer.ts';
import { type OpName, showShape, type Tensor } from '../tensor.ts';

/** A tensor, or a number that stands for a scalar. */
export type Operand = Tensor | number;
export type Shape = readonly number[];

export function node<Op extends OpName>(
  op: Op,
  inputs: Tensor<Op>['inputs'],
  attributes: Tensor<Op>['attributes'],
  shape: Shape,
): Tensor<Op> {
  return Object.freeze({
    op,
    inputs,
    attributes,
    shape: Object.freeze([...shape]),
    layer: currentLayer(),
    pass: currentPass(),
  });
}

export function refuse(op: string, expected: string, ...shapes: Shape[]): never {
  const where = currentLayer() ? `${currentLayer()}: ` : '';
  throw new RangeError(`${where}${op}: expected ${expected}, got ${shapes.map(showShape).join(' and ')}`);
}

/** The shape two shapes broadcast to, like NumPy. */
export function broadcast(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) refuse(op, 'shapes that broadcast', a, b);
    return left === 1 ? right : left;
  });
}

/** An axis counted from the front. */
export function positiveAxis(op: string, axis: number, x: Tensor): number {
  const positive = axis < 0 ? axis + x.shape.length : axis;
  if (x.shape[positive] === undefined) refuse(op, `an axis ${axis}`, x.shape);
  return positive;
}
