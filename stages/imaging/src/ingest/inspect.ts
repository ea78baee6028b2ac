import { contentHash, type Issue } from '@myocast/base';
import {
  type Dataset,
  number,
  pixelKeyword,
  readDataset,
  readPixels,
  text,
  texts,
  transferSyntaxName,
  type Volume,
} from '@myocast/dicom';
import { readNifti } from '../volume/nifti.ts';

/** What one file is. */
export interface Inspection {
  readonly path: string;
  readonly format: 'DICOM' | 'NIfTI' | null;
  readonly transferSyntax: string | null;
  /** SOPClassUID. */
  readonly sopClass: string | null;
  readonly modality: string | null;
  readonly frames: number | null;
  /** [frames, rows, columns, samples] of DICOM without the lengths of 1 at the ends, [t, z, y, x] of NIfTI. */
  readonly shape: readonly number[] | null;
  readonly characterSet: readonly string[];
  /** SHA-256 of the decoded stored values, little-endian; null without readable pixels. */
  readonly pixelHash: string | null;
  /** What stops it from being read, if anything does. A DICOM object without pixels is no issue. */
  readonly issue: Issue | null;
}

const nothing: Omit<Inspection, 'path'> = {
  format: null,
  transferSyntax: null,
  sopClass: null,
  modality: null,
  frames: null,
  shape: null,
  characterSet: [],
  pixelHash: null,
  issue: null,
};

/** Says what a DICOM or NIfTI file is, or what is wrong with it. Never throws, whatever the bytes. */
export function inspect(bytes: Uint8Array, path: string): Inspection {
  if (/\.nii(\.gz)?$/i.test(path)) return inspectNifti(bytes, path);
  const read = readDataset(bytes, path);
  if (!read.ok) return { ...nothing, path, issue: read.issues[0] ?? null };
  return inspectDicom(read.value, path);
}

function inspectNifti(bytes: Uint8Array, path: string): Inspection {
  const read = readNifti(bytes, path);
  if (!read.ok) return { ...nothing, path, issue: read.issues[0] ?? null };
  const { shape, data } = read.value;
  return { ...nothing, path, format: 'NIfTI', frames: shape[0], shape, pixelHash: hashOf(data) };
}

function inspectDicom(dataset: Dataset, path: string): Inspection {
  const seen: Inspection = {
    ...nothing,
    path,
    format: 'DICOM',
    transferSyntax: transferSyntaxName(dataset.transferSyntax),
    sopClass: text(dataset, 'SOPClassUID') || text(dataset, 'MediaStorageSOPClassUID') || null,
    modality: text(dataset, 'Modality') || null,
    characterSet: texts(dataset, 'SpecificCharacterSet'),
  };
  if (pixelKeyword(dataset) === null) return seen;
  const pixels = readPixels(dataset);
  if (!pixels.ok) return { ...seen, ...statedShape(dataset), issue: pixels.issues[0] ?? null };
  const { frames, rows, columns, samplesPerPixel, stored } = pixels.value;
  return {
    ...seen,
    frames,
    shape: compact(frames, rows, columns, samplesPerPixel),
    pixelHash: hashOf(stored),
  };
}

/** The shape that the header claims, for pixels that cannot be read. */
function statedShape(dataset: Dataset): Pick<Inspection, 'frames' | 'shape'> {
  const frames = number(dataset, 'NumberOfFrames') ?? 1;
  const [rows, columns] = [number(dataset, 'Rows'), number(dataset, 'Columns')];
  if (rows === null || columns === null) return { frames, shape: null };
  return { frames, shape: compact(frames, rows, columns, number(dataset, 'SamplesPerPixel') ?? 1) };
}

function compact(frames: number, rows: number, columns: number, samples: number): readonly number[] {
  return [...(frames > 1 ? [frames] : []), rows, columns, ...(samples > 1 ? [samples] : [])];
}

function hashOf(values: Volume['data'] | ArrayBufferView): string {
  return contentHash(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
