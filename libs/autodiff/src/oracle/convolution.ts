import { type Convolution, sizeOf, type Tensor } from '../tensor.ts';
import { type Definitions, type Index, indices } from './elements.ts';

/** Where element x of the image and w of the kernel meet for element y of the output, as places in memory. */
type Meet = (x: number, w: number, y: number) => void;

/** A convolution is which x meets which w for which y: all three operators go through the same list. */
function meetings(
  { strides, padBegin, dilations, groups }: Convolution,
  x: Index,
  w: Index,
  y: Index,
  meet: Meet,
): void {
  const [batch, c, ...image] = x as [number, number, ...number[]];
  const [o, perGroup, ...kernel] = w as [number, number, ...number[]];
  const output = y.slice(2);
  const [pixels, taps, positions] = [sizeOf(image), sizeOf(kernel), sizeOf(output)];
  for (const [atPosition, position] of indices(output).entries())
    for (const [atTap, tap] of indices(kernel).entries()) {
      const from = position.map(
        (p, axis) => p * strides[axis]! + tap[axis]! * dilations[axis]! - padBegin[axis]!,
      );
      if (!from.every((at, axis) => at >= 0 && at < image[axis]!)) continue;
      const pixel = from.reduce((place, at, axis) => place * image[axis]! + at, 0);
      for (let n = 0; n < batch; n++)
        for (let out = 0; out < o; out++)
          for (let within = 0; within < perGroup; within++) {
            const channel = Math.floor(out / (o / groups)) * perGroup + within;
            meet(
              (n * c + channel) * pixels + pixel,
              (out * perGroup + within) * taps + atTap,
              (n * o + out) * positions + atPosition,
            );
          }
    }
}

/** A result that starts at 0 and grows. */
function gathered({ shape }: Tensor, gather: (values: Float64Array) => void): Float64Array {
  const values = new Float64Array(sizeOf(shape));
  gather(values);
  return values;
}

export const convolutionDefinitions: Pick<Definitions, 'Conv' | 'ConvInputGradient' | 'ConvWeightGradient'> =
  {
    Conv: (result, [x, w]) =>
      gathered(result, (values) =>
        meetings(result.attributes, x!.shape, w!.shape, result.shape, (atX, atW, atY) => {
          values[atY]! += x!.data[atX]! * w!.data[atW]!;
        }),
      ),
    ConvInputGradient: (result, [y, w]) =>
      gathered(result, (values) =>
        meetings(result.attributes, result.shape, w!.shape, y!.shape, (atX, atW, atY) => {
          values[atX]! += y!.data[atY]! * w!.data[atW]!;
        }),
      ),
    ConvWeightGradient: (result, [x, y]) =>
      gathered(result, (values) =>
        meetings(result.attributes, x!.shape, result.shape, y!.shape, (atX, atW, atY) => {
          values[atW]! += x!.data[atX]! * y!.data[atY]!;
        }),
      ),
  };
