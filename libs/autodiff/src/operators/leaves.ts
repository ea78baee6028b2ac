import { sizeOf, type Tensor } from '../tensor.ts';
import { node, refuse, type Shape, type Operand } from './node.ts';

/** A value the caller feeds at every run. */
export function input(name: string, shape: Shape): Tensor<'Input'> {
  if (!shape.every((length) => Number.isInteger(length) && length > 0))
    refuse(`input ${name}`, 'positive whole lengths', shape);
  return node('Input', [], { name }, shape);
}

/** A value the optimizer changes; `values` is where it starts. */
export function parameter(name: string, shape: Shape, values: Float32Array): Tensor<'Parameter'> {
  if (values.length !== sizeOf(shape)) refuse(`parameter ${name}`, `${values.length} elements`, shape);
  return node('Parameter', [], { name, values }, shape);
}

/** Fixed numbers. Without a shape: a scalar for a number, a vector for a list; one number fills any shape. */
export function constant(
  values: Float32Array | readonly number[] | number,
  shape?: Shape,
): Tensor<'Constant'> {
  if (typeof values === 'number') {
    const size = sizeOf(shape ?? []);
    return node('Constant', [], { values: new Float32Array(size).fill(values) }, shape ?? []);
  }
  const data = Float32Array.from(values);
  const dimensions = shape ?? [data.length];
  if (data.length !== sizeOf(dimensions)) refuse('constant', `${data.length} elements`, dimensions);
  return node('Constant', [], { values: data }, dimensions);
}

/** A number as a scalar tensor. */
export function tensor(operand: Operand): Tensor {
  return typeof operand === 'number' ? constant(operand) : operand;
}
