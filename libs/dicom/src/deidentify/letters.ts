/** An image of one sample a pixel. */
export interface Grey {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** The pixels looked at together: those from one value to another. */
export interface Layer {
  readonly from: number;
  readonly to: number;
  /** Letters may have a rim of values in between. */
  readonly soft: boolean;
}

/** Something of the size and shape of a letter, or of a few that touch. */
export interface Letter {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  /** Narrow and full: I, l, 1. */
  readonly isBar: boolean;
}

/** In pixels high; in multiples of the height wide. */
const shortest = 5;
const tallest = 64;
const widest = 4;
/** A blob fills its box, a letter does not. */
const emptiest = 0.12;
const fullest = 0.72;
/** Share of a letter's outline that stands out. */
const outlined = 0.85;

interface Part {
  top: number;
  bottom: number;
  left: number;
  right: number;
  pixels: number;
}

/**
 * The connected parts of some layers that look like letters: nearly all of their
 * outline is brighter, or all darker, by `step` than what touches it.
 *
 * @param members which layer a pixel is in, counted from 1, or 0; used up on the way
 * @returns the letters of each layer
 */
export function lettersIn(
  image: Grey,
  layers: readonly Layer[],
  members: Uint8Array,
  step: number,
): readonly (readonly Letter[])[] {
  const letters: Letter[][] = layers.map(() => []);
  const waiting = new Int32Array(members.length);
  for (let start = 0; start < members.length; start++) {
    const layer = members[start]!;
    if (layer === 0) continue;
    const part = partAt(start, image, members, waiting);
    const letter = letterOf(part);
    if (letter && standsOut(image, layers[layer - 1]!, step, waiting.subarray(0, part.pixels)))
      letters[layer - 1]!.push(letter);
  }
  return letters;
}

/** The part of a layer that holds a pixel, by its eight neighbours; its pixels are taken out and listed. */
function partAt(start: number, { rows, columns }: Grey, members: Uint8Array, waiting: Int32Array): Part {
  const layer = members[start]!;
  const part: Part = { top: rows, bottom: 0, left: columns, right: 0, pixels: 0 };
  waiting[0] = start;
  members[start] = 0;
  let end = 1;
  while (part.pixels < end) {
    const at = waiting[part.pixels++]!;
    const row = Math.floor(at / columns);
    const column = at - row * columns;
    part.top = Math.min(part.top, row);
    part.bottom = Math.max(part.bottom, row);
    part.left = Math.min(part.left, column);
    part.right = Math.max(part.right, column);
    const last = Math.min(columns - 1, column + 1);
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
      for (let other = y * columns + Math.max(0, column - 1); other <= y * columns + last; other++) {
        if (members[other] !== layer) continue;
        members[other] = 0;
        waiting[end++] = other;
      }
  }
  return part;
}

function letterOf({ top, bottom, left, right, pixels }: Part): Letter | null {
  const [height, width] = [bottom - top + 1, right - left + 1];
  if (height < shortest || height > tallest || width > widest * height) return null;
  const isBar = width <= height / 3;
  const fill = pixels / (width * height);
  if (!isBar && (fill < emptiest || fill > fullest)) return null;
  return { top, bottom, left, right, isBar };
}

function standsOut(
  { values, columns }: Grey,
  { from, to, soft }: Layer,
  step: number,
  part: Int32Array,
): boolean {
  const by = soft ? 2 : 1;
  const down = by * columns;
  const around = [-down - by, -down, by - down, -by, by, down - by, down, down + by];
  let [outline, brighter, darker] = [0, 0, 0];
  for (const at of part)
    for (const away of around) {
      const beside = values[at + away];
      if (beside === undefined || (beside >= from && beside <= to)) continue;
      outline++;
      if (values[at]! - beside >= step) brighter++;
      else if (beside - values[at]! >= step) darker++;
    }
  return Math.max(brighter, darker) >= outlined * outline;
}
