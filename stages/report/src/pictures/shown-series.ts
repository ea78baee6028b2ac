import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Mask, Volume } from '@myocast/dicom';
import {
  type ExamRecord,
  type MaskName,
  maskSources,
  type QuantitiesRecord,
  readMask,
  readNifti,
  type SeriesKind,
} from '@myocast/imaging';
import {
  automaticDrawer,
  type Correction,
  correctionsFolder,
  correctorOf,
  maskInForce,
} from '@myocast/imaging/contours';

export interface ExamPaths {
  readonly exam: string;
  /** Holds one folder a subject. */
  readonly masks: string;
  /** The quantities of the exam; null for none: then there is no bull's-eye. */
  readonly quantities: QuantitiesRecord | null;
}

/** A series with the contours in force. */
export interface Drawn {
  readonly volume: Volume;
  readonly mask: Mask;
  /** For a reader: who drew, and of corrections when and where. */
  readonly drawnBy: string;
}

/** The series of a mask with its contours; null where there is not both, with an issue where one cannot be read. */
export async function drawnSeries(
  paths: ExamPaths,
  exam: ExamRecord,
  name: MaskName,
  issues: Issue[],
): Promise<Drawn | null> {
  const own = join(paths.masks, exam.subject);
  const found = await maskInForce(own, exam.subject, name);
  issues.push(...found.issues);
  if (!found.ok || found.value === null) return null;
  const volume = await volumeOf(paths.exam, exam, maskSources[name].series, issues);
  if (volume === null) return null;
  const { mask, correction, path } = found.value;
  if (mask.shape.join() !== volume.shape.join()) {
    const [expected, got] = [volume, mask].map(({ shape }) => shape.join('×'));
    issues.push(issue('bad-geometry', path, `expected a mask of ${expected}, found ${got}`));
    return null;
  }
  const drawnBy = correction
    ? await correctionWords(paths.masks, exam.subject, name, { mask, correction })
    : contourWords(await automaticDrawer(own, name));
  return { volume, mask, drawnBy };
}

/** Null where the exam has none, or it cannot be read. */
export async function volumeOf(
  folder: string,
  exam: ExamRecord,
  kind: SeriesKind,
  issues: Issue[],
): Promise<Volume | null> {
  const series = exam.series.find((entry) => entry.kind === kind);
  if (series === undefined) return null;
  const path = join(folder, series.file);
  const bytes = await readFile(path).catch((cause: Error) => cause);
  const read: Checked<Volume> =
    bytes instanceof Error ? refused(issue('not-readable', path, bytes.message)) : readNifti(bytes, path);
  issues.push(...read.issues);
  return read.ok ? read.value : null;
}

/** Who drew, as a record of quantities says it, for a reader. */
export function contourWords(drawnBy: string): string {
  const corrected = /^corrected by (.+?) at (\S+)/.exec(drawnBy);
  if (corrected) return `contours corrected by ${corrected[1]!}, ${dayAndTime(corrected[2]!)}`;
  if (drawnBy === 'expert') return 'contours of an expert';
  return drawnBy === 'unknown' ? 'contours of unknown origin' : 'automatic contours';
}

/** `2026-03-04T05:06:07.000Z` to the minute. */
function dayAndTime(at: string): string {
  const read = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(at);
  return read ? `${read[1]!} ${read[2]!} UTC` : at;
}

/** By whom, when, and in which slices the contours differ from the automatic ones. */
async function correctionWords(
  masks: string,
  subject: string,
  name: MaskName,
  { mask, correction }: { readonly mask: Mask; readonly correction: Correction },
): Promise<string> {
  const words = contourWords(correctorOf(correction));
  if (correction.automatic === null) return `${words}, where there were none`;
  const file = join(correctionsFolder(masks, subject), correction.automatic.mask);
  const before = await readMask(file, maskSources[name].kind);
  if (!before.ok || before.value.shape.join() !== mask.shape.join()) return words;
  const slices = changedSlices(before.value, mask);
  return `${words}: ${slices.length === 0 ? 'no slice changed' : `slice${slices.length === 1 ? '' : 's'} ${ranges(slices)}`}`;
}

/** Slices in which a voxel of any phase is another, from 1. */
export function changedSlices(before: Mask, after: Mask): readonly number[] {
  const [, slices, height, width] = after.shape;
  const changed = new Set<number>();
  for (const [at, label] of after.data.entries())
    if (label !== before.data[at]) changed.add((Math.floor(at / (height * width)) % slices) + 1);
  return [...changed].sort((a, b) => a - b);
}

/** 1, 3, 4, 5 as "1, 3-5". */
function ranges(numbers: readonly number[]): string {
  const runs: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
