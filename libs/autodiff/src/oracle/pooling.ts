import { type Sliding, sizeOf } from '../tensor.ts';
import { at, type Definitions, fill, type Index, indices, total } from './elements.ts';

/** The places of x that a window sees, those beyond the border left out. */
function seen(
  { kernel, strides, padBegin, dilations }: Sliding & { kernel: Index },
  x: Index,
  index: Index,
): Index[] {
  const [n, c, ...position] = index as [number, number, ...number[]];
  return indices(kernel)
    .map((tap) =>
      tap.map((step, axis) => position[axis]! * strides[axis]! + step * dilations[axis]! - padBegin[axis]!),
    )
    .filter((place) => place.every((p, axis) => p >= 0 && p < x[axis + 2]!))
    .map((place) => [n, c, ...place]);
}

export const poolingDefinitions: Pick<Definitions, 'MaxPool' | 'AvgPool'> = {
  MaxPool: ({ attributes, shape }, [x]) =>
    fill(shape, (index) => Math.max(...seen(attributes, x!.shape, index).map((place) => at(x!, place)))),
  AvgPool: ({ attributes, shape }, [x]) =>
    fill(shape, (index) => {
      const elements = seen(attributes, x!.shape, index).map((place) => at(x!, place));
      return total(elements) / (attributes.countPadding ? sizeOf(attributes.kernel) : elements.length);
    }),
};
