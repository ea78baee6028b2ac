import { type BitReader, bitReader, isExhausted, passRestart, readSigned } from './jpeg-bits.ts';
import { DecodeError } from './decode-error.ts';
import { decodeSymbol, type HuffmanTable } from './jpeg-huffman.ts';
import type { JpegHeader, JpegScan } from './jpeg-header.ts';
import { type JpegTables, tableAt } from './jpeg-tables.ts';

/**
 * One scan of lossless JPEG (process 14, ITU-T T.81 annex H): each sample is the
 * prediction from its neighbours to the left (a), above (b) and above left (c) plus a
 * difference, modulo 2^16. The first line, also after a restart, is predicted from the
 * left, the first sample of the others from above.
 *
 * @param samples [rows, columns, components], filled in for the scan's components
 * @returns the offset of the marker behind the scan
 */
export function readLosslessScan(
  bytes: Uint8Array,
  at: number,
  header: JpegHeader,
  scan: JpegScan,
  samples: Uint8Array | Uint16Array,
  tables: JpegTables,
): number {
  checkScan(header, scan, tables);
  const reader = bitReader(bytes, at);
  const { rows, columns, components } = header;
  const huffman = scan.lanes.map(({ dc }) => tableAt(tables.dc, dc, 'DC Huffman'));
  const rowsUntilRestart = tables.restartInterval / columns;
  // Differences are of samples without the bits that the point transform took away.
  const start = 1 << (header.precision - scan.low - 1);
  const width = columns * components.length;
  let above = new Uint16Array(width);
  let line = new Uint16Array(width);
  for (let row = 0; row < rows; row++) {
    const first = rowsUntilRestart > 0 ? row % rowsUntilRestart === 0 : row === 0;
    if (first && row > 0) passRestart(reader);
    readLine(reader, scan, huffman, components.length, line, first ? null : above, start);
    if (isExhausted(reader))
      throw new DecodeError(
        'truncated',
        `expected ${rows} rows of lossless JPEG, found the end in row ${row + 1}`,
      );
    for (const { component } of scan.lanes)
      for (let column = component; column < width; column += components.length)
        samples[row * width + column] = line[column]! << scan.low;
    [above, line] = [line, above];
  }
  return reader.at;
}

function checkScan(header: JpegHeader, { start, low }: JpegScan, { restartInterval }: JpegTables): void {
  if (start < 1 || start > 7)
    throw new DecodeError('not-readable', `expected predictor 1 to 7 of lossless JPEG, found ${start}`);
  if (low >= header.precision)
    throw new DecodeError(
      'not-readable',
      `expected a point transform below ${header.precision}, found ${low}`,
    );
  if (restartInterval % header.columns !== 0)
    throw new DecodeError('unsupported', 'lossless JPEG with restarts within a row');
  const { components, mostAcross, mostDown } = header;
  if (components.some(({ across, down }) => across !== mostAcross || down !== mostDown))
    throw new DecodeError('unsupported', 'lossless JPEG with components of different size');
}

/** @param above the line before; null where the first line's rule holds */
function readLine(
  reader: BitReader,
  { lanes, start: predictor }: JpegScan,
  huffman: readonly HuffmanTable[],
  step: number,
  line: Uint16Array,
  above: Uint16Array | null,
  start: number,
): void {
  for (let column = 0; column < line.length; column += step)
    for (let index = 0; index < lanes.length; index++) {
      const place = column + lanes[index]!.component;
      const left = column === 0 ? (above?.[place] ?? start) : line[place - step]!;
      const predicted =
        column === 0 || above === null
          ? left
          : prediction(predictor, left, above[place]!, above[place - step]!);
      line[place] = predicted + readDifference(reader, huffman[index]!);
    }
}

/** Table H.1 of T.81. */
function prediction(predictor: number, a: number, b: number, c: number): number {
  switch (predictor) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}

function readDifference(reader: BitReader, table: HuffmanTable): number {
  const size = decodeSymbol(reader, table);
  return size === 16 ? 32_768 : readSigned(reader, size);
}
