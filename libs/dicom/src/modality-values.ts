import { type Dataset, number, text } from './dataset.ts';
import type { StoredValues } from './stored-values.ts';

/** Modality values are stored × slope + intercept (PS3.3 C.11.1.1.2). */
export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

/** The rescaling that holds for the whole file; (1, 0) where it says none, or a slope of zero. */
export function rescaleOf(dataset: Dataset): Rescale {
  const slope = number(dataset, 'RescaleSlope') ?? 1;
  return { slope: slope === 0 ? 1 : slope, intercept: number(dataset, 'RescaleIntercept') ?? 0 };
}

/**
 * The modality values of one frame.
 *
 * @param stored [frames, rows, columns, samples], without bits that do not count
 * @param length values of one frame
 * @param rescale of this frame: an enhanced file may state one in each functional group
 */
export function modalityValues(
  stored: StoredValues,
  length: number,
  frame: number,
  { slope, intercept }: Rescale,
): Float32Array {
  const values = Float32Array.from(stored.subarray(frame * length, (frame + 1) * length));
  if (slope !== 1 || intercept !== 0)
    for (let index = 0; index < values.length; index++) values[index] = values[index]! * slope + intercept;
  return values;
}

/**
 * The scale that Philips MR keeps in private attributes: the value of the reconstruction is
 * (stored - SI) / SS with the intercept SI (2005,100D) and slope SS (2005,100E), that is
 * (modality value) / (RescaleSlope × SS) where SI = -RescaleIntercept / RescaleSlope. Only
 * that is comparable between two Philips series; volumes hold modality values all the
 * same, as those of every other manufacturer, so this is for the report.
 *
 * @returns null unless the creator of the private block is Philips and the slope is not zero
 * Source: chenevert2014 (docs/references.bib).
 */
export function philipsScaling(dataset: Dataset): Rescale | null {
  const slope = number(dataset, 'PhilipsScaleSlope');
  if (!/^philips mr imaging dd 001$/i.test(text(dataset, 'PhilipsPrivateCreator')) || !slope) return null;
  return { slope, intercept: number(dataset, 'PhilipsScaleIntercept') ?? 0 };
}
