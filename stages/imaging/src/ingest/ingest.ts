import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  accepted,
  canonicalJson,
  type Checked,
  contentHash,
  countIssues,
  type Issue,
  issue,
  refused,
} from '@myocast/base';
import { writeFolderAtomic } from '@myocast/base/files';
import { spacingMm } from '@myocast/dicom';
import type { OtherSeriesRecord, SeriesRecord } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { type ArchiveLimits, archiveLimits } from './containers/archive-limits.ts';
import { withoutIdentifiers } from './deidentify.ts';
import type { Exam, LoadedSeries } from './exam.ts';
import { findSeries, type Found } from './find-series.ts';
import { labelsFile, labelsText, type SeriesLabel } from './series-labels.ts';
import { type EssentialSeries, examQuality } from './quality/exam-quality.ts';
import { examVerdict } from './verdict.ts';

/** How an exam is read. */
export interface IngestOptions {
  /** The name under which the exam goes on. */
  readonly subject: string;
  readonly limits?: ArchiveLimits;
  /** What a person said that some series are, {@link readLabels}. */
  readonly labels?: readonly SeriesLabel[];
}

/**
 * Reads the images of one exam: recognises every series, puts the best of each kind
 * of use on a regular grid, and judges whether they suffice.
 *
 * Takes folders and files in any arrangement and under any names, zip and tar
 * archives and gzipped files among them: DICOM, and NIfTI of which the names
 * tell the kind. The same files give the same exam in whatever they are packed.
 *
 * Files are read one after the other for their headers, and those of the chosen
 * series once more for their pixels, so that an exam of thousands of files
 * needs the memory of its volumes and little besides.
 *
 * @returns the exam, with everything that was wrong; refused only when no file could be used at all
 */
export async function ingestExam(
  source: string | readonly string[],
  { subject, limits = archiveLimits, labels = [] }: IngestOptions,
): Promise<Checked<Exam>> {
  const sources = typeof source === 'string' ? [source] : source;
  const name = sources[0] ?? subject;
  const found = await findSeries(sources, { limits, labels });
  if (found.filesFound === 0) return refused(issue('empty-input', name, 'expected images, found no file'));
  const { series, notUsed } = found;
  if (series.length === 0 && !notUsed.some(isImage)) return refused(...firstOf(notUsed, name));
  return accepted(examOf(subject, found), [...notUsed, ...found.notes]);
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
  const { series, others, notUsed, notes, filesFound, hashOf, identifiers } = found;
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
      ...examVerdict({ series: records, otherSeries, quality, gaps }),
      quality,
      issues: [...notUsed.filter(({ kind }) => kind !== 'missing-series'), ...notes].map((entry) =>
        anonymous(entry, hashOf, identifiers),
      ),
    },
    volumes: Object.fromEntries(series.map(({ kind, volume }) => [kind, volume])),
    notUsed,
  };
}

const isEssential = (series: LoadedSeries): series is LoadedSeries & EssentialSeries =>
  series.kind === 'cine-sax' || series.kind === 'lge-sax';

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

function withoutNames<Look extends SeriesRecord | OtherSeriesRecord>(
  look: Look,
  identifiers: ReadonlySet<string>,
): Look {
  const clean = (line: string) => withoutIdentifiers(line, identifiers);
  return { ...look, reason: clean(look.reason), description: clean(look.description) };
}

function seriesRecord(series: LoadedSeries, identifiers: ReadonlySet<string>): SeriesRecord {
  const { volume, paths, setBy: _, oriented: __, ...entry } = series;
  const record = {
    ...entry,
    file: `${entry.kind}.nii.gz`,
    images: paths.length,
    spacingMm: volume.affine && spacingMm(volume.affine),
    triggerTimesMs: volume.triggerTimesMs,
  };
  return withoutNames(record, identifiers);
}

/**
 * Writes `exam.json`, one NIfTI file per series and an expert's mask as `expert-<kind>.nii.gz`,
 * with the labels that people gave beside them; the folder appears when it is complete.
 */
export async function writeExam(
  { record, volumes, expert }: Exam,
  folder: string,
  labels: readonly SeriesLabel[] = [],
): Promise<void> {
  await writeFolderAtomic(folder, async (draft) => {
    for (const { kind, file } of record.series)
      await writeFile(join(draft, file), writeNifti(volumes[kind]!));
    if (labels.length > 0) await writeFile(join(draft, labelsFile), labelsText(labels));
    for (const [kind, mask] of Object.entries(expert ?? {}))
      await writeFile(join(draft, `expert-${kind}.nii.gz`), writeNifti(mask));
    await writeFile(join(draft, 'exam.json'), `${canonicalJson(record)}\n`);
  });
}
