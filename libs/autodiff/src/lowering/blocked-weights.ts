import type { NodeWriter } from '../onnx-nodes.ts';

/**
 * Weights [o, c, h, w] as the blocked kernels read them:
 * [o / block, c / block, h, w, block of c, block of o], c whole where it fills no block.
 */
export function blockedWeights(to: NodeWriter, w: string, shape: readonly number[]): string {
  const [o, c, height, width] = shape as [number, number, number, number];
  const { block } = to;
  const whole = c < block;
  const split = whole
    ? [o / block, block, c, height, width]
    : [o / block, block, c / block, block, height, width];
  const parts = to.node('Reshape', [w, to.ints(split)]);
  const ordered = to.node('Transpose', [parts], { perm: whole ? [0, 2, 3, 4, 1] : [0, 2, 4, 5, 3, 1] });
  return to.node('Reshape', [ordered, to.ints(shape)]);
}

/** Weights with both axes of the kernel backwards. */
export function mirrorKernel(to: NodeWriter, w: string, kernel: readonly number[]): string {
  if (kernel.every((length) => length === 1)) return w;
  const every = (bound: number) => to.ints(kernel.map(() => bound));
  return to.node('Slice', [w, every(-1), every(-(2 ** 31)), to.ints([2, 3]), every(-1)]);
}
