import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Dataset, number, text, texts, valueBytes } from './dataset.ts';
import { attributes, type Keyword } from './keywords.ts';
import { isUncompressed, transferSyntaxName } from './transfer-syntax.ts';

export type StoredValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** The pixels of a file as they are stored, before any rescaling. */
export interface Pixels {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** [frames, rows, columns, samples]; one byte a pixel where the file packs bits. */
  readonly stored: StoredValues;
}

interface Layout {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bits: number;
  readonly signed: boolean;
  readonly planar: boolean;
  /** Two pixels share one pair of colour differences (YBR_FULL_422). */
  readonly halved: boolean;
}

const pixelKeywords = ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'] as const;
type PixelKeyword = (typeof pixelKeywords)[number];

/** Which attribute holds the pixels, or null when the file is not an image. */
export function pixelKeyword(dataset: Dataset): PixelKeyword | null {
  return pixelKeywords.find((keyword) => dataset.elements.has(attributes[keyword][0])) ?? null;
}

/** The stored values of an uncompressed image; the length is checked before anything is allocated. */
export function readPixels(dataset: Dataset): Checked<Pixels> {
  const { path } = dataset;
  const keyword = pixelKeyword(dataset);
  if (keyword === null)
    return refused(issue('missing-value', path, 'expected an image with PixelData (7fe0,0010), found none'));
  const place = dataset.elements.get(attributes[keyword][0])!;
  if (place.encapsulated || !isUncompressed(dataset.transferSyntax))
    return refused(
      issue('unsupported', path, `compressed pixels: ${transferSyntaxName(dataset.transferSyntax)}`),
    );
  const layout = layoutOf(dataset, keyword);
  if ('kind' in layout) return refused(layout);
  const expected = storedBytes(layout);
  if (place.length < expected)
    return refused(issue('truncated', path, `expected ${expected} bytes of pixels, found ${place.length}`));
  // A copy: the values outlive the file, and a view on 16 bits must start at an even byte.
  const bytes = new Uint8Array(valueBytes(dataset, keyword)!.subarray(0, expected + (expected & 1)));
  const stored = valuesOf(bytes, layout, keyword, swapWidth(place.vr, layout.bits, dataset));
  const { frames, rows, columns, samplesPerPixel } = layout;
  return accepted({ frames, rows, columns, samplesPerPixel, stored });
}

function layoutOf(dataset: Dataset, keyword: PixelKeyword): Layout | Issue {
  const bits = number(dataset, 'BitsAllocated') ?? 0;
  const known = keyword === 'PixelData' ? [1, 8, 16, 32] : [keyword === 'FloatPixelData' ? 32 : 64];
  if (!known.includes(bits))
    return issue('unsupported', dataset.path, `expected BitsAllocated ${known.join(', ')}, found ${bits}`);
  const sizes: number[] = [];
  for (const [name, otherwise] of sizeKeywords) {
    const size = wholeNumber(dataset, name, otherwise);
    if (typeof size !== 'number') return size;
    sizes.push(size);
  }
  const [rows, columns, samplesPerPixel, frames] = sizes as [number, number, number, number];
  return {
    rows,
    columns,
    samplesPerPixel,
    frames,
    bits,
    signed: number(dataset, 'PixelRepresentation') === 1,
    planar: samplesPerPixel > 1 && number(dataset, 'PlanarConfiguration') === 1,
    halved: samplesPerPixel === 3 && text(dataset, 'PhotometricInterpretation') === 'YBR_FULL_422',
  };
}

const sizeKeywords: readonly (readonly [Keyword, number | null])[] = [
  ['Rows', null],
  ['Columns', null],
  ['SamplesPerPixel', 1],
  ['NumberOfFrames', 1],
];

function wholeNumber(dataset: Dataset, keyword: Keyword, otherwise: number | null): number | Issue {
  const value = number(dataset, keyword);
  if (value !== null && Number.isInteger(value) && value > 0) return value;
  const found = value ?? (texts(dataset, keyword).join('\\') || 'none');
  if (found === 'none' && otherwise !== null) return otherwise;
  return issue('bad-value', dataset.path, `expected ${keyword} of at least 1, found ${found}`);
}

/** How many bytes change their order: words of 16 bits even where a pixel has 8 (PS3.5 7.3, annex A.3). */
function swapWidth(vr: string, bits: number, { littleEndian }: Dataset): number {
  if (littleEndian) return 1;
  return bits > 8 ? bits / 8 : vr === 'OW' ? 2 : 1;
}

function storedBytes({ frames, rows, columns, samplesPerPixel, bits, halved }: Layout): number {
  const samples = frames * rows * columns * (halved ? 2 : samplesPerPixel);
  return Math.ceil((samples * bits) / 8);
}

function valuesOf(bytes: Uint8Array, layout: Layout, keyword: PixelKeyword, swapped: number): StoredValues {
  const { frames, rows, columns, samplesPerPixel, bits, planar, halved } = layout;
  if (swapped > 1) swapBytes(bytes, swapped);
  if (bits === 1) return unpackBits(bytes, frames * rows * columns * samplesPerPixel);
  const length = storedBytes(layout);
  const values = typedView(bytes.buffer as ArrayBuffer, length, keyword, layout);
  if (halved) return shareColour(values);
  return planar ? interleave(values, frames, samplesPerPixel) : values;
}

function typedView(
  buffer: ArrayBuffer,
  length: number,
  keyword: PixelKeyword,
  { bits, signed }: Layout,
): StoredValues {
  if (keyword === 'FloatPixelData') return new Float32Array(buffer, 0, length / 4);
  if (keyword === 'DoubleFloatPixelData') return new Float64Array(buffer, 0, length / 8);
  if (bits === 8) return signed ? new Int8Array(buffer, 0, length) : new Uint8Array(buffer, 0, length);
  if (bits === 16)
    return signed ? new Int16Array(buffer, 0, length / 2) : new Uint16Array(buffer, 0, length / 2);
  return signed ? new Int32Array(buffer, 0, length / 4) : new Uint32Array(buffer, 0, length / 4);
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let start = 0; start + width <= bytes.length; start += width)
    bytes.subarray(start, start + width).reverse();
}

/** The first pixel is the lowest bit (PS3.5 D). */
function unpackBits(bytes: Uint8Array, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (bytes[index >> 3]! >> (index & 7)) & 1);
}

/** From Y Y Cb Cr for two pixels to Y Cb Cr, Y Cb Cr (PS3.3 C.7.6.3.1.2). */
function shareColour(values: StoredValues): StoredValues {
  const full = new (values.constructor as Uint8ArrayConstructor)((values.length / 2) * 3);
  for (let from = 0, to = 0; from + 3 < values.length; from += 4, to += 6) {
    const [first, second, blue, red] = [
      values[from]!,
      values[from + 1]!,
      values[from + 2]!,
      values[from + 3]!,
    ];
    full.set([first, blue, red, second, blue, red], to);
  }
  return full;
}

/** From one plane per sample to the samples of a pixel side by side. */
function interleave(values: StoredValues, frames: number, samples: number): StoredValues {
  const result = new (values.constructor as Uint8ArrayConstructor)(values.length);
  const area = values.length / frames / samples;
  for (let frame = 0; frame < frames; frame++)
    for (let sample = 0; sample < samples; sample++)
      for (let pixel = 0; pixel < area; pixel++)
        result[(frame * area + pixel) * samples + sample] =
          values[(frame * samples + sample) * area + pixel]!;
  return result;
}
