import { isNifti } from '../volume/nifti-header.ts';
import type { InputFile } from './containers/files-in.ts';

/** A NIfTI file, with the voxels beside it where it is the header of a pair. */
export interface NiftiFile {
  readonly file: InputFile;
  readonly voxels: InputFile | null;
}

/** Whether a file is to be read as NIfTI: by its bytes, or by its name where the bytes are damaged or bare voxels. */
export function looksNifti({ path, bytes }: Pick<InputFile, 'path' | 'bytes'>): boolean {
  return /\.(nii|hdr|img)(\.gz)?$/i.test(path) || isNifti(bytes);
}

/** Joins `x.hdr` and `x.img` of one folder (or archive); whatever has no partner stays by itself. */
export function pairsOf(files: readonly InputFile[]): readonly NiftiFile[] {
  const images = new Map<string, InputFile>();
  for (const file of files) if (/\.img(\.gz)?$/i.test(file.path)) images.set(stem(file.path), file);
  const voxelsOf = ({ path }: InputFile) =>
    /\.hdr(\.gz)?$/i.test(path) ? images.get(stem(path)) : undefined;
  const taken = new Set(files.flatMap((file) => voxelsOf(file) ?? []));
  return files.filter((file) => !taken.has(file)).map((file) => ({ file, voxels: voxelsOf(file) ?? null }));
}

const stem = (path: string) => path.replace(/\.(hdr|img)(\.gz)?$/i, '');
