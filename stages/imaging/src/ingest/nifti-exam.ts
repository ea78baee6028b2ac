import { basename } from 'node:path';
import { contentHash, type Issue, issue } from '@myocast/base';
import { type Affine, classifyExam, factsOfName, type Volume } from '@myocast/dicom';
import type { OtherSeriesRecord, EssentialKind } from '../records.ts';
import { readNifti } from '../volume/nifti.ts';
import { readNiftiHeader } from '../volume/nifti-header.ts';
import type { InputFile } from './containers/files-in.ts';
import { sureEnough } from './choose-series.ts';
import { isUseful, type LoadedSeries } from './exam.ts';
import { pixelEvidence } from './image-look/image-look.ts';
import { type NiftiFile, pairsOf } from './nifti-pairs.ts';
import { labelled, type SeriesLabel } from './series-labels.ts';

/** The series of some NIfTI files, and what became of the others. */
export interface NiftiFound {
  readonly series: readonly LoadedSeries[];
  /** Images of kinds that have no use. */
  readonly others: readonly OtherSeriesRecord[];
  /** One for each file that is in no series. */
  readonly notUsed: readonly Issue[];
  /** What is to be said of the files of the series. */
  readonly notes: readonly Issue[];
}

/** What an image was taken for, or one of two phases that make a cine together. */
type Look = Pick<LoadedSeries, 'kind' | 'confidence' | 'reason' | 'otherwise' | 'variant'>;

interface Image {
  readonly name: string;
  readonly paths: readonly string[];
  readonly look: Look | 'ed' | 'es';
  readonly volume: Volume;
  readonly notes: readonly Issue[];
}

/**
 * The series in a set of NIfTI files: `ed` and `es` make a cine of two phases (ACDC); of
 * other files the name, the number of phases and slices and the affine tell the kind. Label
 * files (`…_label`, `…_gt`, or of the intent "labels") are left out. A `.hdr` is read with
 * the `.img` beside it.
 */
export function niftiSeries(files: readonly InputFile[], labels: readonly SeriesLabel[] = []): NiftiFound {
  const notUsed: Issue[] = [];
  const notes: Issue[] = [];
  const found: LoadedSeries[] = [];
  const phases = new Map<'ed' | 'es', Image>();
  for (const pair of pairsOf(files)) {
    const image = imageOf(pair);
    if (Array.isArray(image)) notUsed.push(...image);
    else {
      notes.push(...image.notes);
      const { look } = image;
      if (typeof look !== 'string') found.push(loaded([image], image.volume, look));
      else if (phases.has(look)) notUsed.push(...leftOut(image.paths, `another file named ${look}`));
      else phases.set(look, image);
    }
  }
  const both = twoPhases(phases);
  if (Array.isArray(both)) notUsed.push(...both);
  else if (both !== null) found.push(both);
  const keys = found.map(({ key }) => key);
  const all = found.map((one) => labelled(one, labels, keys));
  const series = all.filter(isUseful);
  const used = new Set(series.flatMap(({ paths }) => paths));
  const others = all.filter((one) => !isUseful(one));
  for (const { paths, kind, reason } of others) notUsed.push(...leftOut(paths, `${kind}: ${reason}`));
  return {
    series,
    others: others.map(otherRecord),
    notUsed,
    notes: notes.filter(({ path }) => used.has(path)),
  };
}

function otherRecord(series: LoadedSeries): OtherSeriesRecord {
  const { key, kind, confidence, reason, otherwise, variant, description, shape, paths } = series;
  const look = { key, kind, confidence, reason, otherwise, variant, description, shape };
  return { ...look, images: paths.length, whyNotUsed: 'of a kind that has no use' };
}

const leftOut = (paths: readonly string[], why: string) =>
  paths.map((path) => issue('missing-series', path, `not used: ${why}`));

/** The image of a file that holds one, or an issue for each of its files. */
function imageOf({ file, voxels }: NiftiFile): Image | Issue[] {
  const paths = [file.path, ...(voxels ? [voxels.path] : [])];
  const name = basename(file.path).replace(/\.(nii|hdr|img)(\.gz)?$/i, '');
  if (/_(label|gt|mask)s?$/i.test(name) || isLabelMap(file)) return leftOut(paths, 'a label map');
  const read = readNifti(file.bytes, file.path, voxels?.bytes);
  if (!read.ok) {
    const { kind, message } = read.issues[0]!;
    return paths.map((path) => issue(kind, path, message));
  }
  return { name, paths, look: lookOf(name, read.value), volume: read.value, notes: read.issues };
}

const labelIntent = 1002;

function isLabelMap({ bytes, path }: InputFile): boolean {
  const header = readNiftiHeader(bytes, path);
  return header.ok && header.value.intentCode === labelIntent;
}

function lookOf(name: string, volume: Volume): Look | 'ed' | 'es' {
  const phase = /(?:^|_)(ed|es)$/i.exec(name)?.[1]?.toLowerCase();
  if (phase === 'ed' || phase === 'es') return phase;
  const [images, slices] = volume.shape;
  const normal = volume.affine && normalOf(volume.affine);
  const facts = factsOfName(name, { images, slices, normal });
  const [found] = classifyExam([facts]);
  if (found!.confidence >= sureEnough) return found!;
  const kind = namedStack(name, images);
  return kind === null
    ? classifyExam([facts], [pixelEvidence(volume)])[0]!
    : { ...found!, kind, confidence: sureEnough, reason: `file named so, taken for a short axis` };
}

/** Names that say no plane: a stack is short-axis where nothing speaks against it. */
function namedStack(name: string, images: number): EssentialKind | null {
  if (/cine/i.test(name) || images > 1) return 'cine-sax';
  return /(^|[^a-z])(lge|de|psir)([^a-z]|$)/i.test(name) ? 'lge-sax' : null;
}

/** Null for a grid along the axes: such a header says how large a voxel is, and hardly ever how the patient lay. */
function normalOf(affine: Affine): readonly [number, number, number] | null {
  const column = (at: number) => [affine[at]!, affine[4 + at]!, affine[8 + at]!] as const;
  const [[a, b, c], [d, e, f]] = [column(0), column(1)];
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d] as const;
  const length = Math.hypot(...normal);
  if (normal.some((part) => Math.abs(part) > 0.9999 * length)) return null;
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

function twoPhases(phases: ReadonlyMap<'ed' | 'es', Image>): LoadedSeries | Issue[] | null {
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
  return loaded([ed, es], volume, {
    kind: 'cine-sax',
    confidence: 0.8,
    reason: 'end-diastole and end-systole by their file names',
    otherwise: null,
    variant: null,
  });
}

function loaded(images: readonly Image[], volume: Volume, look: Look): LoadedSeries {
  const { buffer, byteOffset, byteLength } = volume.data;
  return {
    ...look,
    key: contentHash(new Uint8Array(buffer, byteOffset, byteLength)).slice(0, 10),
    description: 'NIfTI',
    setBy: null,
    oriented: volume.affine !== null && normalOf(volume.affine) !== null,
    chosen: null,
    shape: volume.shape,
    volume,
    source: null,
    paths: images.flatMap(({ paths }) => paths),
    emptySlices: [],
    fieldStrengthT: null,
    manufacturer: null,
  };
}
