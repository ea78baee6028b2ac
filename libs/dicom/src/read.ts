import { accepted, type Checked } from '@myocast/base';
import { type Dataset, readDataset } from './dataset.ts';
import { rescaleOf } from './modality-values.ts';
import { openPixels, type Pixels } from './pixels.ts';
import { significantValues } from './stored-values.ts';

/**
 * A file with its attributes and pixels; a modality value is stored × rescaleSlope + rescaleIntercept.
 * Bits that do not count (above HighBit) are taken away from `stored`, and the sign of
 * those that do is extended.
 */
export interface DicomImage extends Pixels {
  readonly dataset: Dataset;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
}

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
  const { slope, intercept } = rescaleOf(dataset.value);
  return accepted({
    frames,
    rows,
    columns,
    samplesPerPixel,
    stored: significantValues(words.value, layout),
    dataset: dataset.value,
    rescaleSlope: slope,
    rescaleIntercept: intercept,
  });
}
