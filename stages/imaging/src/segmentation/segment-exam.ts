import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile, writeFolderAtomic } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import { correctionsKept } from '../contours/corrections-record.ts';
import type { ExamRecord, SegmentedKind, SliceTokens } from '../records.ts';
import { readNifti } from '../volume/nifti.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { maskAt } from './dataset.ts';
import { segment } from './segment.ts';
import { openSegmenter, type Segmenter } from './segmenter.ts';
import { sliceTokens } from './slice-features.ts';
import { writeTokens } from './tokens-file.ts';

/** `segmentation.json` of one exam. */
export interface SegmentationRecord {
  readonly subject: string;
  readonly series: readonly {
    readonly kind: SegmentedKind;
    /** Name of the network. */
    readonly segmenter: string;
    /** Mean probability of the chosen labels, 0 to 1. */
    readonly confidence: number;
  }[];
  /** Who drew the contours: 'expert', or the hash of the network. */
  readonly contours: { readonly [Kind in SegmentedKind]?: string };
  readonly issues: readonly Issue[];
}

/** One network for each kind of series. */
export type Segmenters = { readonly [Kind in SegmentedKind]: Segmenter };

/** Weights that learned from real annotated images, or from phantoms alone (no licence but the software's). */
export type WeightsSet = 'real' | 'phantom';

/** The names of the weights that come with the software. */
export function weightsName(kind: SegmentedKind, set: WeightsSet): string {
  return set === 'real' ? kind : kind.replace('sax', 'phantom');
}

/** Opens the shipped networks for both kinds of series. */
export async function openSegmenters(
  set: WeightsSet = 'real',
  options: { threads?: number } = {},
): Promise<Checked<Segmenters & { close(): Promise<void> }>> {
  const cine = await openSegmenter(weightsName('cine-sax', set), options);
  if (!cine.ok) return cine;
  const lge = await openSegmenter(weightsName('lge-sax', set), options);
  if (!lge.ok) return lge;
  const close = async () => {
    await cine.value.close();
    await lge.value.close();
  };
  return accepted({ 'cine-sax': cine.value, 'lge-sax': lge.value, close });
}

/** Whose contours become the mask: the network's, or an expert's where the exam has them. */
export type ContourSource = 'network' | 'expert';

/**
 * Segments the series of an ingested exam and writes masks, slice tokens and
 * `segmentation.json` into `maskFolder`, all at once. A series that is not there
 * or cannot be segmented is an issue of the record; the rest goes on.
 *
 * Corrections of the contours lie elsewhere and stay in force; an issue says so.
 *
 * With an expert's contours the network is still run: the slice tokens are what
 * its encoder saw.
 */
export async function segmentExam(
  examFolder: string,
  maskFolder: string,
  segmenters: Segmenters,
  source: ContourSource = 'network',
): Promise<Checked<SegmentationRecord>> {
  const exam = await readJsonFile<ExamRecord>(join(examFolder, 'exam.json'));
  if (exam === null)
    return refused(issue('not-readable', examFolder, 'expected an ingested exam (exam.json), found none'));
  const issues: Issue[] = [];
  const done: SegmentedSeries[] = [];
  for (const kind of ['cine-sax', 'lge-sax'] as const) {
    const file = exam.series.find((entry) => entry.kind === kind)?.file;
    const one =
      file && (await segmentSeries({ exam, examFolder, file, kind, source }, segmenters[kind], issues));
    if (one) done.push(one);
  }
  issues.push(...(await correctionsKept(maskFolder, exam.subject)));
  const record: SegmentationRecord = {
    subject: exam.subject,
    series: done.map(({ kind, segmenter, confidence }) => ({ kind, segmenter, confidence })),
    contours: Object.fromEntries(done.map(({ kind, drawnBy }) => [kind, drawnBy])),
    issues,
  };
  await writeFolderAtomic(maskFolder, /\.(nii\.gz|json|bin|dcm|png)$/, async (draft) => {
    for (const { kind, mask } of done) await writeFile(join(draft, `${kind}.nii.gz`), writeNifti(mask));
    await writeTokens(
      draft,
      done.flatMap(({ tokens }) => tokens ?? []),
    );
    await writeFile(join(draft, 'segmentation.json'), `${JSON.stringify(record, null, 2)}\n`);
  });
  return accepted(record, issues);
}

interface SeriesTask {
  readonly exam: ExamRecord;
  readonly examFolder: string;
  readonly file: string;
  readonly kind: SegmentedKind;
  readonly source: ContourSource;
}

interface SegmentedSeries {
  readonly kind: SegmentedKind;
  readonly segmenter: string;
  readonly confidence: number;
  readonly drawnBy: string;
  readonly mask: Mask;
  readonly tokens: SliceTokens | null;
}

/** Null, with issues, where the series cannot be segmented. */
async function segmentSeries(
  { exam, examFolder, file, kind, source }: SeriesTask,
  segmenter: Segmenter,
  issues: Issue[],
): Promise<SegmentedSeries | null> {
  const path = join(examFolder, file);
  const volume = readNifti(await readFile(path), path);
  issues.push(...volume.issues);
  if (!volume.ok) return null;
  const found = await segment(volume.value, segmenter, `${exam.subject} ${kind}`);
  issues.push(...found.issues);
  if (!found.ok) return null;
  const { confidence, features } = found.value;
  const { name, network } = segmenter.card;
  const expert = source === 'expert' ? await expertMask(examFolder, kind, issues) : null;
  const mask = expert ?? found.value.mask;
  const tokens = sliceTokens(mask, features, kind, network);
  return { kind, segmenter: name, confidence, drawnBy: expert ? 'expert' : network, mask, tokens };
}

async function expertMask(examFolder: string, kind: SegmentedKind, issues: Issue[]): Promise<Mask | null> {
  const path = join(examFolder, `expert-${kind}.nii.gz`);
  const read = await maskAt(path);
  issues.push(...read.issues);
  return read.ok ? read.value : null;
}
