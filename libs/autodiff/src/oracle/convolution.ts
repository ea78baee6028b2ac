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
  const [o, perGroup, ...kernel] = w as [number, number, ...number[]];
  const place = (shape: Index, index: Index) =>
    shape.reduce((sofar, length, axis) => sofar * length + index[axis]!, 0);
  for (const position of indices(y.slice(2)))
    for (const tap of indices(kernel)) {
      const from = position.map(
        (p, axis) => p * strides[axis]! + tap[axis]! * dilations[axis]! - padBegin[axis]!,
      );
      if (!from.every((at, axis) => at >= 0 && at < x[axis + 2]!)) continue;
      for (const [n, out, within] of indices([y[0]!, o, perGroup])) {
        const channel = Math.floor(out! / (o / groups)) * perGroup + within!;
        meet(
          place(x, [n!, channel, ...from]),
          place(w, [out!, within!, ...tap]),
          place(y, [n!, out!, ...position]),
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
