/** Rows and columns that hold a label, the outermost included; null where nothing is labelled. */
export function boxOf(slice: Uint8Array, columns: number) {
  let [top, bottom, left, right] = [Infinity, -1, Infinity, -1];
  for (let place = 0; place < slice.length; place++) {
    if (slice[place] === 0) continue;
    const row = Math.floor(place / columns);
    const column = place % columns;
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    left = Math.min(left, column);
    right = Math.max(right, column);
  }
  return bottom < 0 ? null : { top, bottom, left, right };
}
