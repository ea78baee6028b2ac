import { createHash } from 'node:crypto';
import type { Issue } from '@myocast/base';
import {
  attributes,
  type Dataset,
  eachFrame,
  number,
  openPixels,
  philipsScaling,
  pixelKeyword,
  readDataset,
  type Rescale,
  rescaleOf,
  sopClassName,
  text,
  textNotes,
  texts,
  transferSyntaxName,
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
  readonly sopClassName: string | null;
  readonly modality: string | null;
  readonly frames: number | null;
  /** [frames, rows, columns, samples] of DICOM without the lengths of 1 at the ends, [t, z, y, x] of NIfTI. */
  readonly shape: readonly number[] | null;
  readonly characterSet: readonly string[];
  readonly photometricInterpretation: string | null;
  /** From stored to modality values; null without pixels. */
  readonly rescale: Rescale | null;
  /** The private scale of Philips MR images, which is not applied. */
  readonly philipsScaling: Rescale | null;
  /** Whether the file maps its values to real-world ones, which is not applied. */
  readonly realWorldValueMapping: boolean;
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
  sopClassName: null,
  modality: null,
  frames: null,
  shape: null,
  characterSet: [],
  photometricInterpretation: null,
  rescale: null,
  philipsScaling: null,
  realWorldValueMapping: false,
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
  return {
    ...nothing,
    path,
    format: 'NIfTI',
    frames: shape[0],
    shape,
    pixelHash: createHash('sha256').update(data).digest('hex'),
  };
}

function inspectDicom(dataset: Dataset, path: string): Inspection {
  const sopClass = text(dataset, 'SOPClassUID') || text(dataset, 'MediaStorageSOPClassUID') || null;
  const seen: Inspection = {
    ...nothing,
    path,
    format: 'DICOM',
    transferSyntax: transferSyntaxName(dataset.transferSyntax),
    sopClass,
    sopClassName: sopClass && sopClassName(sopClass),
    modality: text(dataset, 'Modality') || null,
    characterSet: texts(dataset, 'SpecificCharacterSet'),
    textNotes: textNotes(dataset),
  };
  return pixelKeyword(dataset) === null ? seen : { ...seen, ...inspectPixels(dataset) };
}

function inspectPixels(dataset: Dataset): Partial<Inspection> {
  const described = {
    photometricInterpretation: text(dataset, 'PhotometricInterpretation') || null,
    rescale: rescaleOf(dataset),
    philipsScaling: philipsScaling(dataset),
    realWorldValueMapping: dataset.elements.has(attributes.RealWorldValueMappingSequence[0]),
  };
  const opened = openPixels(dataset);
  if (!opened.ok) return { ...described, ...statedShape(dataset), issue: opened.issues[0]! };
  const { frames, rows, columns, samplesPerPixel } = opened.value.layout;
  const shape = compact(frames, rows, columns, samplesPerPixel);
  const hash = createHash('sha256');
  for (const frame of eachFrame(opened.value)) {
    if (!frame.ok) return { ...described, frames, shape, issue: frame.issues[0]! };
    hash.update(frame.value);
  }
  return { ...described, frames, shape, pixelHash: hash.digest('hex') };
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
