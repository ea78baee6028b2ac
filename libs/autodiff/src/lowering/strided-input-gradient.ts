import { sizeOf, type Tensor } from '../tensor.ts';
import { blockedDomain } from './block-size.ts';
import type { BlockedImages } from './blocked-images.ts';
import { blockedWeights } from './blocked-weights.ts';

/** What the elements of one parity of x meet along one axis: taps of the kernel from the last to the first, and the zeros around dy. */
interface Phase {
  readonly last: number;
  readonly taps: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The input gradient of a convolution with stride 2: even and odd rows and columns
 * of x met different taps, so each of the four parities is a small convolution of
 * its own, and the four are put together like a zip. ONNX's ConvTranspose is three
 * times slower. Null where a parity met no tap or the sizes do not come out.
 */
export function stridedInputGradient(dx: Tensor<'ConvInputGradient'>, images: BlockedImages): string | null {
  const { to } = images;
  const { strides, dilations, padBegin, spatial, groups } = dx.attributes;
  const [dy, w] = dx.inputs;
  const even = spatial.length === 2 && spatial.every((length) => length % 2 === 0);
  const plainSteps = strides.every((step) => step === 2) && dilations.every((step) => step === 1);
  if (!even || !plainSteps || groups !== 1 || !images.fits(dx) || !images.fits(dy)) return null;
  const phases = spatial.map((length, axis) =>
    [0, 1].map((parity) =>
      phaseOf(parity, w.shape[axis + 2]!, padBegin[axis]!, length / 2, dy.shape[axis + 2]!),
    ),
  );
  if (phases.flat().some((phase) => phase === null)) return null;
  const [rows, columns] = phases as [Phase[], Phase[]];
  const [n, c, height, width] = dx.shape as [number, number, number, number];
  const { block } = to;
  const part = (row: Phase, column: Phase) => {
    const sizes = [row.taps, column.taps];
    const cut = to.node('Slice', [
      to.value(w),
      to.ints([row.last, column.last]),
      to.ints([-(2 ** 31), -(2 ** 31)]),
      to.ints([2, 3]),
      to.ints([-2, -2]),
    ]);
    const swapped = to.node('Transpose', [cut], { perm: [1, 0, 2, 3] });
    const weights = blockedWeights(to, swapped, [c, w.shape[0]!, ...sizes]);
    const found = to.node(
      'Conv',
      [images.blocked(dy), weights],
      { kernel_shape: sizes, pads: [row.before, column.before, row.after, column.after] },
      blockedDomain,
    );
    return to.node('Reshape', [found, to.ints([sizeOf(dx.shape) / (4 * block), block])]);
  };
  const lines = rows.map((row) => {
    const pair = to.node(
      'Concat',
      columns.map((column) => part(row, column)),
      { axis: 1 },
    );
    return to.node('Reshape', [pair, to.ints([((n * c) / block) * (height / 2), width * block])]);
  });
  return to.node('Reshape', [to.node('Concat', lines, { axis: 1 }), to.ints(dx.shape)]);
}

function phaseOf(parity: number, kernel: number, pad: number, wanted: number, given: number): Phase | null {
  const first = (parity + pad) % 2;
  const taps = Math.ceil((kernel - first) / 2);
  if (taps < 1) return null;
  const last = first + 2 * (taps - 1);
  const before = (last - parity - pad) / 2;
  const after = wanted - given - before + taps - 1;
  return before < 0 || after < 0 ? null : { last, taps, before, after };
}
