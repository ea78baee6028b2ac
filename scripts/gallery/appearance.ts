// How a labelled slice looks, in numbers that need no units of intensity.

/** One slice [height, width] with its labels, and the size of a pixel. */
export interface Look {
  readonly pixels: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly pixelMm: number;
}

/** Which labels are blood of the LV, wall (remote), RV and bright or dark necrosis; 0 where there is none. */
export interface Parts {
  readonly blood: number;
  readonly wall: number;
  readonly rv: number;
  readonly infarct: number;
  readonly mvo: number;
}

export const cineParts: Parts = { blood: 3, wall: 2, rv: 1, infarct: 0, mvo: 0 };
export const lgeParts: Parts = { blood: 1, wall: 2, rv: 0, infarct: 3, mvo: 4 };

/** Fewer pixels of a tissue say nothing. */
const fewest = 25;

export type Measures = Readonly<Record<string, number | null>>;

/**
 * Ratios of medians (over the 1st percentile of a cine, which stands for no signal;
 * over the wall of a late enhancement, which is nulled), spread within tissues, noise and steepness of the endocardial border.
 */
export function measure(look: Look, parts: Parts): Measures {
  const all = Array.from(look.pixels).sort((a, b) => a - b);
  const at = (share: number) => all[Math.floor(share * (all.length - 1))]!;
  const values = (label: number) => valuesOf(look, label);
  const [blood, wall, rv] = [values(parts.blood), values(parts.wall), values(parts.rv)];
  const [bloodMid, wallMid] = [middle(blood), middle(wall)];
  // A phase-sensitive image has its zero anywhere: there the wall, which is nulled, stands for it.
  const zero = parts.infarct > 0 ? (wallMid ?? 0) : at(0.01);
  const over = (value: number | null) =>
    value === null || bloodMid === null ? null : (value - zero) / (bloodMid - zero);
  const contrast = bloodMid === null || wallMid === null ? null : Math.abs(bloodMid - wallMid);
  return {
    'wall / blood': parts.infarct > 0 ? null : over(wallMid),
    'RV / LV blood': parts.rv > 0 ? over(middle(rv)) : null,
    'infarct / blood': parts.infarct > 0 ? over(middle(values(parts.infarct))) : null,
    'MVO / blood': parts.mvo > 0 ? over(middle(values(parts.mvo))) : null,
    'median of the image / blood': over(at(0.5)),
    '75th percentile / blood': over(at(0.75)),
    '95th percentile / blood': over(at(0.95)),
    'spread in blood / contrast': part(spread(blood), contrast),
    'spread in wall / contrast': part(spread(wall), contrast),
    'noise in wall / contrast': part(noise(look, parts.wall), contrast),
    'border of blood and wall, 1/mm': part(steepness(look, parts), contrast),
  };
}

function part(value: number | null, whole: number | null): number | null {
  return value === null || whole === null || whole <= 0 ? null : value / whole;
}

function valuesOf({ pixels, labels, width, height }: Look, label: number): number[] | null {
  if (label === 0) return null;
  const found: number[] = [];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x;
      // Inside alone: pixels on a border hold two tissues.
      if ([p, p - 1, p + 1, p - width, p + width].every((q) => labels[q] === label)) found.push(pixels[p]!);
    }
  return found.length < fewest ? null : found.sort((a, b) => a - b);
}

function middle(sorted: readonly number[] | null): number | null {
  return sorted === null ? null : sorted[sorted.length >> 1]!;
}

/** Half the distance of the 16th and the 84th percentile. */
function spread(sorted: readonly number[] | null): number | null {
  if (sorted === null) return null;
  return (sorted[Math.floor(0.84 * sorted.length)]! - sorted[Math.floor(0.16 * sorted.length)]!) / 2;
}

/** Standard deviation of what differs from pixel to pixel, by the second difference along the rows (variance 6 σ²). */
function noise({ pixels, labels, width, height }: Look, label: number): number | null {
  const differences: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x;
      if (labels[p] === label && labels[p - 1] === label && labels[p + 1] === label)
        differences.push(Math.abs(pixels[p - 1]! - 2 * pixels[p]! + pixels[p + 1]!));
    }
  if (differences.length < fewest) return null;
  differences.sort((a, b) => a - b);
  return (1.4826 * differences[differences.length >> 1]!) / Math.sqrt(6);
}

/** Median, where wall meets LV blood, of the steepest gradient within two pixels, per mm: contours are not exact. */
function steepness({ pixels, labels, width, height, pixelMm }: Look, { blood, wall }: Parts): number | null {
  const slope = (p: number) =>
    Math.hypot(pixels[p + 1]! - pixels[p - 1]!, pixels[p + width]! - pixels[p - width]!) / (2 * pixelMm);
  const slopes: number[] = [];
  for (let y = 3; y < height - 3; y++)
    for (let x = 3; x < width - 3; x++) {
      const p = y * width + x;
      if (labels[p] !== wall) continue;
      if (![p - 1, p + 1, p - width, p + width].some((q) => labels[q] === blood)) continue;
      let most = 0;
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) most = Math.max(most, slope(p + dy * width + dx));
      slopes.push(most);
    }
  if (slopes.length < fewest) return null;
  return slopes.sort((a, b) => a - b)[slopes.length >> 1]!;
}

/** Quartiles of a measure over slices that have it. */
export function quartiles(all: readonly Measures[], name: string): readonly [number, number, number] | null {
  const values = all.map((one) => one[name] ?? null).filter((value) => value !== null);
  if (values.length < 5) return null;
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
  return [at(0.25), at(0.5), at(0.75)];
}
