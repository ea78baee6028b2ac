import { type Grey, type Letter, lettersIn } from './letters.ts';

/** One frame as a reader gives it: [rows, columns, samples]. */
export interface Frame {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly values: ArrayLike<number>;
}

/** Where writing seems to stand: a box of pixels, and how many letters were seen in it. */
export interface TextLine {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly letters: number;
}

/** Share of the image's range of brightness by which a letter stands out. */
const contrast = 0.18;
/** Letters of one line, and of these no bars; fewer happen by chance, more often with soft edges. */
const fewest = { sharp: { letters: 4, shapes: 3 }, soft: { letters: 8, shapes: 6 } } as const;
/** Values of which so many pixels form strokes are looked at, the most frequent first. */
const mostValues = 8;
const fewestPixels = 16;
const shares = [0.5, 0.65, 0.8];
/** Where a larger share of neighbours differ as print does from its ground, the image is noise through and through. */
const roughest = 0.25;

/**
 * Lines of writing in the pixels: strokes of one value that stand out from all
 * around them, of the size and shape of letters, side by side on one line.
 *
 * Noise makes it rare that neighbours in an MR image are exactly equal, while
 * print is: that is what is looked for, and besides it whatever exceeds the range
 * of the image (writing at full scale, with edges of any softness). Handwriting,
 * slanted or faint text with soft edges, and fewer than four letters are not
 * found, nor is anything in an image of noise alone: a class of images that usually carries text is not to be trusted on this alone.
 */
export function burntInText(frame: Frame): readonly TextLine[] {
  const image = greyOf(frame);
  const { low, high, most } = rangeOf(image.values);
  if (!(high > low)) return [];
  const step = contrast * (high - low);
  if (roughness(image, step) > roughest) return [];
  const lines = [...sharpLines(image, step), ...softLines(image, low, most, step)];
  return lines.sort((a, b) => a.top - b.top || a.left - b.left);
}

/** Lines in strokes of one value. */
function sharpLines(image: Grey, step: number): readonly TextLine[] {
  const strokes = strokeValues(image, step);
  if (strokes.length === 0) return [];
  const layerOf = new Map(strokes.map((value, index) => [value, index + 1]));
  const members = new Uint8Array(image.values.length);
  for (let at = 0; at < members.length; at++) members[at] = layerOf.get(image.values[at]!) ?? 0;
  const layers = strokes.map((value) => ({ from: value, to: value, soft: false }));
  return lettersIn(image, layers, members, step).flatMap((letters) => linesOf(letters, fewest.sharp));
}

/** Lines in what is brighter than shares of the whole scale: letters with soft edges come apart at one of them. */
function softLines(image: Grey, low: number, most: number, step: number): readonly TextLine[] {
  const { values } = image;
  return shares.flatMap((share) => {
    const from = low + share * (most - low);
    const members = brighterThan(values, from);
    const layer = { from, to: Number.POSITIVE_INFINITY, soft: true };
    return lettersIn(image, [layer], members, step).flatMap((letters) => linesOf(letters, fewest.soft));
  });
}

function brighterThan(values: Float32Array, from: number): Uint8Array {
  const members = new Uint8Array(values.length);
  for (let at = 0; at < members.length; at++) members[at] = Number(values[at]! >= from);
  return members;
}

/** The brightest of several samples: coloured writing on grey is bright in one of them. */
function greyOf({ rows, columns, samplesPerPixel, values }: Frame): Grey {
  const grey = new Float32Array(rows * columns);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    let most = values[pixel * samplesPerPixel]!;
    for (let sample = 1; sample < samplesPerPixel; sample++)
      most = Math.max(most, values[pixel * samplesPerPixel + sample]!);
    grey[pixel] = most;
  }
  return { rows, columns, values: grey };
}

/** The lowest and the highest value, and, by a sample, the one that one pixel in two hundred exceeds. */
function rangeOf(grey: Float32Array): { readonly low: number; readonly high: number; readonly most: number } {
  let [low, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < grey.length; at++) {
    low = Math.min(low, grey[at]!);
    most = Math.max(most, grey[at]!);
  }
  const every = Math.max(1, Math.floor(grey.length / 4096));
  const sample = new Float32Array(Math.floor(grey.length / every));
  for (let index = 0; index < sample.length; index++) sample[index] = grey[index * every]!;
  sample.sort();
  return { low, most, high: sample[Math.floor(0.995 * (sample.length - 1))] ?? low };
}

