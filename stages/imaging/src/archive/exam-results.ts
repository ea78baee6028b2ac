import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { exists, readJsonFile } from '@myocast/base/files';
import type { Volume } from '@myocast/dicom';
import {
  type ResultMaker,
  writeMeasurementReport,
  writeSecondaryCapture,
  type WrittenObject,
} from '@myocast/dicom/objects';
import type { EssentialKind, ExamRecord, QuantitiesRecord } from '../records.ts';
import { readNifti } from '../volume/nifti.ts';
import {
  type DrawnMask,
  drawnMask,
  maskSegmentation,
  type MasksOfExam,
  masksOfExam,
} from './mask-segmentation.ts';
import { bodySurfaceM2, measurementGroups, type MeasuredOn } from './measurement-groups.ts';
import { readSeriesSource, type SeriesSource } from './series-source.ts';
import { summaryPicture } from './summary-picture.ts';
import { cardiacMr } from './terms.ts';

/** One result of an exam, as a DICOM object. */
export interface ExamResult {
  readonly name: 'cine-sax.seg' | 'lge-sax.seg' | 'measurements.sr' | 'summary.sc';
  readonly object: WrittenObject;
}

/** Where the results of an exam lie. */
export interface ResultPaths {
  /** An ingested exam that keeps its sources. */
  readonly exam: string;
  /** The folder of its masks, or one with a folder a subject. */
  readonly masks: string | null;
  /** The quantities file. */
  readonly quantities: string | null;
}

const kinds: readonly EssentialKind[] = ['cine-sax', 'lge-sax'];
/** Series numbers that scanners do not reach. */
const seriesNumbers = { report: 9110, picture: 9120 } as const;

/**
 * The masks and quantities of an exam as DICOM objects of the exam they come from: a segmentation
 * for each mask, a measurement report, and a picture of both. UIDs derive from what is in them.
 *
 * @returns what could be written, with what was wrong; refused when nothing could
 */
export async function examResults(
  paths: ResultPaths,
  maker: ResultMaker,
): Promise<Checked<readonly ExamResult[]>> {
  const exam = await readJsonFile<ExamRecord>(join(paths.exam, 'exam.json'));
  if (exam === null)
    return refused(issue('not-readable', paths.exam, 'expected an ingested exam (exam.json), found none'));
  const issues: Issue[] = [];
  const quantities = await readQuantities(paths.quantities, exam, issues);
  const drawn = paths.masks === null ? [] : await drawnSeries(paths.exam, paths.masks, exam, issues);
  const masks = drawn.map((series) => segmentationOf(series, maker));
  const sources =
    drawn.length > 0 ? drawn.map(({ source }) => source) : await anySource(paths.exam, exam, issues);
  const results = [
    ...masks.map(({ result }) => result),
    ...(quantities && sources.length > 0 ? reportOf(quantities, sources, masks, maker) : []),
    ...(drawn.length > 0 ? [pictureOf(drawn, exam.subject, quantities, maker)] : []),
  ];
  const nothing = issue('empty-input', paths.exam, 'expected masks or quantities to send, found none');
  const [first = nothing, ...others] = issues;
  return results.length > 0 ? accepted(results, issues) : refused(first, ...others);
}

async function readQuantities(
  file: string | null,
  exam: ExamRecord,
  issues: Issue[],
): Promise<QuantitiesRecord | null> {
  if (file === null) return null;
  const record = await readJsonFile<QuantitiesRecord>(file).catch(() => undefined);
  if (record == null || typeof record !== 'object' || !('cine' in record) || !('lge' in record)) {
    issues.push(issue('not-readable', file, 'expected a quantities record, found none'));
    return null;
  }
  if (record.subject === exam.subject) return record;
  issues.push(
    issue('bad-value', file, `expected the quantities of ${exam.subject}, found those of ${record.subject}`),
  );
  return null;
}

/** A series with its contours, and where it comes from. */
interface DrawnSeries extends DrawnMask {
  readonly kind: EssentialKind;
  readonly volume: Volume;
}

