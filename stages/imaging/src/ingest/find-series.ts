import { type Issue, issue } from '@myocast/base';
import { identifiersOf, type ImageHeader, readImageHeaders, text, textNotes } from '@myocast/dicom';
import { seriesSource } from '../archive/series-source.ts';
import type { ArchiveLimits } from './containers/archive-limits.ts';
import { compareSeries, whyBetter } from './choose-series.ts';
import type { FoundFile, InputFile } from './containers/files-in.ts';
import {
  issuesOf,
  leftOutOf,
  openLoading,
  type PlannedSeries,
  planSeries,
  replan,
  type UnplannedSeries,
} from './dicom-exam.ts';
import { type Candidate, type LoadedSeries, writtenKinds } from './exam.ts';
import { inputFiles, inputPaths } from './input-files.ts';
import { doubtfulSeries, lookAtSeries } from './look-at-series.ts';
import { niftiSeries } from './nifti-exam.ts';
import { looksNifti } from './nifti-pairs.ts';
import { writingByHeader } from './pixel-writing.ts';
import { type SeriesLabel, strayLabels } from './series-labels.ts';
import { type Patient, patientOf } from './subject-name.ts';
import type { OtherSeriesRecord } from '../records.ts';

/** The series of an exam, and what became of every other file of the input. */
export interface Found {
  /** At most one of each kind. */
  readonly series: readonly LoadedSeries[];
  /** Every other series. */
  readonly others: readonly OtherSeriesRecord[];
  /** Files, entries of archives included, and archives that could not be read. */
  readonly filesFound: number;
  /** One for each file that is in no series, in the order of the paths. */
  readonly notUsed: readonly Issue[];
  /** What is to be said of files that are used. */
  readonly notes: readonly Issue[];
  /** How many patients all readable images name, used or not; those that name none do not count. */
  readonly patients: number;
  /** How many studies, likewise. */
  readonly studies: number;
  /** SHA-256 by path, of every file that could be read. */
  readonly hashOf: ReadonlyMap<string, string>;
  readonly identifiers: ReadonlySet<string>;
  readonly patient: Patient | null;
}

/** How an input is read. */
export interface FindOptions {
  /** What a person said that some series are. */
  readonly labels: readonly SeriesLabel[];
  readonly limits: ArchiveLimits;
  readonly heldBytes: number;
  /** A person has looked at the pixels: writing in them is no reason to leave an image out. */
  readonly pixelsReviewed: boolean;
}

/** Reads the input once more, only the files that are wanted. */
type Reread = (wanted: ReadonlySet<string>) => AsyncIterable<FoundFile>;

/**
 * Reads all of an input for the headers, then the files of the best series of each
 * kind for the pixels: from memory as far as they were kept, the others once more.
 */
export async function findSeries(
  sources: readonly string[],
  { limits, heldBytes, pixelsReviewed, labels }: FindOptions,
): Promise<Found> {
  const paths = await inputPaths(sources);
  const seen = await readHeaders(inputFiles(paths, { limits }), heldBytes, pixelsReviewed);
  const reread: Reread = async function* (wanted) {
    const again = new Set(wanted);
    for (const file of seen.held) if (again.delete(file.path)) yield file;
    if (again.size > 0) yield* inputFiles(paths, { limits, wanted: withArchives(again) });
  };
  const byHeaders = planSeries(seen.headers, labels);
  const looked = await lookAtSeries(doubtfulSeries(byHeaders), seen.hashOf, reread);
  const dicom = looked.size > 0 ? planSeries(seen.headers, labels, looked) : byHeaders;
  const nifti = niftiSeries(seen.nifti, labels);
  const said: Said = {
    notUsed: [...seen.notUsed, ...nifti.notUsed],
    notes: [...nifti.notes, ...textIssues(seen.headers)],
    others: [...nifti.others],
    pixelsReviewed,
  };
  for (const series of dicom.unplanned) leaveOut(series, said);
  const series = await loadBest([...dicom.planned, ...nifti.series], seen.hashOf, reread, said);
  const files = byFile(said.notUsed, new Set(series.flatMap((one) => one.paths)));
  const keys = [...series, ...said.others].map(({ key }) => key);
  return {
    series,
    others: said.others,
    filesFound: seen.filesFound,
    notUsed: files.notUsed,
    notes: [...said.notes, ...files.partly, ...strayLabels(labels, keys)],
    patients: differing(seen.headers, 'PatientID'),
    studies: differing(seen.headers, 'StudyInstanceUID'),
    hashOf: seen.hashOf,
    identifiers: identifiersOf(seen.headers.map(({ dataset }) => dataset)),
    patient: patientOf(seen.headers.map(({ dataset }) => dataset)),
  };
}

