import { crc32 } from 'node:zlib';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { compactDataset, type Dataset, number, readDataset, text, valueBytes } from './dataset.ts';
import { type Pixels, pixelKeyword, readPixels } from './pixels.ts';

/** What a file says of its image, without the pixels: enough to find its series and its place in a volume. */
export interface ImageHeader {
  readonly dataset: Dataset;
  /** As the file states them; 0 where it does not. The pixels are held against them when they are read. */
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** A physical value is stored × rescaleSlope + rescaleIntercept. */
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** CRC-32 of the pixels as the file holds them: unequal where the pixels are. */
  readonly pixelCheck: number;
}

/** A file with its attributes and pixels. */
export interface DicomImage extends ImageHeader, Pixels {}

/** Reads an image of an uncompressed transfer syntax. Never throws, whatever the bytes. */
export function readDicom(bytes: Uint8Array, path: string): Checked<DicomImage> {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok) return dataset;
  const pixels = readPixels(dataset.value);
  if (!pixels.ok) return pixels;
  return accepted({ ...headerOf(dataset.value), ...pixels.value, dataset: dataset.value });
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
  return {
    frames: number(dataset, 'NumberOfFrames') ?? 1,
    rows: number(dataset, 'Rows') ?? 0,
    columns: number(dataset, 'Columns') ?? 0,
    samplesPerPixel: number(dataset, 'SamplesPerPixel') ?? 1,
    rescaleSlope: number(dataset, 'RescaleSlope') ?? 1,
    rescaleIntercept: number(dataset, 'RescaleIntercept') ?? 0,
    pixelCheck: keyword === null ? 0 : crc32(valueBytes(dataset, keyword)!),
  };
}
