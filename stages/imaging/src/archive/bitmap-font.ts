/** Letters of 5 × 7 pixels: a hexadecimal pair a row from the top, its highest of 5 bits on the left. */
const letters: { readonly [letter: string]: string } = {
  A: '0e11111f111111',
  B: '1e11111e11111e',
  C: '0f10101010100f',
  D: '1e11111111111e',
  E: '1f10101e10101f',
  F: '1f10101e101010',
  G: '0f10101311110f',
  H: '1111111f111111',
  I: '0e04040404040e',
  J: '0702020202120c',
  K: '11121418141211',
  L: '1010101010101f',
  M: '111b1515111111',
  N: '11191515131111',
  O: '0e11111111110e',
  P: '1e11111e101010',
  Q: '0e11111115120d',
  R: '1e11111e141211',
  S: '0f10100e01011e',
  T: '1f040404040404',
  U: '1111111111110e',
  V: '111111110a0a04',
  W: '11111115151b11',
  X: '110a0404040a11',
  Y: '110a0a04040404',
  Z: '1f01020408101f',
  '0': '0e11131519110e',
  '1': '040c040404040e',
  '2': '0e11010608101f',
  '3': '1e01010e01011e',
  '4': '02060a121f0202',
  '5': '1f101e0101110e',
  '6': '0608101e11110e',
  '7': '1f010204040808',
  '8': '0e11110e11110e',
  '9': '0e11110f01020c',
  '.': '00000000000c0c',
  ',': '000000000c0408',
  ':': '000c0c000c0c00',
  '-': '0000001f000000',
  '+': '0004041f040400',
  '/': '01010204081010',
  '%': '19190204081313',
  '(': '02040808080402',
  ')': '08040202020408',
  '=': '00001f001f0000',
  _: '0000000000001f',
  '?': '0e110106040004',
};

const [letterWidth, letterHeight] = [5, 7];
/** From one letter to the next, and from one line to the next. */
const [advance, lineAdvance] = [6, 11];

/** A colour picture that is drawn into. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** [rows, columns, RGB] */
  readonly rgb: Uint8Array;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** How far the lines of a text are apart. */
export function lineHeight(scale: number): number {
  return lineAdvance * scale;
}

/** How wide a line of text is. */
export function textWidth(text: string, scale: number): number {
  return Math.max(0, text.length * advance - 1) * scale;
}

/**
 * Draws one line with its left upper corner at a place. Small letters are drawn as capitals, a
 * letter that is not in the font as a question mark; what is outside of the canvas is not drawn.
 */
export function drawText(
  canvas: Canvas,
  text: string,
  [left, top]: readonly [left: number, top: number],
  { scale, colour }: { readonly scale: number; readonly colour: Colour },
): void {
  for (const [at, letter] of Array.from(text.toUpperCase()).entries()) {
    if (letter === ' ') continue;
    const rows = letters[letter] ?? letters['?']!;
    for (let y = 0; y < letterHeight * scale; y++) {
      const bits = Number.parseInt(rows.slice(2 * Math.floor(y / scale), 2 * Math.floor(y / scale) + 2), 16);
      for (let x = 0; x < letterWidth * scale; x++)
        if ((bits >> (letterWidth - 1 - Math.floor(x / scale))) & 1)
          dot(canvas, left + at * advance * scale + x, top + y, colour);
    }
  }
}

function dot({ width, height, rgb }: Canvas, x: number, y: number, colour: Colour): void {
  if (x >= 0 && x < width && y >= 0 && y < height) rgb.set(colour, (y * width + x) * 3);
}

/** Copies a picture with its left upper corner at a place; it must fit. */
export function drawPicture(canvas: Canvas, picture: Canvas, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const line = picture.rgb.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
    canvas.rgb.set(line, ((top + y) * canvas.width + left) * 3);
  }
}
