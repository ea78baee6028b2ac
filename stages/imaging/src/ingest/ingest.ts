import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  accepted,
  canonicalJson,
  type Checked,
  contentHash,
  countIssues,
  formatIssue,
  type Issue,
  issue,
  refused,
} from '@myocast/base';
import { writeFolderAtomic } from '@myocast/base/files';
import {
  cleanedDescription,
  type Deidentification,
  type ProfileOption,
  type PseudonymKey,
  spacingMm,
} from '@myocast/dicom';
import { type SeriesSource, type SourceLookup, sourcesFile } from '../archive/series-source.ts';
import type { ExamRecord, OtherSeriesRecord, SeriesKind, SeriesRecord } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { type ArchiveLimits, archiveLimits } from './containers/archive-limits.ts';
import { cleanLine } from './deidentify.ts';
import { writeDicomCopies } from './dicom-copies.ts';
import type { Exam, LoadedSeries } from './exam.ts';
import { findSeries, type Found } from './find-series.ts';
import { type EssentialSeries, examQuality } from './quality/exam-quality.ts';
import { labelsFile, labelsText, type SeriesLabel } from './series-labels.ts';
import { type NameOrigin, subjectName } from './subject-name.ts';
import { examVerdict } from './verdict.ts';

/** How an exam is read. */
export interface IngestOptions {
  /** The name under which the exam goes on. */
  readonly subject: string;
  readonly limits?: ArchiveLimits;
  /** Images up to so many bytes in all are kept from the first reading, so that a usual exam is read once. */
  readonly heldBytes?: number;
  /** Where the name comes from: only one of the study is trusted to be a pseudonym. */
  readonly nameOrigin?: NameOrigin;
  /** Asked when a pseudonym is needed, or de-identified DICOM files are wanted. */
  readonly key?: () => Promise<Checked<PseudonymKey>>;
  /** De-identified DICOM files beside the volumes, by the profile with these options. */
  readonly dicomCopies?: ReadonlySet<ProfileOption> | null;
  /** A person has looked at the pixels: writing in them is no reason to leave an image out. */
  readonly pixelsReviewed?: boolean;
  /** What is kept of the images that the volumes come from; nothing where absent. */
  readonly sources?: SourceLookup;
  /** What a person said that some series are, {@link readLabels}. */
  readonly labels?: readonly SeriesLabel[];
}

const noKey = () =>
  Promise.resolve(
    refused<PseudonymKey>(issue('missing-value', 'key', 'expected a key for pseudonyms, found none')),
  );

const mostHeld = 2 ** 26;

/**
 * Reads the images of one exam: recognises every series, puts the best of each kind
 * of use on a regular grid, and judges whether they suffice.
 *
 * Takes folders and files in any arrangement and under any names, zip and tar
 * archives and gzipped files among them: DICOM, and NIfTI of which the names
 * tell the kind. The same files give the same exam in whatever they are packed.
 *
 * Files are read one after the other for their headers, and, beyond the first 64 MiB,
 * those of the chosen series once more for their pixels, so that an exam of thousands of files
 * needs the memory of its volumes and little besides.
 *
 * @returns the exam, with everything that was wrong; refused only when no file could be used at all
 */
export async function ingestExam(
  source: string | readonly string[],
  options: IngestOptions,
): Promise<Checked<Exam>> {
  const { limits = archiveLimits, heldBytes = mostHeld, pixelsReviewed = false } = options;
  const sources = typeof source === 'string' ? [source] : source;
  const name = sources[0] ?? options.subject;
  const found = await findSeries(sources, {
    limits,
    heldBytes,
    pixelsReviewed,
    labels: options.labels ?? [],
  });
  if (found.filesFound === 0) return refused(issue('empty-input', name, 'expected images, found no file'));
  const { series, notUsed } = found;
  if (series.length === 0 && !notUsed.some(isImage)) return refused(...firstOf(notUsed, name));
  return named(
    found,
    options,
    (how) => (folder) => writeDicomCopies(sources, how, { limits, pixelsReviewed }, folder),
  );
}

/** The exam under a name that tells nothing, with its copies where they are wanted. */
async function named(
  found: Found,
  { subject: name, nameOrigin = 'study', key = noKey, dicomCopies, sources = () => null }: IngestOptions,
  copier: (how: Deidentification) => NonNullable<Exam['copies']>,
): Promise<Checked<Exam>> {
  const subject = await subjectName(name, nameOrigin, found.patient, key);
  if (!subject.ok) return subject;
  const issues = [...found.notUsed, ...found.notes, ...subject.issues];
  const exam = { ...examOf(subject.value, found), ...sourcesOf(found.series, sources) };
  if (!dicomCopies) return accepted(exam, issues);
  const secret = await key();
  if (!secret.ok) return secret;
  const { identifiers } = found;
  const how = { key: secret.value, subject: subject.value, options: dicomCopies, identifiers };
  return accepted({ ...exam, copies: copier(how) }, [...issues, ...secret.issues]);
}

/** What is kept of where the volumes come from; nothing, unless it is asked for. */
function sourcesOf(series: readonly LoadedSeries[], lookup: SourceLookup): Pick<Exam, 'sources'> {
  const kept = series.flatMap(({ kind, source }) => {
    const own = source && lookup(source);
    return own ? [[kind, own] as const] : [];
  });
  return kept.length > 0 ? { sources: Object.fromEntries(kept) } : {};
}

