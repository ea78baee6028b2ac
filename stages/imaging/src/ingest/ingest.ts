import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  accepted,
  canonicalJson,
  type Checked,
  contentHash,
  type Issue,
  issue,
  refused,
} from '@myocast/base';
import { writeFolderAtomic } from '@myocast/base/files';
import {
  assembleVolume,
  classifySeries,
  type DicomImage,
  groupSeries,
  number,
  readDicom,
  type SeriesClass,
  spacingMm,
  text,
} from '@myocast/dicom';
import type { SegmentedKind, SeriesRecord } from '../records.ts';
import { readNifti, writeNifti } from '../volume/nifti.ts';
import { identifiersOf, withoutIdentifiers } from './deidentify.ts';
import type { Candidate, Exam } from './exam.ts';
import { type InputFile, inputPaths, readInput } from './input-files.ts';
import { niftiSeries } from './nifti-exam.ts';
import { examVerdict } from './verdict.ts';

interface Found {
  readonly candidates: Candidate[];
  readonly notUsed: Issue[];
  readonly identifiers: ReadonlySet<string>;
}

/**
 * Reads the images of one exam: finds the short-axis cine and late enhancement,
 * puts them on regular grids, and judges whether they suffice.
 *
 * Takes a folder of DICOM files in any arrangement, a folder or file of NIfTI,
 * or a list of files. Names of DICOM files play no part.
 *
 * @returns the exam, with everything that was wrong; refused only when no file could be used at all
 */
export async function ingestExam(
  source: string | readonly string[],
  { subject }: { readonly subject: string },
): Promise<Checked<Exam>> {
  const sources = typeof source === 'string' ? [source] : source;
  const name = sources[0] ?? subject;
  const files = await readInput(await inputPaths(sources));
  if (files.length === 0) return refused(issue('empty-input', name, 'expected images, found no file'));
  const nifti = files.filter(({ path }) => /\.nii(\.gz)?$/i.test(path));
  const found = nifti.length > 0 ? fromNifti(nifti) : fromDicom(files);
  if (found.candidates.length === 0 && found.notUsed.length >= files.length && !found.notUsed.some(isImage))
    return refused(...(found.notUsed.slice(0, 20) as [Issue, ...Issue[]]));
  return accepted(examOf(subject, files, found), found.notUsed);
}

/** A readable image that merely was of no use, unlike a file that could not be read. */
function isImage({ kind }: Issue): boolean {
  return kind === 'missing-series' || kind === 'bad-geometry' || kind === 'duplicate-image';
}

function fromNifti(files: readonly InputFile[]): Found {
  const volumes = files.map(({ path, bytes }) => ({ path, read: readNifti(bytes, path) }));
  return { ...niftiSeries(volumes), identifiers: new Set() };
}

function fromDicom(files: readonly InputFile[]): Found {
  const notUsed: Issue[] = [];
  const images: DicomImage[] = [];
  for (const { path, bytes } of files) {
    const read = readDicom(bytes, path);
    if (!read.ok) notUsed.push(...read.issues);
    else if (read.value.frames !== 1 || read.value.samplesPerPixel !== 1)
      notUsed.push(
        issue(
          'unsupported',
          path,
          `expected one grey image a file, found ${read.value.frames} frames of ${read.value.samplesPerPixel} samples`,
        ),
      );
    else images.push(read.value);
  }
  const candidates: Candidate[] = [];
  for (const series of groupSeries(images)) {
    const seen = classifySeries(series);
    if (seen.kind === 'cine-sax' || seen.kind === 'lge-sax') {
      const candidate = candidateOf(seen.kind, seen, series.description, series.images, notUsed);
      if (candidate) candidates.push(candidate);
    } else leaveOut(series.images, `${seen.kind}: ${seen.reason}`, notUsed);
  }
  const identifiers = identifiersOf(images.map(({ dataset }) => dataset));
  return { candidates, notUsed, identifiers };
}

function leaveOut(images: readonly DicomImage[], why: string, notUsed: Issue[]): void {
  for (const { dataset } of images) notUsed.push(issue('missing-series', dataset.path, `not used, ${why}`));
}

