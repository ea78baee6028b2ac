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
export const tallest = 64;
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

/** Room for the search, used again for every layer of an image. */
export interface Room {
  readonly open: Uint8Array;
  readonly waiting: Int32Array;
}

export function roomFor({ values }: Grey): Room {
  return { open: new Uint8Array(values.length), waiting: new Int32Array(values.length) };
}

/**
 * The connected parts of a layer that look like letters: nearly all of their
 * outline is brighter, or all darker, by `step` than what touches it.
 */
export function lettersIn(image: Grey, layer: Layer, step: number, room: Room): readonly Letter[] {
  const { values } = image;
  const { open } = room;
  for (let at = 0; at < values.length; at++)
    open[at] = values[at]! >= layer.from && values[at]! <= layer.to ? 1 : 0;
  const letters: Letter[] = [];
  for (let start = 0; start < open.length; start++) {
    if (open[start] === 0) continue;
    const part = partAt(start, image, room);
    const letter = letterOf(part);
    if (letter && standsOut(image, layer, step, room.waiting.subarray(0, part.pixels))) letters.push(letter);
  }
  return letters;
}

/** The part that holds a pixel, by its eight neighbours; its pixels are closed and listed in the room. */
function partAt(start: number, { rows, columns }: Grey, { open, waiting }: Room): Part {
  const part: Part = { top: rows, bottom: 0, left: columns, right: 0, pixels: 0 };
  waiting[0] = start;
  open[start] = 0;
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
        if (open[other] === 0) continue;
        open[other] = 0;
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
