/** Letters of 5 × 7 dots, by rows of hexadecimal: our own, for tests of writing in pixels. */
const font: { readonly [letter: string]: readonly number[] } = {
  A: [14, 17, 17, 31, 17, 17, 17],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  J: [7, 2, 2, 2, 2, 18, 12],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  ' ': [0, 0, 0, 0, 0, 0, 0],
};

export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export interface Writing {
  readonly text: string;
  readonly top: number;
  readonly left: number;
  /** Pixels to a dot. */
  readonly size: number;
  readonly value: number;
  /** Edges that pass over three pixels, as resized or smoothed print has. */
  readonly soft?: boolean;
}

/** The picture with a text written on it. */
export function drawn({ rows, columns, values }: Picture, writing: Writing): Picture {
  const { text, top, left, size, value, soft = false } = writing;
  const ink = new Float32Array(values.length);
  for (const [index, letter] of text.split('').entries())
    for (let y = 0; y < 7 * size; y++)
      for (let x = 0; x < 5 * size; x++)
        if ((font[letter]![Math.floor(y / size)]! >> (4 - Math.floor(x / size))) & 1)
          ink[(top + y) * columns + left + index * 6 * size + x] = 1;
  const shade = soft ? smoothed(ink, rows, columns) : ink;
  return {
    rows,
    columns,
    values: values.map((was, at) => Math.round(was * (1 - shade[at]!) + value * shade[at]!)),
  };
}

function smoothed(ink: Float32Array, rows: number, columns: number): Float32Array {
  const soft = new Float32Array(ink.length);
  for (let y = 1; y < rows - 1; y++)
    for (let x = 1; x < columns - 1; x++) {
      let around = 0;
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) around += ink[(y + dy) * columns + x + dx]!;
      const at = y * columns + x;
      soft[at] = 0.4375 * ink[at]! + 0.0625 * around;
    }
  return soft;
}

/** How wide a text is. */
export function widthOf(text: string, size: number): number {
  return text.length * 6 * size;
}
