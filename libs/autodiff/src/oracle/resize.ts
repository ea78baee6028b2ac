import { at, type Definitions, fill, type Index, type Operand } from './elements.ts';

/** The value of x at a place between its elements: a straight line along one axis after the other. */
function between(x: Operand, place: Index, axis = 0): number {
  const here = place[axis];
  if (here === undefined) return at(x, place);
  const [low, high] = [Math.floor(here), Math.ceil(here)];
  const first = between(x, place.with(axis, low), axis + 1);
  return low === high ? first : first + (here - low) * (between(x, place.with(axis, high), axis + 1) - first);
}

/** Elements are at the middle of cells of equal width, or the first and last centres of both axes coincide. */
function centre(place: number, from: number, to: number, alignCorners: boolean): number {
  const cell = from / to;
  const there = alignCorners ? (place / Math.max(to - 1, 1)) * (from - 1) : (place + 0.5) * cell - 0.5;
  return there < 0 ? 0 : there > from - 1 ? from - 1 : there;
}

export const resizeDefinitions: Pick<Definitions, 'Upsample' | 'ResizeLinear'> = {
  Upsample: ({ attributes: { factors }, shape }, [x]) =>
    fill(shape, ([n, c, ...place]) =>
      at(x!, [n!, c!, ...place.map((p, axis) => Math.floor(p / factors[axis]!))]),
    ),
  ResizeLinear: ({ attributes: { size, alignCorners }, shape }, [x]) =>
    fill(shape, ([n, c, ...place]) =>
      between(x!, [
        n!,
        c!,
        ...place.map((p, axis) => centre(p, x!.shape[axis + 2]!, size[axis]!, alignCorners)),
      ]),
    ),
};
