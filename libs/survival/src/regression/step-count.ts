/** How many of these ascending days are at or before t. */
export function stepCount(days: Float64Array, t: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
