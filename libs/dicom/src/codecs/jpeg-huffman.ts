import { type BitReader, fill } from './jpeg-bits.ts';
import { DecodeError } from './decode-error.ts';

/** A Huffman table of a JPEG file, ready to decode (ITU-T T.81 annex C and F.2.2.3). */
export interface HuffmanTable {
  /** By the next 9 bits: length of the code × 256 + its symbol, or 0 when the code is longer. */
  readonly short: Uint16Array;
  /** By length 1 to 16: the largest code of this length, or -1. */
  readonly largest: Int32Array;
  /** By length: what to add to a code to find its symbol. */
  readonly offset: Int32Array;
  readonly symbols: Uint8Array;
}

const shortBits = 9;

/** @param counts how many codes there are of each length, 1 to 16 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << shortBits);
  const largest = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1]!;
    if (code + count > 1 << length)
      throw new DecodeError('not-readable', `expected a prefix code, found ${count} codes of ${length} bits`);
    offset[length] = index - code;
    for (let more = 0; more < count; more++, code++, index++)
      if (length <= shortBits) {
        const start = code << (shortBits - length);
        short.fill(length * 256 + symbols[index]!, start, start + (1 << (shortBits - length)));
      }
    if (count > 0) largest[length] = code - 1;
    code <<= 1;
  }
  return { short, largest, offset, symbols };
}

export function decodeSymbol(reader: BitReader, table: HuffmanTable): number {
  if (reader.count < 16) fill(reader);
  const found = table.short[(reader.bits >>> (reader.count - shortBits)) & ((1 << shortBits) - 1)]!;
  if (found > 0) {
    reader.count -= found >> 8;
    return found & 255;
  }
  const next = (reader.bits >>> (reader.count - 16)) & 0xffff;
  for (let length = shortBits + 1; length <= 16; length++) {
    const code = next >> (16 - length);
    if (code <= table.largest[length]!) {
      reader.count -= length;
      return table.symbols[code + table.offset[length]!]!;
    }
  }
  throw new DecodeError('not-readable', 'expected a Huffman code, found bits that are none');
}
