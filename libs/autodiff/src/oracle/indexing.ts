import { sizeOf } from '../tensor.ts';
import { at, type Definitions, fill, indices, type Operand } from './elements.ts';

/** The place an index means, -1 being the last. */
function placeOf(index: number, length: number): number {
  const place = Math.trunc(index) + (index <= -1 ? length : 0);
  if (!(place >= 0 && place < length))
    throw new RangeError(`evaluate: expected an index from ${-length} to ${length - 1}, got ${index}`);
  return place;
}

export const indexingDefinitions = {
  Gather: ({ attributes: { axis }, shape }, [x, places]) =>
    fill(shape, (index) => {
      const rank = places!.shape.length;
      const place = placeOf(at(places!, index.slice(axis, axis + rank)), x!.shape[axis]!);
      return at(x!, index.toSpliced(axis, rank, place));
    }),
  TakeAlong: ({ attributes: { axis }, shape }, [x, places]) =>
    fill(shape, (index) => at(x!, index.with(axis, placeOf(at(places!, index), x!.shape[axis]!)))),
  AddAlong: ({ attributes: { axis, length }, shape }, [updates, places]) => {
    const sums = new Float64Array(sizeOf(shape));
    const flat: Operand = { shape, data: Float64Array.from(sums.keys()) };
    for (const index of indices(updates!.shape))
      sums[at(flat, index.with(axis, placeOf(at(places!, index), length)))]! += at(updates!, index);
    return sums;
  },
} satisfies Partial<Definitions>;