function candidateOf(
  kind: SegmentedKind,
  seen: SeriesClass,
  description: string,
  images: readonly DicomImage[],
  notUsed: Issue[],
): Candidate | null {
  const name = `series "${description}"`;
  const assembled = assembleVolume(images, name);
  const reasons = assembled.issues.map(({ message }) => message).join('; ');
  if (!assembled.ok) {
    for (const { dataset } of images)
      notUsed.push(issue('bad-geometry', dataset.path, `not used, ${reasons}`));
    return null;
  }
  const { volume, used } = assembled.value;
  const kept = new Set(used);
  for (const image of images)
    if (!kept.has(image)) notUsed.push(issue('bad-geometry', image.dataset.path, `not used, ${reasons}`));
  const { dataset } = images[0]!;
  return {
    kind,
    confidence: seen.confidence,
    reason: seen.reason,
    description,
    volume,
    images: used.length,
    fieldStrengthT: number(dataset, 'MagneticFieldStrength'),
    manufacturer: text(dataset, 'Manufacturer') || null,
  };
}

/** The best of each kind: the most slices, then the surest; the others are counted as not used. */
function chosen(candidates: readonly Candidate[]): readonly Candidate[] {
  const best = candidates.toSorted(
    (a, b) => b.volume.shape[1] - a.volume.shape[1] || b.confidence - a.confidence || b.images - a.images,
  );
  return (['cine-sax', 'lge-sax'] as const).flatMap((kind) => best.find((one) => one.kind === kind) ?? []);
}

function examOf(subject: string, files: readonly InputFile[], found: Found): Exam {
  const series = chosen(found.candidates);
  const hashes = files.map(({ hash }) => hash).sort();
  const used = series.reduce((sum, { images }) => sum + images, 0);
  const gaps = found.notUsed.some(({ kind }) => kind === 'bad-geometry');
  const records = series.map((entry) => seriesRecord(entry, found.identifiers));
  const hashOf = new Map(files.map(({ path, hash }) => [path, hash]));
  return {
    record: {
      subject,
      sourceHash: contentHash(hashes),
      series: records,
      filesRead: files.length,
      filesNotUsed: files.length - used,
      ...examVerdict(records, gaps),
      issues: found.notUsed
        .filter(({ kind }) => kind !== 'missing-series')
        .map((entry) => anonymous(entry, hashOf, found.identifiers)),
    },
    volumes: Object.fromEntries(series.map(({ kind, volume }) => [kind, volume])),
    notUsed: found.notUsed,
  };
}

/** A path may carry a name: the record names a file by its hash. */
function anonymous(
  { kind, path, message }: Issue,
  hashOf: ReadonlyMap<string, string>,
  identifiers: ReadonlySet<string>,
): Issue {
  const hash = hashOf.get(path)?.slice(0, 12) ?? 'unknown';
  const paths = [...hashOf.keys()].filter((other) => message.includes(other));
  const plain = paths.reduce(
    (line, other) => line.replaceAll(other, `file ${hashOf.get(other)!.slice(0, 12)}`),
    message,
  );
  return issue(kind, `file ${hash}`, withoutIdentifiers(plain, identifiers));
}

function seriesRecord({ kind, volume, ...entry }: Candidate, identifiers: ReadonlySet<string>): SeriesRecord {
  const clean = (line: string) => withoutIdentifiers(line, identifiers);
  return {
    ...entry,
    kind,
    reason: clean(entry.reason),
    description: clean(entry.description),
    file: `${kind}.nii.gz`,
    shape: volume.shape,
    spacingMm: volume.affine && spacingMm(volume.affine),
    triggerTimesMs: volume.triggerTimesMs,
  };
}

/**
 * Writes `exam.json`, one NIfTI file per series and an expert's mask as `expert-<kind>.nii.gz`;
 * the folder appears when it is complete.
 */
export async function writeExam({ record, volumes, expert }: Exam, folder: string): Promise<void> {
  await writeFolderAtomic(folder, async (draft) => {
    for (const { kind, file } of record.series)
      await writeFile(join(draft, file), writeNifti(volumes[kind as SegmentedKind]!));
    for (const [kind, mask] of Object.entries(expert ?? {}))
      await writeFile(join(draft, `expert-${kind}.nii.gz`), writeNifti(mask));
    await writeFile(join(draft, 'exam.json'), `${canonicalJson(record)}\n`);
  });
}
