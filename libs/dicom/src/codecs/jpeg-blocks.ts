import { type BitReader, readBits, readSigned } from './jpeg-bits.ts';
import { DecodeError } from './decode-error.ts';
import { decodeSymbol, type HuffmanTable } from './jpeg-huffman.ts';
import type { JpegScan } from './jpeg-header.ts';
import { zigzag } from './jpeg-tables.ts';

/** What a scan remembers from block to block of one component. */
export interface Lane {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  predicted: number;
}

/** What a scan remembers from block to block. */
export interface BlockCoder {
  readonly reader: BitReader;
  readonly scan: JpegScan;
  /** Blocks without further coefficients that follow (ITU-T T.81 G.1.2.2). */
  endOfBandRun: number;
}

/** Adds what the scan says of one block to its 64 coefficients, which begin at `at`. */
export type BlockDecoder = (coder: BlockCoder, lane: Lane, coefficients: Int16Array, at: number) => void;

const noTable = 'expected at most 64 coefficients in a JPEG block';

/** The decoder of a block in scans of this process and progression (T.81 F.2.2 and G.2). */
export function blockDecoder(process: string, { start, high }: JpegScan): BlockDecoder {
  if (process === 'sequential') return sequential;
  if (start === 0) return high === 0 ? firstDc : refinedDc;
  return high === 0 ? firstAc : refinedAc;
}

function sequential({ reader }: BlockCoder, lane: Lane, coefficients: Int16Array, at: number): void {
  lane.predicted += readSigned(reader, decodeSymbol(reader, lane.dc));
  coefficients[at] = lane.predicted;
  for (let index = 1; index < 64; index++) {
    const symbol = decodeSymbol(reader, lane.ac);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) return;
      index += 15;
    } else {
      index += symbol >> 4;
      if (index > 63) throw new DecodeError('not-readable', noTable);
      coefficients[at + zigzag[index]!] = readSigned(reader, size);
    }
  }
}

function firstDc({ reader, scan }: BlockCoder, lane: Lane, coefficients: Int16Array, at: number): void {
  lane.predicted += readSigned(reader, decodeSymbol(reader, lane.dc));
  coefficients[at] = lane.predicted << scan.low;
}

function refinedDc({ reader, scan }: BlockCoder, _lane: Lane, coefficients: Int16Array, at: number): void {
  if (readBits(reader, 1) === 1) coefficients[at] = coefficients[at]! | (1 << scan.low);
}

function firstAc(coder: BlockCoder, lane: Lane, coefficients: Int16Array, at: number): void {
  const { reader, scan } = coder;
  if (coder.endOfBandRun > 0) {
    coder.endOfBandRun--;
    return;
  }
  for (let index = scan.start; index <= scan.end; index++) {
    const symbol = decodeSymbol(reader, lane.ac);
    const [run, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && run < 15) {
      coder.endOfBandRun = (1 << run) - 1 + readBits(reader, run);
      return;
    }
    index += run;
    if (index > 63) throw new DecodeError('not-readable', noTable);
    if (size > 0) coefficients[at + zigzag[index]!] = readSigned(reader, size) << scan.low;
  }
}

function refinedAc(coder: BlockCoder, lane: Lane, coefficients: Int16Array, at: number): void {
  const { reader, scan } = coder;
  let index = scan.start;
  while (coder.endOfBandRun === 0 && index <= scan.end) {
    const symbol = decodeSymbol(reader, lane.ac);
    const [run, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && run < 15) {
      coder.endOfBandRun = (1 << run) + readBits(reader, run);
      break;
    }
    // The sign of a coefficient that becomes one unit of this bit; 0 for a run of 16 zeros.
    const arrival = size === 0 ? 0 : readBits(reader, 1) === 1 ? 1 << scan.low : -1 << scan.low;
    index = refinePast(coder, coefficients, at, index, run);
    if (arrival !== 0) {
      if (index > scan.end) throw new DecodeError('not-readable', noTable);
      coefficients[at + zigzag[index]!] = arrival;
    }
    index++;
  }
  if (coder.endOfBandRun > 0) {
    refinePast(coder, coefficients, at, index, 64);
    coder.endOfBandRun--;
  }
}

/**
 * Corrects the coefficients that are not zero by one bit each, and passes over `zeros` that are.
 *
 * @returns the index of the zero behind them, or one beyond the band
 */
function refinePast(
  { reader, scan }: BlockCoder,
  coefficients: Int16Array,
  at: number,
  from: number,
  zeros: number,
): number {
  let left = zeros;
  let index = from;
  for (; index <= scan.end; index++) {
    const place = at + zigzag[index]!;
    const value = coefficients[place]!;
    if (value === 0) {
      if (left === 0) return index;
      left--;
    } else if (readBits(reader, 1) === 1 && (Math.abs(value) & (1 << scan.low)) === 0)
      coefficients[place] = value + (value > 0 ? 1 << scan.low : -1 << scan.low);
  }
  return index;
}
