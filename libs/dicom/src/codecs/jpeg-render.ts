import { DecodeError } from './decode-error.ts';
import type { Plane } from './jpeg-dct.ts';
import type { JpegComponent, JpegHeader } from './jpeg-header.ts';
import { inverseDct } from './jpeg-idct.ts';

type Samples = Uint8Array | Uint16Array;

/** Samples of one component at its own resolution. */
interface Sampled {
  readonly samples: Samples;
  readonly stride: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * From coefficients to samples: inverse transform, then colour differences at full
 * resolution by libjpeg's triangle filter. Colours are left as they are coded.
 *
 * @returns [rows, columns, components]
 */
export function renderPlanes(header: JpegHeader, planes: readonly Plane[]): Samples {
  const { rows, columns, components } = header;
  const result = newSamples(header, rows * columns * components.length);
  for (const [index, component] of components.entries())
    place(enlarge(sampled(planes[index]!, header), component, header), result, index, header);
  return result;
}

function newSamples({ precision }: JpegHeader, length: number): Samples {
  return precision <= 8 ? new Uint8Array(length) : new Uint16Array(length);
}

function sampled(plane: Plane, header: JpegHeader): Sampled {
  const { blocksAcross, blocksDown, coefficients, quantization, columns, rows } = plane;
  if (quantization === null)
    throw new DecodeError('truncated', 'expected a scan of each component, found the end of the JPEG data');
  const stride = blocksAcross * 8;
  const samples = newSamples(header, stride * blocksDown * 8);
  const work = new Int32Array(64);
  for (let block = 0; block < blocksAcross * blocksDown; block++) {
    for (let index = 0; index < 64; index++)
      work[index] = coefficients[block * 64 + index]! * quantization[index]!;
    const at = Math.floor(block / blocksAcross) * 8 * stride + (block % blocksAcross) * 8;
    inverseDct(work, header.precision, samples, at, stride);
  }
  return { samples, stride, columns, rows };
}

function enlarge(plane: Sampled, { across, down }: JpegComponent, header: JpegHeader): Sampled {
  const [wider, higher] = [header.mostAcross / across, header.mostDown / down];
  if (!Number.isInteger(wider) || !Number.isInteger(higher))
    throw new DecodeError('unsupported', `JPEG components ${wider} × ${higher} as coarse as the image`);
  if (wider === 1 && higher === 1) return plane;
  const smooth = plane.columns > 2 && wider === 2 && higher <= 2;
  if (!smooth) return repeated(plane, wider, higher, header);
  return smoothed(plane, higher, header);
}

/** Each sample as often as it is coarse. */
function repeated(plane: Sampled, wider: number, higher: number, header: JpegHeader): Sampled {
  const [columns, rows] = [plane.columns * wider, plane.rows * higher];
  const samples = newSamples(header, columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      samples[row * columns + column] =
        plane.samples[Math.floor(row / higher) * plane.stride + Math.floor(column / wider)]!;
  return { samples, stride: columns, columns, rows };
}

/**
 * Twice as wide, and twice as high where `higher` is 2: 3/4 of the nearest sample and
 * 1/4 of the next one each way; the roundings alternate as in libjpeg's jdsample.c.
 */
function smoothed(plane: Sampled, higher: number, header: JpegHeader): Sampled {
  const [columns, rows] = [plane.columns * 2, plane.rows * higher];
  const samples = newSamples(header, columns * rows);
  const line = new Int32Array(plane.columns);
  for (let row = 0; row < rows; row++) {
    blendRows(plane, row, higher, line);
    // Sums of weights: 4 across, and 4 down when rows are blended too.
    const [shift, even, odd] = higher === 1 ? [2, 1, 2] : [4, 8, 7];
    const last = plane.columns - 1;
    for (let column = 0; column <= last; column++) {
      const here = line[column]!;
      const left = line[Math.max(column - 1, 0)]!;
      const right = line[Math.min(column + 1, last)]!;
      const to = row * columns + column * 2;
      samples[to] = (3 * here + left + even) >> shift;
      samples[to + 1] = (3 * here + right + odd) >> shift;
    }
  }
  return { samples, stride: columns, columns, rows };
}

function blendRows(
  { samples, stride, columns, rows }: Sampled,
  row: number,
  higher: number,
  line: Int32Array,
) {
  const near = Math.floor(row / higher);
  const far = Math.min(Math.max(row % 2 === 0 ? near - 1 : near + 1, 0), rows - 1);
  for (let column = 0; column < columns; column++) {
    const value = samples[near * stride + column]!;
    line[column] = higher === 1 ? value : 3 * value + samples[far * stride + column]!;
  }
}

function place(plane: Sampled, result: Samples, index: number, { rows, columns, components }: JpegHeader) {
  const step = components.length;
  for (let row = 0; row < rows; row++) {
    let from = row * plane.stride;
    for (let to = row * columns * step + index; to < (row + 1) * columns * step; to += step)
      result[to] = plane.samples[from++]!;
  }
}