/** What is said of the files on the way. */
interface Said {
  readonly notUsed: Issue[];
  readonly notes: Issue[];
  readonly pixelsReviewed: boolean;
  readonly others: OtherSeriesRecord[];
}

function leaveOut(series: UnplannedSeries, { notUsed, others }: Said): void {
  const { setBy: _, images, why, ...look } = series;
  notUsed.push(...issuesOf(series));
  const whyNotUsed = why.kind === 'missing-series' ? 'of a kind that has no use' : why.message;
  others.push({ ...look, images: images.length, whyNotUsed });
}

/** One issue for each file of which no frame is used, and the first issue of files that are used in part. */
function byFile(
  issues: readonly Issue[],
  used: ReadonlySet<string>,
): { readonly notUsed: readonly Issue[]; readonly partly: readonly Issue[] } {
  const first = new Map<string, { readonly first: Issue; frames: number }>();
  for (const found of issues) {
    const known = first.get(found.path);
    if (known) known.frames++;
    else first.set(found.path, { first: found, frames: 1 });
  }
  const [notUsed, partly]: [Issue[], Issue[]] = [[], []];
  for (const [path, { first: found, frames }] of [...first].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const message = frames > 1 ? `${found.message} (${frames} frames)` : found.message;
    (used.has(path) ? partly : notUsed).push(issue(found.kind, path, message));
  }
  return { notUsed, partly };
}

function differing(headers: readonly ImageHeader[], keyword: 'PatientID' | 'StudyInstanceUID'): number {
  const values = new Set(headers.map(({ dataset }) => text(dataset, keyword)));
  values.delete('');
  return values.size;
}

/** What the character sets of the images do not cover, each sort once, with the first image that has it. */
function textIssues(headers: readonly ImageHeader[]): readonly Issue[] {
  const found = new Map<string, { readonly path: string; count: number }>();
  for (const { dataset } of headers)
    for (const note of textNotes(dataset)) {
      const one = found.get(note) ?? { path: dataset.path, count: 0 };
      one.count++;
      found.set(note, one);
    }
  return [...found].map(([note, { path, count }]) =>
    issue('quality-flag', path, `text of ${count} ${count === 1 ? 'image' : 'images'}: ${note}`),
  );
}

interface Seen {
  readonly filesFound: number;
  /** In an order that does not depend on names and archives. */
  readonly headers: readonly ImageHeader[];
  /** The first images, with their bytes. */
  readonly held: readonly InputFile[];
  /** NIfTI files are few, and kept as they are. */
  readonly nifti: readonly InputFile[];
  readonly notUsed: readonly Issue[];
  readonly hashOf: ReadonlyMap<string, string>;
}

async function readHeaders(
  files: AsyncIterable<FoundFile>,
  heldBytes: number,
  pixelsReviewed: boolean,
): Promise<Seen> {
  const headers: { readonly hash: string; readonly header: ImageHeader }[] = [];
  const held: InputFile[] = [];
  const nifti: InputFile[] = [];
  const notUsed: Issue[] = [];
  const hashOf = new Map<string, string>();
  let filesFound = 0;
  let room = heldBytes;
  for await (const file of files) {
    filesFound++;
    if ('issue' in file) {
      notUsed.push(file.issue);
      continue;
    }
    hashOf.set(file.path, file.hash);
    if (looksNifti(file)) nifti.push(file);
    else {
      const found = headersOf(file, pixelsReviewed);
      if ('kind' in found) notUsed.push(found);
      else {
        headers.push(...found.map((header) => ({ hash: file.hash, header })));
        room -= file.bytes.length;
        if (room >= 0) held.push(byItself(file));
      }
    }
  }
  headers.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));
  return { filesFound, headers: headers.map(({ header }) => header), held, nifti, notUsed, hashOf };
}

/** A file of an archive may be a view of the archive, which must not be kept for its sake. */
function byItself(file: InputFile): InputFile {
  const isView = file.bytes.buffer.byteLength > 2 * file.bytes.length;
  return isView ? { ...file, bytes: Uint8Array.from(file.bytes) } : file;
}

function headersOf({ bytes, path }: InputFile, pixelsReviewed: boolean): readonly ImageHeader[] | Issue {
  const read = readImageHeaders(bytes, path);
  if (!read.ok) return read.issues[0]!;
  const { frames, samplesPerPixel, dataset } = read.value[0]!;
  const writing = pixelsReviewed ? null : writingByHeader(dataset);
  if (writing) return writing;
  if (frames === 1 && samplesPerPixel === 1) return read.value;
  return issue(
    'unsupported',
    path,
    `expected grey images with a place each, found ${frames} frames of ${samplesPerPixel} samples`,
  );
}

