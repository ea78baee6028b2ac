import { bitReader, isExhausted, passRestart } from './jpeg-bits.ts';
import { type BlockCoder, blockDecoder, type BlockDecoder, type Lane } from './jpeg-blocks.ts';
import { DecodeError } from './decode-error.ts';
import type { JpegHeader, JpegScan } from './jpeg-header.ts';
import { huffmanTable } from './jpeg-huffman.ts';
import { type JpegTables, tableAt } from './jpeg-tables.ts';

/** The cosine coefficients of one component. */
export interface Plane {
  /** Blocks of 8 × 8 across, those of the last units of the interleaved order included. */
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Samples that belong to the image. */
  readonly columns: number;
  readonly rows: number;
  readonly coefficients: Int16Array;
  /** The steps that held at the component's first scan; null before. */
  quantization: Uint16Array | null;
}

export function planesOf(header: JpegHeader): readonly Plane[] {
  const { rows, columns, components, mostAcross, mostDown } = header;
  return components.map(({ across, down }) => {
    const blocksAcross = Math.ceil(columns / (8 * mostAcross)) * across;
    const blocksDown = Math.ceil(rows / (8 * mostDown)) * down;
    return {
      blocksAcross,
      blocksDown,
      columns: Math.ceil((columns * across) / mostAcross),
      rows: Math.ceil((rows * down) / mostDown),
      coefficients: new Int16Array(blocksAcross * blocksDown * 64),
      quantization: null,
    };
  });
}

const empty = huffmanTable(new Uint8Array(16), new Uint8Array(0));

/**
 * Reads one scan of a sequential or progressive file into the coefficients.
 *
 * @returns the offset of the marker behind it
 * @throws DecodeError when the data end before the scan does
 */
export function readDctScan(
  bytes: Uint8Array,
  at: number,
  header: JpegHeader,
  scan: JpegScan,
  planes: readonly Plane[],
  tables: JpegTables,
): number {
  const band = bandOf(header, scan);
  const coder: BlockCoder = { reader: bitReader(bytes, at), scan: band, endOfBandRun: 0 };
  const lanes = lanesOf(header, band, tables);
  for (const { component } of scan.lanes)
    planes[component]!.quantization ??= tableAt(
      tables.quantization,
      header.components[component]!.quantization,
      'quantization',
    );
  const walk = scan.lanes.length === 1 ? readAlone : readInterleaved;
  walk(coder, blockDecoder(header.process, band), { header, planes, lanes, every: tables.restartInterval });
  return coder.reader.at;
}

/** Sequential scans always hold all coefficients, whatever some writers put into their header. */
function bandOf({ process }: JpegHeader, scan: JpegScan): JpegScan {
  if (process === 'sequential') return { ...scan, start: 0, end: 63, high: 0, low: 0 };
  const { start, end, low, lanes } = scan;
  const fits = start === 0 ? end === 0 : end >= start && end <= 63 && lanes.length === 1;
  if (!fits || low > 13)
    throw new DecodeError('not-readable', `expected a band of coefficients, found ${start} to ${end}`);
  return scan;
}

function lanesOf({ process }: JpegHeader, scan: JpegScan, tables: JpegTables): readonly Lane[] {
  const usesDc = scan.start === 0 && scan.high === 0;
  const usesAc = process === 'sequential' || scan.start > 0;
  return scan.lanes.map(({ dc, ac }) => ({
    dc: usesDc ? tableAt(tables.dc, dc, 'DC Huffman') : empty,
    ac: usesAc ? tableAt(tables.ac, ac, 'AC Huffman') : empty,
    predicted: 0,
  }));
}

interface Walk {
  readonly header: JpegHeader;
  readonly planes: readonly Plane[];
  readonly lanes: readonly Lane[];
  /** Units between two restart markers; 0 when there are none. */
  readonly every: number;
}

/** A scan of one component: its own blocks, row by row. */
function readAlone(coder: BlockCoder, decode: BlockDecoder, walk: Walk): void {
  const { planes, lanes, every } = walk;
  const plane = planes[coder.scan.lanes[0]!.component]!;
  const [across, down] = [Math.ceil(plane.columns / 8), Math.ceil(plane.rows / 8)];
  for (let unit = 0, row = 0; row < down; row++) {
    for (let column = 0; column < across; column++, unit++) {
      if (every > 0 && unit > 0 && unit % every === 0) restart(coder, lanes);
      decode(coder, lanes[0]!, plane.coefficients, (row * plane.blocksAcross + column) * 64);
    }
    checkRow(coder, row, down);
  }
}

/** A scan of several components: in each unit the blocks of all of them. */
function readInterleaved(coder: BlockCoder, decode: BlockDecoder, walk: Walk): void {
  const { header, lanes, every } = walk;
  const across = Math.ceil(header.columns / (8 * header.mostAcross));
  const down = Math.ceil(header.rows / (8 * header.mostDown));
  for (let unit = 0, row = 0; row < down; row++) {
    for (let column = 0; column < across; column++, unit++) {
      if (every > 0 && unit > 0 && unit % every === 0) restart(coder, lanes);
      readUnit(coder, decode, walk, row, column);
    }
    checkRow(coder, row, down);
  }
}

function readUnit(coder: BlockCoder, decode: BlockDecoder, walk: Walk, row: number, column: number): void {
  for (const [index, { component }] of coder.scan.lanes.entries()) {
    const { across, down } = walk.header.components[component]!;
    const { coefficients, blocksAcross } = walk.planes[component]!;
    for (let y = row * down; y < (row + 1) * down; y++)
      for (let x = column * across; x < (column + 1) * across; x++)
        decode(coder, walk.lanes[index]!, coefficients, (y * blocksAcross + x) * 64);
  }
}

function restart(coder: BlockCoder, lanes: readonly Lane[]): void {
  passRestart(coder.reader);
  coder.endOfBandRun = 0;
  for (const lane of lanes) lane.predicted = 0;
}

function checkRow({ reader }: BlockCoder, row: number, rows: number): void {
  if (isExhausted(reader))
    throw new DecodeError(
      'truncated',
      `expected ${rows} rows of blocks in the JPEG scan, found the end in row ${row + 1}`,
    );
}
