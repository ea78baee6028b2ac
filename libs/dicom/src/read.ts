import { accepted, type Checked } from '@myocast/base';
import { type Dataset, number, readDataset } from './dataset.ts';
import { type Pixels, readPixels } from './pixels.ts';

/** A file with its attributes and pixels; a physical value is stored × rescaleSlope + rescaleIntercept. */
export interface DicomImage extends Pixels {
  readonly dataset: Dataset;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
}

/** Reads an image of an uncompressed transfer syntax. Never throws, whatever the bytes. */
export function readDicom(bytes: Uint8Array, path: string): Checked<DicomImage> {
  const dataset = readDataset(bytes, path);
  if (!dataset.ok) return dataset;
  const pixels = readPixels(dataset.value);
  if (!pixels.ok) return pixels;
  return accepted({
    ...pixels.value,
    dataset: dataset.value,
    rescaleSlope: number(dataset.value, 'RescaleSlope') ?? 1,
    rescaleIntercept: number(dataset.value, 'RescaleIntercept') ?? 0,
  });
}
