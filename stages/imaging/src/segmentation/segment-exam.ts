import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile, writeFolderAtomic } from '@myocast/base/files';
import type { ExamRecord, SegmentedKind, SliceTokens } from '../records.ts';
import { readNifti, writeNifti } from '../volume/nifti.ts';
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
  /** Who drew the contours: the hash of the network. */
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

/**
 * Segments the series of an ingested exam and writes masks, slice tokens and
 * `segmentation.json` into `maskFolder`, all at once. A series that is not there
 * or cannot be segmented is an issue of the record; the rest goes on.
 */
export async function segmentExam(
  examFolder: string,
  maskFolder: string,
  segmenters: Segmenters,
): Promise<Checked<SegmentationRecord>> {
  const exam = await readJsonFile<ExamRecord>(join(examFolder, 'exam.json'));
  if (exam === null)
    return refused(issue('not-readable', examFolder, 'expected an ingested exam (exam.json), found none'));
  const issues: Issue[] = [];
  const series: SegmentationRecord['series'][number][] = [];
  const contours: { [Kind in SegmentedKind]?: string } = {};
  const tokens: SliceTokens[] = [];
  const files = new Map<string, Uint8Array>();
  for (const kind of ['cine-sax', 'lge-sax'] as const) {
    const file = exam.series.find((entry) => entry.kind === kind)?.file;
    if (file === undefined) continue;
    const path = join(examFolder, file);
    const volume = readNifti(await readFile(path), path);
    issues.push(...volume.issues);
    if (!volume.ok) continue;
    const segmenter = segmenters[kind];
    const done = await segment(volume.value, segmenter, `${exam.subject} ${kind}`);
    issues.push(...done.issues);
    if (!done.ok) continue;
    const { mask, confidence, features } = done.value;
    const { name, network } = segmenter.card;
    series.push({ kind, segmenter: name, confidence });
    contours[kind] = network;
    files.set(`${kind}.nii.gz`, writeNifti(mask));
    const own = sliceTokens(mask, features, kind, network);
    if (own) tokens.push(own);
  }
  const record: SegmentationRecord = { subject: exam.subject, series, contours, issues };
  await writeFolderAtomic(maskFolder, async (draft) => {
    for (const [name, bytes] of files) await writeFile(join(draft, name), bytes);
    await writeTokens(draft, tokens);
    await writeFile(join(draft, 'segmentation.json'), `${JSON.stringify(record, null, 2)}\n`);
  });
  return accepted(record, issues);
}
