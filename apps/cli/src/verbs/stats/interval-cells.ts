/**
 * The ends of an interval for a table; dashes where they are the estimate itself: what is certain by construction
 * (nobody has had the event yet, or nobody is left) has no spread that an interval could be of.
 */
export function intervalCells(
  estimate: number | null,
  low: number | null,
  high: number | null,
): [number | null, number | null] {
  return low === estimate && high === estimate ? [null, null] : [low, high];
}
