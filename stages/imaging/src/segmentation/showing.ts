/** One way to show a window to the network: turned about its middle, then mirrored left to right. */
export interface Showing {
  readonly turnDegrees: number;
  readonly mirrored: boolean;
}

export const asItIs: Showing = { turnDegrees: 0, mirrored: false };

/** Where each place of a window lies in what was shown, in pixels; null where it is the same place. */
export type PlacesShown = { readonly x: Float64Array; readonly y: Float64Array } | null;

export function placesShown({ turnDegrees, mirrored }: Showing, size: number): PlacesShown {
  if (turnDegrees === 0 && !mirrored) return null;
  const middle = (size - 1) / 2;
  const cosine = Math.cos((turnDegrees * Math.PI) / 180);
  const sine = Math.sin((turnDegrees * Math.PI) / 180);
  const x = new Float64Array(size * size);
  const y = new Float64Array(size * size);
  for (let place = 0; place < size * size; place++) {
    const across = (place % size) - middle;
    const down = Math.floor(place / size) - middle;
    const turned = middle + cosine * across + sine * down;
    x[place] = mirrored ? size - 1 - turned : turned;
    y[place] = middle - sine * across + cosine * down;
  }
  return { x, y };
}

/** In place: every row of square windows from right to left. */
export function mirrorWindows(values: Float32Array, size: number): void {
  for (let row = 0; row < values.length; row += size) values.subarray(row, row + size).reverse();
}

/**
 * Adds the scores of a shown window, as probabilities, to those of the window as it
 * is. A corner that was turned out of what was shown gets nothing.
 *
 * @param logits [classes, size, size] of the window as it was shown
 * @param sums [classes, size, size]
 */
export function addProbabilities(
  logits: Float32Array,
  sums: Float32Array,
  places: PlacesShown,
  size: number,
): void {
  const area = size * size;
  const scores = new Float64Array(logits.length / area);
  for (let place = 0; place < area; place++) {
    if (places === null) for (let c = 0; c < scores.length; c++) scores[c] = logits[c * area + place]!;
    else if (!sampleScores(logits, scores, size, places.x[place]!, places.y[place]!)) continue;
    addSoftmax(scores, sums, place, area);
  }
}

/** @param scores of one place; overwritten */
function addSoftmax(scores: Float64Array, sums: Float32Array, place: number, area: number): void {
  const classes = scores.length;
  let highest = scores[0]!;
  for (let c = 1; c < classes; c++) if (scores[c]! > highest) highest = scores[c]!;
  let total = 0;
  for (let c = 0; c < classes; c++) {
    const score = scores[c]!;
    // exp(0) is 1, and one class in each place has the highest score.
    const part = score === highest ? 1 : Math.exp(score - highest);
    scores[c] = part;
    total += part;
  }
  for (let c = 0; c < classes; c++) sums[c * area + place]! += scores[c]! / total;
}

/** Bilinear scores of every class at a place; false where the place lies outside of the window. */
export function sampleScores(
  maps: Float32Array,
  scores: Float64Array,
  size: number,
  x: number,
  y: number,
): boolean {
  if (x < 0 || y < 0 || x > size - 1 || y > size - 1) return false;
  const left = Math.min(Math.floor(x), size - 2);
  const top = Math.min(Math.floor(y), size - 2);
  const right = x - left;
  const down = y - top;
  for (let c = 0; c < scores.length; c++) {
    const corner = c * size * size + top * size + left;
    scores[c] =
      (1 - down) * ((1 - right) * maps[corner]! + right * maps[corner + 1]!) +
      down * ((1 - right) * maps[corner + size]! + right * maps[corner + size + 1]!);
  }
  return true;
}