/** A readable image that merely was of no use, unlike a file that could not be read. */
function isImage({ kind }: Issue): boolean {
  return kind === 'missing-series' || kind === 'bad-geometry' || kind === 'duplicate-image';
}

const mostLines = 20;

/** The first issues, and one that counts the others. */
function firstOf(issues: readonly Issue[], name: string): readonly [Issue, ...Issue[]] {
  const [first, ...others] = issues.slice(0, mostLines);
  if (issues.length <= mostLines) return [first!, ...others];
  const rest = Object.entries(countIssues(issues.slice(mostLines))).map(
    ([kind, count]) => `${count} ${kind}`,
  );
  return [first!, ...others, issue('not-readable', name, `found more files of no use: ${rest.join(', ')}`)];
}

function examOf(subject: string, found: Found): Exam {
  const { series, others, notUsed, notes, filesFound, hashOf, identifiers, patients, studies } = found;
  const gaps = [...notUsed, ...notes].some(({ kind }) => kind === 'bad-geometry' || kind === 'missing-image');
  const records = series.map((entry) => seriesRecord(entry, identifiers));
  const otherSeries = others.map((one) => withoutNames(one, identifiers));
  const quality = examQuality(series.filter(isEssential));
  return {
    record: {
      subject,
      sourceHash: contentHash([...hashOf.values()].sort()),
      series: records,
      otherSeries,
      filesRead: filesFound,
      filesNotUsed: notUsed.length,
      ...examVerdict({ series: records, otherSeries, quality, gaps, patients, studies }),
      quality,
      issues: anonymous(
        [...notUsed.filter(({ kind }) => kind !== 'missing-series'), ...notes],
        hashOf,
        identifiers,
      ),
    },
    volumes: Object.fromEntries(series.map(({ kind, volume }) => [kind, volume])),
    notUsed,
  };
}

const isEssential = (series: LoadedSeries): series is LoadedSeries & EssentialSeries =>
  series.kind === 'cine-sax' || series.kind === 'lge-sax';

/** A path may carry a name: the record names a file by its hash, and nothing of it depends on the paths. */
function anonymous(
  issues: readonly Issue[],
  hashOf: ReadonlyMap<string, string>,
  identifiers: ReadonlySet<string>,
): readonly Issue[] {
  const nameOf = (path: string) => `file ${hashOf.get(path)?.slice(0, 12) ?? 'unknown'}`;
  // The longest first: one path may begin with another.
  const paths = [...hashOf.keys()].sort((a, b) => b.length - a.length);
  return issues
    .map(({ kind, path, message }) => {
      const plain = paths.reduce(
        (line, other) => (line.includes(other) ? line.replaceAll(other, nameOf(other)) : line),
        message,
      );
      return issue(kind, nameOf(path), cleanLine(plain, identifiers));
    })
    .sort((a, b) => (formatIssue(a) < formatIssue(b) ? -1 : 1));
}

function withoutNames<Look extends SeriesRecord | OtherSeriesRecord>(
  look: Look,
  identifiers: ReadonlySet<string>,
): Look {
  return {
    ...look,
    reason: cleanLine(look.reason, identifiers),
    description: cleanedDescription(look.description, identifiers),
  };
}

function seriesRecord(series: LoadedSeries, identifiers: ReadonlySet<string>): SeriesRecord {
  const { volume, paths, setBy: _, oriented: __, source: ___, ...entry } = series;
  const record = {
    ...entry,
    file: `${entry.kind}.nii.gz`,
    images: paths.length,
    spacingMm: volume.affine && spacingMm(volume.affine),
    triggerTimesMs: volume.triggerTimesMs,
  };
  return withoutNames(record, identifiers);
}

/** What an exam that was ingested before may consist of. */
const ownFiles = /^(exam\.json|series-labels\.json|[\w-]+\.sources\.json|[\w-]+\.nii\.gz|dicom)$/;

/**
 * Writes `exam.json`, one NIfTI file per series, an expert's mask as `expert-<kind>.nii.gz`,
 * where it is to be kept the source of a series as `<kind>.sources.json`, the labels that people
 * gave, and the DICOM copies, where they are wanted, into `dicom/`; the folder appears when it is complete.
 *
 * @returns the record as it was written, and an issue for each image that was not copied
 */
export async function writeExam(
  { record, volumes, expert, sources, copies }: Exam,
  folder: string,
  labels: readonly SeriesLabel[] = [],
): Promise<{ readonly record: ExamRecord; readonly issues: readonly Issue[] }> {
  let written = record;
  const issues: Issue[] = [];
  await writeFolderAtomic(folder, ownFiles, async (draft) => {
    for (const { kind, file } of record.series)
      await writeFile(join(draft, file), writeNifti(volumes[kind]!));
    if (labels.length > 0) await writeFile(join(draft, labelsFile), labelsText(labels));
    for (const [kind, mask] of Object.entries(expert ?? {}))
      await writeFile(join(draft, `expert-${kind}.nii.gz`), writeNifti(mask));
    for (const [kind, source] of Object.entries(sources ?? {}) as [SeriesKind, SeriesSource][])
      await writeFile(join(draft, sourcesFile(kind)), `${canonicalJson(source)}\n`);
    if (copies) {
      const made = await copies(join(draft, 'dicom'));
      written = { ...record, deidentification: made.record };
      issues.push(...made.issues);
    }
    await writeFile(join(draft, 'exam.json'), `${canonicalJson(written)}\n`);
  });
  return { record: written, issues };
}
