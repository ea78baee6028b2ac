import { at, each, fill, inside, type Definitions } from './elements.ts';

export const shapeDefinitions = {
  Transpose: ({ attributes: { permutation }, shape }, [x]) =>
    fill(shape, (index) =>
      at(
        x!,
        permutation.map((_, axis) => index[permutation.indexOf(axis)]!),
      ),
    ),
  Reshape: (_, [x]) => x!.data,
  Expand: each((x) => x!),
  Concat: ({ attributes: { axis }, shape }, xs) =>
    fill(shape, (index) => {
      let place = index[axis]!;
      const from = xs.find((x) => place < x.shape[axis]! || ((place -= x.shape[axis]!), false))!;
      return at(from, index.with(axis, place));
    }),
  Slice: ({ attributes: { axis, start, step }, shape }, [x]) =>
    fill(shape, (index) => inside(x!, index.with(axis, start + step * index[axis]!))),
  Pad: ({ attributes: { before, value }, shape }, [x]) =>
    fill(shape, (index) => {
      const from = index.map((place, axis) => place - before[axis]!);
      const within = from.every((place, axis) => place >= 0 && place < x!.shape[axis]!);
      return within ? at(x!, from) : value;
    }),
  Tile: ({ shape }, [x]) =>
    fill(shape, (index) =>
      at(
        x!,
        index.map((place, axis) => place % x!.shape[axis]!),
      ),
    ),
  Flip: ({ attributes: { axes }, shape }, [x]) =>
    fill(shape, (index) =>
      at(
        x!,
        index.map((place, axis) => (axes.includes(axis) ? shape[axis]! - 1 - place : place)),
      ),
    ),
} satisfies Partial<Definitions>;
