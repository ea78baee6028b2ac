import { DecodeError } from './decode-error.ts';
import { type HuffmanTable, huffmanTable } from './jpeg-huffman.ts';

/** The tables that hold at one place of a JPEG file; later segments replace earlier ones. */
export interface JpegTables {
  readonly dc: HuffmanTable[];
  readonly ac: HuffmanTable[];
  /** In natural order: rows of 8 coefficients. */
  readonly quantization: Uint16Array[];
  restartInterval: number;
}

/** The place of each coefficient of the zigzag order in its block of 8 rows of 8. */
export const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]);

export function noTables(): JpegTables {
  return { dc: [], ac: [], quantization: [], restartInterval: 0 };
}

/** Takes in a segment DHT, DQT or DRI; others change no table. */
export function readTables(marker: number, segment: Uint8Array, tables: JpegTables): void {
  if (marker === 0xc4) readHuffman(segment, tables);
  if (marker === 0xdb) readQuantization(segment, tables);
  if (marker === 0xdd && segment.length >= 2) tables.restartInterval = segment[0]! * 256 + segment[1]!;
}

/** Categories of DC differences, 16 in lossless JPEG, are numbers of bits. */
const largestCategory = 16;

function readHuffman(segment: Uint8Array, tables: JpegTables): void {
  let at = 0;
  while (at + 17 <= segment.length) {
    const [kind, place] = [segment[at]! >> 4, segment[at]! & 15];
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.slice(at + 17, at + 17 + total);
    if (kind > 1 || place > 3 || total > 256 || symbols.length < total)
      throw new DecodeError(
        'not-readable',
        `expected a Huffman table 0 to 3, found ${total} codes for ${place}`,
      );
    if (kind === 0 && symbols.some((symbol) => symbol > largestCategory))
      throw new DecodeError(
        'not-readable',
        `expected categories up to ${largestCategory} in a Huffman table`,
      );
    (kind === 0 ? tables.dc : tables.ac)[place] = huffmanTable(counts, symbols);
    at += 17 + total;
  }
}

function readQuantization(segment: Uint8Array, tables: JpegTables): void {
  let at = 0;
  while (at < segment.length) {
    const [wide, place] = [segment[at]! >> 4, segment[at]! & 15];
    const length = wide === 0 ? 64 : 128;
    if (wide > 1 || place > 3 || at + 1 + length > segment.length)
      throw new DecodeError('not-readable', `expected 64 quantization steps in table 0 to 3, found ${place}`);
    const steps = new Uint16Array(64);
    for (let index = 0; index < 64; index++) {
      const from = at + 1 + index * (wide + 1);
      steps[zigzag[index]!] = wide === 0 ? segment[from]! : segment[from]! * 256 + segment[from + 1]!;
    }
    tables.quantization[place] = steps;
    at += 1 + length;
  }
}

/** @throws DecodeError when the scan names a table that no segment has defined */
export function tableAt<Table>(tables: readonly Table[], place: number, name: string): Table {
  const table = tables[place];
  if (table === undefined)
    throw new DecodeError('not-readable', `expected the ${name} table ${place}, found none`);
  return table;
}
