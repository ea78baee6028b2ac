import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import {
  type ResultMaker,
  type SegmentAlgorithm,
  writeSegmentation,
  type WrittenObject,
} from '@myocast/dicom/objects';
import { maskInForce } from '../contours/mask-in-force.ts';
import { checkLabels } from '../quantification/check-labels.ts';
import { type ExamRecord, type MaskName, maskSources } from '../records.ts';
import type { SegmentationRecord } from '../segmentation/segment-exam.ts';
import { segmentAlgorithms } from './segment-algorithms.ts';
import { readSeriesSource, type SeriesSource } from './series-source.ts';
import { segmentsOf } from './terms.ts';

/** An ingested exam that keeps its sources, and the masks of its subject. */
export interface MasksOfExam {
  readonly examFolder: string;
  readonly exam: ExamRecord;
  /** The folder of the subject's masks. */
  readonly folder: string;
  /** What `segmentation.json` in it says. */
  readonly record: SegmentationRecord | null;
}

/** The contours in force of one series, what they were drawn on, and by whom. */
export interface DrawnMask {
  readonly name: MaskName;
  readonly source: SeriesSource;
  readonly mask: Mask;
  /** For each segment of the kind. */
  readonly algorithms: readonly SegmentAlgorithm[];
  /** Who corrected them; null for nobody. */
  readonly creator: string | null;
}

/** Series numbers that scanners do not reach. */
const series = {
  'cine-sax': { number: 9101, description: 'Cine contours, research use only' },
  'lge-sax': { number: 9102, description: 'LGE contours, research use only' },
  't2-sax': { number: 9103, description: 'T2 contours, research use only' },
  'cine-2ch': { number: 9104, description: 'Two-chamber contours, research use only' },
  'cine-3ch': { number: 9105, description: 'Three-chamber contours, research use only' },
  'cine-4ch': { number: 9106, description: 'Four-chamber contours, research use only' },
} as const satisfies Record<MaskName, object>;

/** The masks in a folder; refused where they are another subject's. */
export async function masksOfExam(
  examFolder: string,
  exam: ExamRecord,
  folder: string,
): Promise<Checked<MasksOfExam>> {
  const record = await readJsonFile<SegmentationRecord>(join(folder, 'segmentation.json'));
  if (record === null || record.subject === exam.subject)
    return accepted({ examFolder, exam, folder, record });
  const message = `expected the masks of ${exam.subject}, found those of ${record.subject}`;
  return refused(issue('bad-value', folder, message));
}

/** What is drawn on one series of an exam; null where nothing is, and refused where it cannot be filed with its images. */
export async function drawnMask(masks: MasksOfExam, name: MaskName): Promise<Checked<DrawnMask | null>> {
  const { examFolder, exam, folder, record } = masks;
  const { subject } = exam;
  const { series: seriesKind, kind } = maskSources[name];
  const found = await maskInForce(folder, subject, name);
  if (!found.ok) return found;
  if (found.value === null) return accepted(null, found.issues);
  const drawn = found.value;
  if (!exam.series.some((entry) => entry.kind === seriesKind)) {
    const message = `expected a ${seriesKind} in the exam of the mask, found none`;
    return refused(issue('missing-series', drawn.path, message));
  }
  const mask = checkLabels(drawn.mask, kind, drawn.path);
  if (!mask.ok) return mask;
  const source = await readSeriesSource(examFolder, seriesKind);
  if (!source.ok) return source;
  const fault = faultOf(mask.value, source.value, drawn.path);
  if (fault !== null) return refused(fault);
  const algorithms = await segmentAlgorithms({ name, drawn, folder, subject, record });
  if (!algorithms.ok) return algorithms;
  const one = {
    name,
    source: source.value,
    mask: mask.value,
    algorithms: algorithms.value,
    creator: drawn.correction?.by ?? null,
  };
  return accepted(one, [...found.issues, ...mask.issues, ...algorithms.issues]);
}

function faultOf({ shape: found, data }: Mask, { stack }: SeriesSource, path: string): Issue | null {
  const { shape } = stack;
  if (found.some((length, axis) => length !== shape[axis])) {
    const message = `expected a mask of ${shape.join('×')} voxels, found ${found.join('×')}`;
    return issue('bad-geometry', path, message);
  }
  if (data.some((label) => label > 0)) return null;
  return issue('quality-flag', path, 'expected contours in the mask, found none: no segmentation of them');
}

/** The contours of one series as a segmentation object. */
export function maskSegmentation(
  { name, source, mask, algorithms, creator }: DrawnMask,
  maker: ResultMaker,
): WrittenObject {
  return writeSegmentation(
    {
      identity: source.identity,
      stack: source.stack,
      mask,
      segments: segmentsOf[maskSources[name].kind],
      algorithms,
      creator,
      seriesNumber: series[name].number,
      seriesDescription: series[name].description,
    },
    maker,
  );
}