/** Share of the pixels that differ by `step` from the next in their row. */
function roughness({ values, rows, columns }: Grey, step: number): number {
  let steps = 0;
  for (let row = 0; row < rows; row++)
    for (let at = row * columns + 1; at < (row + 1) * columns; at++)
      if (Math.abs(values[at]! - values[at - 1]!) >= step) steps++;
  return steps / (rows * columns);
}

/** The values of which most pixels form a stroke: a step on one side, the same value along it. */
function strokeValues({ values, rows, columns }: Grey, step: number): readonly number[] {
  const strokes = new Map<number, number>();
  for (let row = 1; row < rows - 1; row++)
    for (let at = row * columns + 1; at < (row + 1) * columns - 1; at++)
      if (isStroke(values, at, 1, columns, step) || isStroke(values, at, columns, 1, step))
        strokes.set(values[at]!, (strokes.get(values[at]!) ?? 0) + 1);
  return [...strokes]
    .filter(([, count]) => count >= fewestPixels)
    .sort(([a, many], [b, more]) => more - many || a - b)
    .slice(0, mostValues)
    .map(([value]) => value);
}

function isStroke(values: Float32Array, at: number, across: number, along: number, step: number): boolean {
  const value = values[at]!;
  if (value !== values[at - along] && value !== values[at + along]) return false;
  return Math.abs(value - values[at - across]!) >= step || Math.abs(value - values[at + across]!) >= step;
}

type Fewest = (typeof fewest)[keyof typeof fewest];

/** Letters side by side: alike in height, on one base or top line, no further apart than a space. */
function linesOf(letters: readonly Letter[], least: Fewest): readonly TextLine[] {
  const lines: Letter[][] = [];
  /** Lines whose last letter is near enough for another, and those further left on the way out. */
  let near: Letter[][] = [];
  for (const letter of letters.toSorted((a, b) => a.left - b.left || a.top - b.top)) {
    const line = near.find((members) => follows(letter, members.at(-1)!));
    if (line) line.push(letter);
    else {
      const begun = [letter];
      near = [...near.filter((members) => mayGoOn(members.at(-1)!, letter.left)), begun];
      lines.push(begun);
    }
  }
  return lines.flatMap((members) => textLine(members, least) ?? []);
}

/** The next letter is at most 1 / 0.6 times as high, and as far away as a space of its height. */
function mayGoOn({ top, bottom, right }: Letter, left: number): boolean {
  return left - right - 1 <= (1.5 / 0.6) * (bottom - top + 1);
}

function follows(letter: Letter, before: Letter): boolean {
  const [height, other] = [letter.bottom - letter.top + 1, before.bottom - before.top + 1];
  const larger = Math.max(height, other);
  const gap = letter.left - before.right - 1;
  if (gap < -1 || gap > 1.5 * larger || Math.min(height, other) < 0.6 * larger) return false;
  const slack = Math.max(1, 0.2 * larger);
  return Math.abs(letter.bottom - before.bottom) <= slack || Math.abs(letter.top - before.top) <= slack;
}

function textLine(members: readonly Letter[], least: Fewest): TextLine | null {
  const letters = count(members);
  const shapes = count(members.filter(({ isBar }) => !isBar));
  if (letters < least.letters || shapes < least.shapes || members.length < 2) return null;
  return {
    top: Math.min(...members.map(({ top }) => top)),
    left: Math.min(...members.map(({ left }) => left)),
    bottom: Math.max(...members.map(({ bottom }) => bottom)),
    right: Math.max(...members.map(({ right }) => right)),
    letters,
  };
}

/** Letters that touch are counted by their common width. */
function count(members: readonly Letter[]): number {
  return members.reduce((sum, { left, right, top, bottom }) => {
    const widths = (right - left + 1) / (0.9 * (bottom - top + 1));
    return sum + Math.max(1, Math.round(widths));
  }, 0);
}
