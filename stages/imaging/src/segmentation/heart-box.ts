/** Where the heart lies in the slices of a stack, in pixels, and how far it reaches. */
export interface HeartBox {
  /** Middle of the box: [row, column]. */
  readonly centre: readonly [row: number, column: number];
  /** [rows, columns] */
  readonly extent: readonly [rows: number, columns: number];
}

/** Across a left ventricle with its wall, at end-diastole as late enhancement shows it. */
const usualVentricleMm = 75;

/**
 * The pixel size of an image that carries none, from the heart in it: a ventricle in
 * short axis is about as high as it is wide, however the image was squeezed since.
 */
export function pixelMmByHeart({ extent: [rows, columns] }: HeartBox): readonly [number, number] {
  return [usualVentricleMm / rows, usualVentricleMm / columns];
}

/** Of what looks like heart, the outermost share on each side is not counted: stray pixels would move the box. */
const strayShare = 0.02;

/** The box around these pixels without the outermost 2 % on each side; null where there are fewer than `fewest`. */
export function heartBox(rows: number[], columns: number[], fewest = 1): HeartBox | null {
  if (rows.length < Math.max(1, fewest)) return null;
  const [top, bottom] = range(rows);
  const [left, right] = range(columns);
  return {
    centre: [(top + bottom) / 2, (left + right) / 2],
    extent: [bottom - top + 1, right - left + 1],
  };
}

/** The box around everything that is labelled in the slices of a stack. */
export function labelledBox(labels: Uint8Array, columns: number, area: number): HeartBox | null {
  const down: number[] = [];
  const across: number[] = [];
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0) continue;
    const place = at % area;
    down.push(Math.floor(place / columns));
    across.push(place % columns);
  }
  return heartBox(down, across);
}

function range(values: number[]): readonly [number, number] {
  const sorted = Int32Array.from(values).sort();
  return [
    sorted[Math.floor(strayShare * sorted.length)]!,
    sorted[Math.ceil((1 - strayShare) * sorted.length) - 1]!,
  ];
}
