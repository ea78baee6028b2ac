import type { GivenItems, ItemName } from './items.ts';

/** The fewest and the most points that are still possible; equal where nothing that matters is missing. */
export interface PointRange {
  readonly low: number;
  readonly high: number;
}

/**
 * One row of a score's table. A score is the sum of its terms; no two terms of a score
 * share an item, so that the fewest and the most points of the sum are the sums of theirs.
 */
export interface ScoreTerm {
  readonly items: readonly ItemName[];
  readonly points: (given: GivenItems) => PointRange;
}

/** Points by bands: those of the last bound that the value reaches. The first row has no lower bound. */
export function bands(
  item: ItemName,
  first: number,
  ...rows: readonly (readonly [from: number, points: number])[]
): ScoreTerm {
  const all = [first, ...rows.map(([, points]) => points)];
  return {
    items: [item],
    points: (given) => {
      const value = given[item];
      if (value === undefined) return { low: Math.min(...all), high: Math.max(...all) };
      const points = rows.reduce((points, [from, own]) => (value >= from ? own : points), first);
      return { low: points, high: points };
    },
  };
}

/** Points where the value fulfils the condition, else none. */
export function where(item: ItemName, holds: (value: number) => boolean, points: number): ScoreTerm {
  return {
    items: [item],
    points: (given) => {
      const value = given[item];
      if (value === undefined) return { low: 0, high: points };
      return holds(value) ? { low: points, high: points } : { low: 0, high: 0 };
    },
  };
}

export const above = (item: ItemName, limit: number, points: number) =>
  where(item, (value) => value > limit, points);
export const atLeast = (item: ItemName, limit: number, points: number) =>
  where(item, (value) => value >= limit, points);
export const below = (item: ItemName, limit: number, points: number) =>
  where(item, (value) => value < limit, points);
export const atMost = (item: ItemName, limit: number, points: number) =>
  where(item, (value) => value <= limit, points);

/** Points once where any of the items is a yes; none where all are a no. */
export function anyOf(items: readonly ItemName[], points: number): ScoreTerm {
  return {
    items,
    points: (given) => {
      if (items.some((item) => given[item] === 1)) return { low: points, high: points };
      return { low: 0, high: items.every((item) => given[item] === 0) ? 0 : points };
    },
  };
}

export const ifYes = (item: ItemName, points: number) => anyOf([item], points);
export const ifNo = (item: ItemName, points: number) => where(item, (value) => value === 0, points);
