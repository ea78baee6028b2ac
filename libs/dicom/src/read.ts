import { crc32 } from 'node:zlib';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { compactDataset, type Dataset, number, readDataset, text, valueBytes } from './dataset.ts';
import { frameDatasets } from './frame-datasets.ts';
import { type ImagePlane, imagePlane } from './image-plane.ts';
import { rescaleOf } from './modality-values.ts';
import { pixelKeyword } from './pixel-layout.ts';
import { openPixels, type PixelFrames, type Pixels } from './pixels.ts';
import { significantValues } from './stored-values.ts';

/** What a file says of an image, without the pixels: enough to find its series and its place in a volume. */
export interface ImageHeader {
  /** Of an enhanced multi-frame file: the attributes that hold for this frame. */
  readonly dataset: Dataset;
  /** Which frame of the file, from 0. */
  readonly frame: number;
  /** 1, but for a multi-frame file that does not describe its frames: their number. */
  readonly frames: number;
  /** As the file states them; 0 where it does not. The pixels are held against them when they are read. */
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** Where the image lies; null where the file does not say it or says nonsense. */
  readonly plane: ImagePlane | null;
  /** A modality value is stored × rescaleSlope + rescaleIntercept. */
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** CRC-32 of the pixels as the file holds them: unequal where the pixels are. */
  readonly pixelCheck: number;
}

/** A file with its attributes and pixels, those of all its frames. */
export interface DicomImage extends ImageHeader, Pixels {}

/**
 * Reads an image of any transfer syntax that is known. Bits that do not count (above HighBit)
 * are taken away from `stored`, and the sign of those that do is extended. Never throws, whatever the bytes.
 */
export function readDicom(bytes: Uint8Array, path: string): Checked<DicomImage> {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok) return dataset;
  const opened = openPixels(dataset.value);
  if (!opened.ok) return opened;
  const { layout, read } = withoutUnusedBits(opened.value);
  const stored = read(0, layout.frames);
  if (!stored.ok) return stored;
  const { frames, rows, columns, samplesPerPixel } = layout;
  const pixels = { frames, rows, columns, samplesPerPixel, stored: stored.value };
  return accepted({ ...headerOf(dataset.value, pixelCheckOf(dataset.value)), ...pixels });
}

/** The frames of an image file, each decoded when it is asked for; unused bits are taken away as in {@link readDicom}. */
export function openDicom(bytes: Uint8Array, path: string): Checked<PixelFrames> {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok) return dataset;
  const opened = openPixels(dataset.value);
  return opened.ok ? accepted(withoutUnusedBits(opened.value)) : opened;
}

function withoutUnusedBits({ layout, read }: PixelFrames): PixelFrames {
  return {
    layout,
    read: (first, count) => {
      const words = read(first, count);
      return words.ok ? accepted(significantValues(words.value, layout), words.issues) : words;
    },
  };
}

/**
 * The headers of the images in a file: one, or one for each frame of an enhanced multi-frame file.
 * They hold neither the file nor the pixels, about 2 kB each, so that thousands can be kept.
 *
 * @returns at least one
 */
export function readImageHeaders(bytes: Uint8Array, path: string): Checked<readonly ImageHeader[]> {
  const read = readDataset(bytes, path);
  if (!read.ok) return read;
  const dataset = read.value;
  if (pixelKeyword(dataset) === null)
    return refused(issue('not-an-image', path, `expected an image, found ${withoutPixels(dataset)}`));
  const frames = framesOf(dataset);
  const compact = compactDataset(dataset);
  const each = frameDatasets(compact, frames);
  const check = pixelCheckOf(dataset);
  if (each === null) return accepted([{ ...headerOf(compact, check), frames }]);
  // Frames of one file are different images whatever their pixels.
  return accepted(each.map((own, frame) => ({ ...headerOf(own, crc32(String(frame), check)), frame })));
}

const mediaDirectory = '1.2.840.10008.1.3.10';

function withoutPixels(dataset: Dataset): string {
  const sopClass = text(dataset, 'SOPClassUID') || text(dataset, 'MediaStorageSOPClassUID');
  if (sopClass === mediaDirectory) return 'the directory of a medium (DICOMDIR)';
  const modality = text(dataset, 'Modality');
  return `a data set without pixels${modality && ` (${modality})`}`;
}

function framesOf(dataset: Dataset): number {
  return number(dataset, 'NumberOfFrames') ?? 1;
}

function pixelCheckOf(dataset: Dataset): number {
  return crc32(valueBytes(dataset, pixelKeyword(dataset)!)!);
}

function headerOf(dataset: Dataset, pixelCheck: number): ImageHeader {
  const { slope, intercept } = rescaleOf(dataset);
  return {
    dataset,
    frame: 0,
    frames: 1,
    rows: number(dataset, 'Rows') ?? 0,
    columns: number(dataset, 'Columns') ?? 0,
    samplesPerPixel: number(dataset, 'SamplesPerPixel') ?? 1,
    plane: imagePlane(dataset),
    rescaleSlope: slope,
    rescaleIntercept: intercept,
    pixelCheck,
  };
}
