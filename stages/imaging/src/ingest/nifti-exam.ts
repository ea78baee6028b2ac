import { basename } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import type { Volume } from '@myocast/dicom';
import type { SegmentedKind } from '../records.ts';
import { readNifti } from '../volume/nifti.ts';
import { readNiftiHeader } from '../volume/nifti-header.ts';
import type { InputFile } from './containers/files-in.ts';
import type { LoadedSeries } from './exam.ts';
import { type NiftiFile, pairsOf } from './nifti-pairs.ts';

/** The series of some NIfTI files, and what became of the others. */
export interface NiftiFound {
  readonly series: readonly LoadedSeries[];
  /** One for each file that is in no series. */
  readonly notUsed: readonly Issue[];
  /** What is to be said of the files of the series. */
  readonly notes: readonly Issue[];
}

interface Image {
  readonly paths: readonly string[];
  readonly kind: Kind;
  readonly volume: Volume;
  readonly notes: readonly Issue[];
}

/**
 * The series in a set of NIfTI files: `ed` and `es` make a cine of two phases
 * (ACDC); a file of several phases, or with "cine" in its name, is a cine; one
 * with "lge" or "de" is late enhancement. Label files (`…_label`, `…_gt`, or of
 * the intent "labels") are left out. A `.hdr` is read with the `.img` beside it.
 */
export function niftiSeries(files: readonly InputFile[]): NiftiFound {
  const notUsed: Issue[] = [];
  const notes: Issue[] = [];
  const series: LoadedSeries[] = [];
  const phases = new Map<string, Image>();
  for (const pair of pairsOf(files)) {
    const image = imageOf(pair);
    if (Array.isArray(image)) notUsed.push(...image);
    else {
      notes.push(...image.notes);
      const twin = isPhase(image.kind) && phases.has(image.kind);
      if (twin) notUsed.push(...leftOut(image.paths, `another file named ${image.kind}`));
      else if (isPhase(image.kind)) phases.set(image.kind, image);
      else series.push(loaded(image.kind, [image], image.volume, `file named ${image.kind}`));
    }
  }
  const both = twoPhases(phases);
  if (Array.isArray(both)) notUsed.push(...both);
  else if (both !== null) series.push(both);
  const used = new Set(series.flatMap(({ paths }) => paths));
  return { series, notUsed, notes: notes.filter(({ path }) => used.has(path)) };
}

type Kind = SegmentedKind | 'ed' | 'es';

const isPhase = (kind: Kind): kind is 'ed' | 'es' => kind === 'ed' || kind === 'es';

const leftOut = (paths: readonly string[], why: string) =>
  paths.map((path) => issue('missing-series', path, `not used: ${why}`));

/** The image of a file that has a use, or an issue for each of its files. */
function imageOf({ file, voxels }: NiftiFile): Image | Issue[] {
  const paths = [file.path, ...(voxels ? [voxels.path] : [])];
  const name = basename(file.path).replace(/\.(nii|hdr|img)(\.gz)?$/i, '');
  if (/_(label|gt|mask)s?$/i.test(name) || isLabelMap(file)) return leftOut(paths, 'a label map');
  const read = readNifti(file.bytes, file.path, voxels?.bytes);
  if (!read.ok) {
    const { kind, message } = read.issues[0]!;
    return paths.map((path) => issue(kind, path, message));
  }
  const kind = kindByName(name, read.value);
  if (kind === null) return leftOut(paths, 'neither cine nor LGE by its name');
  return { paths, kind, volume: read.value, notes: read.issues };
}

const labelIntent = 1002;

function isLabelMap({ bytes, path }: InputFile): boolean {
  const header = readNiftiHeader(bytes, path);
  return header.ok && header.value.intentCode === labelIntent;
}

function kindByName(name: string, volume: Volume): Kind | null {
  const phase = /(?:^|_)(ed|es)$/i.exec(name)?.[1]?.toLowerCase();
  if (phase === 'ed' || phase === 'es') return phase;
  if (/cine/i.test(name) || volume.shape[0] > 1) return 'cine-sax';
  return /(^|[^a-z])(lge|de|psir)([^a-z]|$)/i.test(name) ? 'lge-sax' : null;
}

function twoPhases(phases: ReadonlyMap<string, Image>): LoadedSeries | Issue[] | null {
  const [ed, es] = [phases.get('ed'), phases.get('es')];
  if (ed === undefined && es === undefined) return null;
  if (ed === undefined || es === undefined || String(ed.volume.shape) !== String(es.volume.shape)) {
    const found = (image: Image | undefined) => image?.volume.shape.join('×') ?? 'missing';
    const why = `expected ed and es on one grid, found ed ${found(ed)}, es ${found(es)}`;
    return [ed, es].flatMap((image) => image?.paths ?? []).map((path) => issue('bad-geometry', path, why));
  }
  const data = new Float32Array(ed.volume.data.length * 2);
  data.set(ed.volume.data);
  data.set(es.volume.data, ed.volume.data.length);
  const [, z, y, x] = ed.volume.shape;
  const volume: Volume = { shape: [2, z, y, x], data, affine: ed.volume.affine, triggerTimesMs: null };
  return loaded('cine-sax', [ed, es], volume, 'end-diastole and end-systole by their file names');
}

function loaded(kind: SegmentedKind, images: readonly Image[], volume: Volume, reason: string): LoadedSeries {
  return {
    kind,
    confidence: 0.8,
    reason,
    description: 'NIfTI',
    shape: volume.shape,
    volume,
    source: null,
    paths: images.flatMap(({ paths }) => paths),
    emptySlices: [],
    fieldStrengthT: null,
    manufacturer: null,
  };
}
