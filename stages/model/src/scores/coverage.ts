import type { ItemName } from './items.ts';
import { type PointScore, pointRange } from './score.ts';

/** A score of which less than this share of its points can be told is not that score, and is not judged as such. */
export const leastCoverage = 2 / 3;

/**
 * Share of the way from the fewest to the most points of a score that is told by terms whose items
 * are all recorded, by whatever subjects: 1 where the study asks for everything that the score asks for.
 */
export function coverage(score: PointScore, notFed: Iterable<ItemName>): number {
  const open = new Set(notFed);
  const span = (terms: PointScore['terms']) => {
    const { low, high } = pointRange({ ...score, terms }, {});
    return high - low;
  };
  return span(score.terms.filter(({ items }) => !items.some((item) => open.has(item)))) / span(score.terms);
}
