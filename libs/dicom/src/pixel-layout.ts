import { type Issue, issue } from '@myocast/base';
import { type Dataset, number, text, texts } from './dataset.ts';
import { attributes, type Keyword } from './keywords.ts';

const pixelKeywords = ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'] as const;
export type PixelKeyword = (typeof pixelKeywords)[number];

/** What the header says of the pixels. */
export interface PixelLayout {
  readonly keyword: PixelKeyword;
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** BitsAllocated. */
  readonly bits: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** Uncompressed: one plane after the other instead of the samples of a pixel side by side. */
  readonly planar: boolean;
  /** Uncompressed: two pixels share one pair of colour differences (YBR_FULL_422). */
  readonly halved: boolean;
}

/** Which attribute holds the pixels, or null when the file is not an image. */
export function pixelKeyword(dataset: Dataset): PixelKeyword | null {
  return pixelKeywords.find((keyword) => dataset.elements.has(attributes[keyword][0])) ?? null;
}

export function pixelLayout(dataset: Dataset, keyword: PixelKeyword): PixelLayout | Issue {
  const bits = number(dataset, 'BitsAllocated') ?? 0;
  const known = keyword === 'PixelData' ? [1, 8, 12, 16, 32] : [keyword === 'FloatPixelData' ? 32 : 64];
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
    keyword,
    rows,
    columns,
    samplesPerPixel,
    frames,
    bits,
    ...significantBits(dataset, bits),
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

/** BitsStored and HighBit; all bits count where the header makes no sense. */
function significantBits(dataset: Dataset, bits: number): Pick<PixelLayout, 'bitsStored' | 'highBit'> {
  const bitsStored = number(dataset, 'BitsStored') ?? bits;
  const highBit = number(dataset, 'HighBit') ?? bitsStored - 1;
  const fits = bitsStored >= 1 && bitsStored <= highBit + 1 && highBit < bits;
  return fits ? { bitsStored, highBit } : { bitsStored: bits, highBit: bits - 1 };
}

/** How many bits all frames take without compression. */
export function bitsOfFrames({ rows, columns, samplesPerPixel, bits, halved }: PixelLayout, frames: number) {
  return frames * rows * columns * (halved ? 2 : samplesPerPixel) * bits;
}

/** Samples of one decoded frame. */
export function samplesPerFrame({ rows, columns, samplesPerPixel }: PixelLayout): number {
  return rows * columns * samplesPerPixel;
}