/**
 * The best of each kind ({@link compareSeries}), with its pixels. Images whose pixels
 * cannot be read are taken out, and what is left of their series is judged again.
 *
 * @param said what is left out, and what is to be said of the chosen series, is added
 */
async function loadBest(
  candidates: readonly Candidate[],
  hashOf: ReadonlyMap<string, string>,
  reread: Reread,
  said: Said,
): Promise<readonly LoadedSeries[]> {
  let rest = candidates;
  let open: readonly (typeof writtenKinds)[number][] = writtenKinds;
  const done: LoadedSeries[] = [];
  const finish = (series: LoadedSeries) => {
    done.push(series);
    open = open.filter((kind) => kind !== series.kind);
  };
  for (;;) {
    const best = open.flatMap((kind) => bestOf(rest, kind) ?? []);
    if (best.length === 0) break;
    rest = rest.filter((one) => !best.includes(one));
    for (const one of best.filter(isLoaded)) finish(one);
    const planned = best.filter(isPlanned);
    for (const { series, loaded, again } of await loadPixels(planned, hashOf, reread, said)) {
      if (loaded === null) rest = [...rest, ...again];
      else {
        said.notUsed.push(...leftOutOf(series));
        said.notes.push(...series.notes);
        finish(loaded);
      }
    }
  }
  const chosen = done.map((one) => ({ ...one, chosen: whyChosen(one, rest) }));
  for (const one of rest) notChosen(one, done.find(({ kind }) => kind === one.kind)!, said);
  return writtenKinds.flatMap((kind) => chosen.find((one) => one.kind === kind) ?? []);
}

function bestOf(candidates: readonly Candidate[], kind: Candidate['kind']): Candidate | undefined {
  return candidates.filter((one) => one.kind === kind).toSorted(compareSeries)[0];
}

const isLoaded = (series: Candidate): series is LoadedSeries => 'volume' in series;
const isPlanned = (series: Candidate): series is PlannedSeries => 'plan' in series;

function whyChosen(series: LoadedSeries, rest: readonly Candidate[]): string | null {
  const rivals = rest.filter(({ kind }) => kind === series.kind).toSorted(compareSeries);
  if (rivals.length === 0) return null;
  return `1 of ${rivals.length + 1}: ${whyBetter(series, rivals[0]!)}`;
}

function notChosen(series: Candidate, used: Candidate, { notUsed, others }: Said): void {
  const paths = isPlanned(series) ? series.images.map(({ dataset }) => dataset.path) : series.paths;
  const why = `another ${series.kind} is used: ${whyBetter(used, series)}`;
  for (const path of paths) notUsed.push(issue('missing-series', path, `not used, ${why}`));
  const { key, kind, confidence, reason, otherwise, variant, description, shape } = series;
  const look = { key, kind, confidence, reason, otherwise, variant, description, shape };
  others.push({ ...look, images: paths.length, whyNotUsed: why });
}

/** A series with its pixels, or without those images that could not be read, as what is left of it. */
interface Loading {
  readonly series: PlannedSeries;
  readonly loaded: LoadedSeries | null;
  readonly again: readonly PlannedSeries[];
}

async function loadPixels(
  planned: readonly PlannedSeries[],
  hashOf: ReadonlyMap<string, string>,
  reread: Reread,
  said: Said,
): Promise<readonly Loading[]> {
  if (planned.length === 0) return [];
  const loading = openLoading(planned, said.pixelsReviewed);
  for await (const file of reread(loading.missing)) {
    if (!('issue' in file) && loading.missing.has(file.path)) loading.take(file, hashOf.get(file.path)!);
    if (loading.missing.size === 0) break;
  }
  return loading.close().map(({ volume, failed }, index) => {
    const series = planned[index]!;
    if (failed.size === 0) {
      const { images: _, plan, notes: __, ...candidate } = series;
      return {
        series,
        loaded: { ...candidate, volume, source: seriesSource(plan), chosen: null },
        again: [],
      };
    }
    said.notUsed.push(...failed.values());
    const left = series.images.filter((image) => !failed.has(image));
    if (left.length === 0) {
      const { key, kind, confidence, reason, otherwise, variant, description, shape } = series;
      const look = { key, kind, confidence, reason, otherwise, variant, description, shape };
      said.others.push({ ...look, images: failed.size, whyNotUsed: 'no image of it can be read' });
      return { series, loaded: null, again: [] };
    }
    const again = replan(series, left);
    if ('plan' in again) return { series, loaded: null, again: [again] };
    leaveOut(again, said);
    return { series, loaded: null, again: [] };
  });
}

/** The paths, and those of all archives around them. */
function withArchives(paths: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    all.add(path);
    for (let at = path.indexOf('!/'); at >= 0; at = path.indexOf('!/', at + 2)) all.add(path.slice(0, at));
  }
  return all;
}
