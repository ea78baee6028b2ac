import { crc32 } from 'node:zlib';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { compactDataset, type Dataset, number, readDataset, text, valueBytes } from './dataset.ts';
import { rescaleOf } from './modality-values.ts';
import { pixelKeyword } from './pixel-layout.ts';
import { openPixels, type Pixels } from './pixels.ts';
import { significantValues } from './stored-values.ts';

/** What a file says of its image, without the pixels: enough to find its series and its place in a volume. */
export interface ImageHeader {
  readonly dataset: Dataset;
  /** As the file states them; 0 where it does not. The pixels are held against them when they are read. */
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** A modality value is stored × rescaleSlope + rescaleIntercept. */
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** CRC-32 of the pixels as the file holds them: unequal where the pixels are. */
  readonly pixelCheck: number;
}

/**
 * A file with its attributes and pixels. Bits that do not count (above HighBit) are taken away
 * from `stored`, and the sign of those that do is extended.
 */
export interface DicomImage extends ImageHeader, Pixels {}

/** Reads an image of any transfer syntax that is known. Never throws, whatever the bytes. */
export function readDicom(bytes: Uint8Array, path: string): Checked<DicomImage> {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok) return dataset;
  const opened = openPixels(dataset.value);
  if (!opened.ok) return opened;
  const { layout, read } = opened.value;
  const words = read(0, layout.frames);
  if (!words.ok) return words;
  const { frames, rows, columns, samplesPerPixel } = layout;
  return accepted({
    ...headerOf(dataset.value),
    frames,
    rows,
    columns,
    samplesPerPixel,
    stored: significantValues(words.value, layout),
    dataset: dataset.value,
  });
}

/**
 * Reads the header of an image. What it returns holds neither the file nor the
 * pixels, about 2 kB, so that thousands can be kept.
 */
export function readImageHeader(bytes: Uint8Array, path: string): Checked<ImageHeader> {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok) return dataset;
  if (pixelKeyword(dataset.value) === null)
    return refused(issue('not-an-image', path, `expected an image, found ${withoutPixels(dataset.value)}`));
  return accepted({ ...headerOf(dataset.value), dataset: compactDataset(dataset.value) });
}

const mediaDirectory = '1.2.840.10008.1.3.10';

function withoutPixels(dataset: Dataset): string {
  const sopClass = text(dataset, 'SOPClassUID') || text(dataset, 'MediaStorageSOPClassUID');
  if (sopClass === mediaDirectory) return 'the directory of a medium (DICOMDIR)';
  const modality = text(dataset, 'Modality');
  return `a data set without pixels${modality && ` (${modality})`}`;
}

function headerOf(dataset: Dataset): Omit<ImageHeader, 'dataset'> {
  const keyword = pixelKeyword(dataset);
  const { slope, intercept } = rescaleOf(dataset);
  return {
    frames: number(dataset, 'NumberOfFrames') ?? 1,
    rows: number(dataset, 'Rows') ?? 0,
    columns: number(dataset, 'Columns') ?? 0,
    samplesPerPixel: number(dataset, 'SamplesPerPixel') ?? 1,
    rescaleSlope: slope,
    rescaleIntercept: intercept,
    pixelCheck: keyword === null ? 0 : crc32(valueBytes(dataset, keyword)!),
  };
}
