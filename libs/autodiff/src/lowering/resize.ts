import type { NodeWriter } from '../onnx-nodes.ts';
import type { Tensor } from '../tensor.ts';

export function lowerUpsample(
  { inputs: [x], attributes: { factors } }: Tensor<'Upsample'>,
  to: NodeWriter,
): string {
  const scales = to.floats(Float32Array.of(1, 1, ...factors), [factors.length + 2]);
  return to.node('Resize', [to.value(x), '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

/** By sizes, not scales: a scale in float32 can miss a size by one. */
export function lowerResizeLinear(y: Tensor<'ResizeLinear'>, to: NodeWriter): string {
  const { inputs, attributes } = y;
  const x = to.value(inputs[0]);
  const shape = to.target(y);
  const free = shape.includes(-1);
  const images = () => to.node('Slice', [to.node('Shape', [x]), to.ints([0]), to.ints([2])]);
  const sizes = free ? to.node('Concat', [images(), to.ints(shape.slice(2))], { axis: 0 }) : to.ints(shape);
  return to.node('Resize', [x, '', '', sizes], {
    mode: 'linear',
    coordinate_transformation_mode: attributes.alignCorners ? 'align_corners' : 'half_pixel',
  });
}
