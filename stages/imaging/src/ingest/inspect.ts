import { createHash } from 'node:crypto';
import type { Issue } from '@myocast/base';
import {
  type Dataset,
  number,
  pixelKeyword,
  readDataset,
  readPixels,
  text,
  textNotes,
  texts,
  transferSyntaxName,
  type Volume,
} from '@myocast/dicom';
import { readNifti } from '../volume/nifti.ts';
import { inputFiles, type InputPath } from './input-files.ts';
import { looksNifti, pairsOf } from './nifti-pairs.ts';
import type { InputFile } from './containers/files-in.ts';

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
  /** What the declared character sets do not cover. */
  readonly textNotes: readonly string[];
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
  textNotes: [],
  pixelHash: null,
  issue: null,
};

/** Says what a DICOM or NIfTI file is, or what is wrong with it. Never throws, whatever the bytes. */
export function inspect(bytes: Uint8Array, path: string): Inspection {
  if (looksNifti({ bytes, path })) return inspectNifti(bytes, path);
  const read = readDataset(bytes, path);
  if (!read.ok) return { ...nothing, path, issue: read.issues[0] ?? null };
  return inspectDicom(read.value, path);
}

/**
 * Says of every file under the paths what it is, those inside archives included,
 * one after the other. Of a NIfTI pair, which comes last, the header stands for the image.
 */
export async function* inspectFiles(
  paths: readonly InputPath[],
  fileDone?: () => void,
): AsyncGenerator<Inspection> {
  const pairs: InputFile[] = [];
  for await (const file of inputFiles(paths, fileDone ? { fileDone } : {})) {
    if ('issue' in file) yield { ...nothing, path: file.path, issue: file.issue };
    else if (/\.(hdr|img)(\.gz)?$/i.test(file.path)) pairs.push(file);
    else yield inspect(file.bytes, file.path);
  }
  for (const { file, voxels } of pairsOf(pairs)) {
    if (voxels === null) yield inspect(file.bytes, file.path);
    else {
      yield inspectNifti(file.bytes, file.path, voxels.bytes);
      yield { ...nothing, path: voxels.path, format: 'NIfTI' };
    }
  }
}

function inspectNifti(bytes: Uint8Array, path: string, voxels?: Uint8Array): Inspection {
  const read = readNifti(bytes, path, voxels);
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
    textNotes: textNotes(dataset),
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
  return createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}
