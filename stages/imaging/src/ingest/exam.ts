import type { Issue } from '@myocast/base';
import type { Mask, Volume } from '@myocast/dicom';
import type { SeriesSource } from '../archive/series-source.ts';
import type { ExamRecord, SegmentedKind, SeriesKind, SeriesLook } from '../records.ts';
import type { Copies } from './dicom-copies.ts';

/** An ingested exam: its record, free of identifying attributes, and the volumes the record names. */
export interface Exam {
  readonly record: ExamRecord;
  readonly volumes: { readonly [Kind in SeriesKind]?: Volume };
  /** The contours an expert drew, where the source has them. */
  readonly expert?: { readonly [Kind in SegmentedKind]?: Mask };
  /** Where the volumes come from, as far as it is to be kept. */
  readonly sources?: { readonly [Kind in SeriesKind]?: SeriesSource };
  /**
   * One issue for every file of the input that is in no volume: files found are
   * files used and these. The paths are the user's own and may name a patient:
   * for the terminal, never for the record.
   */
  readonly notUsed: readonly Issue[];
  /** Writes the de-identified DICOM files of the exam into a folder; not there when none are wanted. */
  readonly copies?: (folder: string) => Promise<Copies>;
}

/** A series that may become a volume. */
export interface Candidate extends SeriesLook {
  /** Who said what it is; null where it was recognised. */
  readonly setBy: string | null;
  /** Whether the source says how the patient lies in the images. */
  readonly oriented: boolean;
  readonly shape: Volume['shape'];
  /** Slices that no image fills, ascending. */
  readonly emptySlices: readonly number[];
  /** The files it is made of. */
  readonly paths: readonly string[];
  readonly fieldStrengthT: number | null;
  readonly manufacturer: string | null;
  /** Null or not there where the source does not say it. */
  readonly rrIntervalMs?: number | null;
}

/** A series that became a volume. */
export interface LoadedSeries extends Candidate {
  readonly volume: Volume;
  /** Null where the images do not say it. */
  readonly source: SeriesSource | null;
  /** Why it was used before others of its kind; null where it is the only one. */
  readonly chosen: string | null;
}

/** The kinds of which the best series becomes a volume. */
export const writtenKinds = [
  'cine-sax',
  'lge-sax',
  'cine-2ch',
  'cine-3ch',
  'cine-4ch',
  'lge-2ch',
  'lge-3ch',
  'lge-4ch',
  't2-stir',
  't1-map-native',
  't1-map-post',
  't2-map',
  't2star-map',
] as const satisfies readonly SeriesKind[];

/** Whether a series is of a kind that is written, and surely enough: essential kinds are looked at by a person where unsure. */
export function isUseful({ kind, confidence }: SeriesLook): boolean {
  const written: readonly SeriesKind[] = writtenKinds;
  return written.includes(kind) && (confidence >= 0.5 || kind === 'cine-sax' || kind === 'lge-sax');
}