async function drawnSeries(
  examFolder: string,
  maskFolder: string,
  exam: ExamRecord,
  issues: Issue[],
): Promise<readonly DrawnSeries[]> {
  const own = join(maskFolder, exam.subject);
  const masks = valueOf(await masksOfExam(examFolder, exam, (await exists(own)) ? own : maskFolder), issues);
  if (masks === null) return [];
  const drawn: DrawnSeries[] = [];
  for (const kind of kinds) {
    const one = await drawnOf(kind, masks, issues);
    if (one) drawn.push(one);
  }
  return drawn;
}

async function drawnOf(
  kind: EssentialKind,
  masks: MasksOfExam,
  issues: Issue[],
): Promise<DrawnSeries | null> {
  const drawn = valueOf(await drawnMask(masks, kind), issues);
  if (drawn === null) return null;
  const series = masks.exam.series.find((entry) => entry.kind === kind)!;
  const path = join(masks.examFolder, series.file);
  const volume = valueOf(readNifti(await readFile(path), path), issues);
  if (volume === null) return null;
  const { shape } = drawn.mask;
  if (shape.every((length, axis) => length === volume.shape[axis])) return { ...drawn, kind, volume };
  const message = `expected a volume of ${shape.join('×')} voxels, found ${volume.shape.join('×')}`;
  issues.push(issue('bad-geometry', path, message));
  return null;
}

/** A written segmentation, and the series it was drawn on. */
interface DrawnResult {
  readonly kind: EssentialKind;
  readonly result: ExamResult;
  readonly sourceSeriesUid: string;
}

function segmentationOf(drawn: DrawnSeries, maker: ResultMaker): DrawnResult {
  const { kind, source } = drawn;
  const sourceSeriesUid = source.stack.instances.find((one) => one !== null)?.seriesInstanceUid ?? '';
  const result = { name: `${kind}.seg`, object: maskSegmentation(drawn, maker) } as const;
  return { kind, result, sourceSeriesUid };
}

/** Without masks, whichever series keeps its source says who was examined. */
async function anySource(
  examFolder: string,
  exam: ExamRecord,
  issues: Issue[],
): Promise<readonly SeriesSource[]> {
  const sources: SeriesSource[] = [];
  for (const { kind } of exam.series) {
    if (kind !== 'cine-sax' && kind !== 'lge-sax') continue;
    const source = valueOf(await readSeriesSource(examFolder, kind), issues);
    if (source) sources.push(source);
  }
  return sources;
}

function reportOf(
  quantities: QuantitiesRecord,
  sources: readonly SeriesSource[],
  masks: readonly DrawnResult[],
  maker: ResultMaker,
): readonly ExamResult[] {
  const { identity, heightM, weightKg } = sources[0]!;
  const surface = heightM !== null && weightKg !== null ? bodySurfaceM2(heightM, weightKg) : null;
  const on: MeasuredOn = Object.fromEntries(
    masks.map(({ kind, result, sourceSeriesUid }) => [
      kind,
      { segmentation: result.object, sourceSeriesUid },
    ]),
  );
  const groups = measurementGroups(quantities, on, surface);
  if (groups.length === 0) return [];
  const object = writeMeasurementReport(
    {
      identity,
      procedure: cardiacMr,
      groups,
      stacks: sources.map(({ stack }) => stack),
      segmentations: masks.map(({ result }) => result.object),
      seriesNumber: seriesNumbers.report,
    },
    maker,
  );
  return [{ name: 'measurements.sr', object }];
}

function pictureOf(
  series: readonly DrawnSeries[],
  subject: string,
  quantities: QuantitiesRecord | null,
  maker: ResultMaker,
): ExamResult {
  const picture = summaryPicture({ subject, series, quantities, softwareVersion: maker.softwareVersion });
  const about = { seriesNumber: seriesNumbers.picture, description: 'Summary, research use only' };
  const object = writeSecondaryCapture(picture, series[0]!.source.identity, about, maker);
  return { name: 'summary.sc', object };
}

function valueOf<Value>(checked: Checked<Value>, issues: Issue[]): Value | null {
  issues.push(...checked.issues);
  return checked.ok ? checked.value : null;
}
