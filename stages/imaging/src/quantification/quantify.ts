import { basename, dirname, join, resolve } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { exists, readJsonFile, writeFileAtomic } from '@myocast/base/files';
import type { Mask } from '@myocast/dicom';
import {
  correctionInForce,
  correctionsFolder,
  correctorOf,
  readCorrections,
} from '../contours/corrections-record.ts';
import { maskInForce } from '../contours/mask-in-force.ts';
import { deformationOfExam, type ExamFolders, type ExamSeries } from '../deformation/exam-deformation.ts';
import type {
  CineQuantities,
  EssentialKind,
  ExamRecord,
  QuantitiesRecord,
  SegmentedKind,
} from '../records.ts';
import { maskAt } from '../segmentation/dataset.ts';
import { checkLabels } from './check-labels.ts';
import { measureCine } from './cine-quantities.ts';
import { implausibleExam } from './exam-plausibility.ts';
import { quantifyLge } from './lge-quantities.ts';
import { assumedReference, type SegmentReference } from './segments.ts';
import { type ExamMasks, examTissue } from './tissue/exam-images.ts';
import { beatOfSeries, withHeartRate } from './ventricles/beat.ts';
import { mostellerM2, nobodyKnown } from './ventricles/body-size.ts';
import { quantifyVentricles } from './ventricles/ventricle-quantities.ts';
import type { Beat, Person, VentricleQuantities } from './ventricles/ventricle-records.ts';

const softwareVersion = '0.1.0';
/** What is known of a subject beside the exam; nothing of it is guessed. */
export interface QuantifyOptions {
  readonly subject?: string;
  /** Who a subject is, for indices to body surface and comparison with healthy people. */
  readonly personOf?: (subject: string) => Person;
  /** At the exam; stands above what the images' headers say. */
  readonly heartRatePerMin?: number | null;
  /** Share of the blood that is cells, 0 to 1, for the extracellular volume. */
  readonly haematocritOf?: (subject: string) => number | null;
}

/**
 * The quantities of one exam, from the masks that lie in `<maskFolder>/<subject>/`:
 * `cine-sax.nii.gz`, `lge-sax.nii.gz` and, if there, `segmentation.json`. Where contours were
 * corrected, the correction in force is quantified in their place.
 *
 * A series without a mask, or whose mask allows no number, is null, and the record's
 * flags say why: an exam is never lost. Refused only when there is neither an exam
 * nor a folder of masks.
 *
 * @param examFolder of an ingested exam; without `exam.json` its name is the subject
 * What the images of an ingested exam tell about its tissue goes into `tissue`
 * ({@link examTissue}); series that are not there are named in it, and are no flags.
 *
 * @param maskFolder the folder that holds one folder a subject
 * @param options `haematocritOf` a subject, 0 to 1 from a blood test, for the extracellular volume
 */
export async function quantifyExam(
  examFolder: string,
  maskFolder: string,
  options: QuantifyOptions = {},
): Promise<Checked<QuantitiesRecord>> {
  const flags: Issue[] = [];
  const exam = await examOf(examFolder, flags);
  const subject = options.subject ?? exam.subject;
  const folder = join(maskFolder, subject);
  if (!(await exists(folder)) && !(await exists(examFolder)))
    return refused(issue('empty-input', subject, `expected an exam or masks, found neither in ${folder}`));
  const known = knownOf(subject, options);
  const cineMask = await readSeriesMask(folder, 'cine-sax', subject, flags);
  const lgeMask = await readSeriesMask(folder, 'lge-sax', subject, flags);
  const beat = withHeartRate(beatOfSeries(exam.series), known.heartRatePerMin);
  const { reference, ...measured } = quantifyMasks(cineMask, lgeMask, subject, flags, beat, known.person);
  const contours = await contoursOf(folder, measured, subject, flags);
  const images = await imageQuantities(
    { examFolder, series: exam.series, maskFolder: folder, subject },
    { cineMask, lgeMask: measured.lge && lgeMask, cine: measured.cine, reference },
    known.haematocrit,
    surfaceM2(known.person),
    flags,
  );
  return accepted({ subject, ...measured, ...images, contours, softwareVersion, flags }, flags);
}

function knownOf(subject: string, { personOf, heartRatePerMin, haematocritOf }: QuantifyOptions) {
  return {
    person: personOf?.(subject) ?? nobodyKnown,
    heartRatePerMin: heartRatePerMin ?? null,
    haematocrit: haematocritOf?.(subject) ?? null,
  };
}

/** What takes the images beside the contours: tissue and deformation. */
async function imageQuantities(
  folders: ExamFolders,
  masks: ExamMasks,
  haematocrit: number | null,
  bsaM2: number | null,
  flags: Issue[],
): Promise<Pick<QuantitiesRecord, 'deformation' | 'tissue'>> {
  const found: Issue[] = [];
  const tissue = await examTissue(folders, masks, haematocrit, found);
  const { cineMask, cine, reference } = masks;
  const contoured = cineMask && cine && reference && { mask: cineMask, quantities: cine, reference };
  const deformation = await deformationOfExam(folders, contoured, bsaM2);
  for (const { kind, path, message } of found)
    flags.push(issue(kind, `${folders.subject} ${basename(path)}`, message));
  return { deformation, ...(tissue === null ? {} : { tissue }) };
}

/** Body surface after Mosteller; null where height or weight is not known. */
function surfaceM2({ heightCm, weightKg }: Person): number | null {
  return heightCm === null || weightKg === null ? null : mostellerM2(heightCm, weightKg);
}

/** The turn of the heart is found in the cine and carried over to the LGE. */
function quantifyMasks(
  cineMask: Mask | null,
  lgeMask: Mask | null,
  subject: string,
  flags: Issue[],
  beat: Beat,
  person: Person,
): Pick<QuantitiesRecord, 'cine' | 'ventricles' | 'lge' | 'segmentReference'> & {
  readonly reference: SegmentReference | null;
} {
  const { cine, ventricles, reference } = quantifyCineMask(cineMask, subject, flags, beat, person);
  const lge =
    lgeMask && valueOf(quantifyLge(lgeMask, reference ?? assumedReference(lgeMask)), subject, flags);
  for (const { kind, path, message } of implausibleExam(cine, lge))
    flags.push(issue(kind, `${subject} ${path}`, message));
  return { cine, ventricles, lge, segmentReference: reference?.source ?? 'assumed', reference };
}

interface CineMeasured {
  readonly cine: CineQuantities | null;
  readonly ventricles: VentricleQuantities | null;
  readonly reference: SegmentReference | null;
}

function quantifyCineMask(
  mask: Mask | null,
  subject: string,
  flags: Issue[],
  beat: Beat,
  person: Person,
): CineMeasured {
  const measured = mask && valueOf(measureCine(mask), subject, flags);
  if (!mask || !measured) return { cine: null, ventricles: null, reference: null };
  const ventricles = valueOf(quantifyVentricles(mask, measured, beat, person), subject, flags);
  return { cine: measured.cine, ventricles, reference: measured.reference };
}

/** Writes `quantities/<subject>.json`, whole or not at all. */
export async function writeQuantities(record: QuantitiesRecord, file: string): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Reads a NIfTI mask. Refused when it cannot be read, or a voxel is none of the labels of its kind. */
export async function readMask(file: string, kind: SegmentedKind): Promise<Checked<Mask>> {
  const read = await maskAt(file);
  return read.ok ? checkLabels(read.value, kind, file) : read;
}

async function readSeriesMask(
  folder: string,
  kind: EssentialKind,
  subject: string,
  flags: Issue[],
): Promise<Mask | null> {
  const found = await maskInForce(folder, subject, kind);
  const drawn = valueOf(found, subject, flags);
  if (found.ok && drawn === null)
    flags.push(issue('missing-series', subject, `expected a mask ${kind}.nii.gz, found none`));
  return drawn && valueOf(checkLabels(drawn.mask, kind, drawn.path), subject, flags);
}

/** The value, with its issues put down to the subject. */
function valueOf<Value>(checked: Checked<Value>, subject: string, flags: Issue[]): Value | null {
  for (const { kind, path, message } of checked.issues)
    flags.push(issue(kind, `${subject} ${basename(path)}`, message));
  return checked.ok ? checked.value : null;
}

/** What `exam.json` says: the subject, where it names none the folder; and the series, null where there are none. */
async function examOf(
  examFolder: string,
  flags: Issue[],
): Promise<{ readonly subject: string; readonly series: ExamSeries }> {
  const name = basename(resolve(examFolder));
  try {
    const record = await readJsonFile<Partial<ExamRecord>>(join(examFolder, 'exam.json'));
    const subject = record?.subject;
    return {
      subject: typeof subject === 'string' && subject !== '' ? subject : name,
      series: Array.isArray(record?.series) ? record.series : null,
    };
  } catch (cause) {
    flags.push(issue('not-readable', name, `expected exam.json to be JSON: ${(cause as Error).message}`));
    return { subject: name, series: null };
  }
}

/** Who drew the contours of the series that have quantities. */
async function contoursOf(
  folder: string,
  { cine, lge }: Pick<QuantitiesRecord, 'cine' | 'lge'>,
  subject: string,
  flags: Issue[],
): Promise<QuantitiesRecord['contours']> {
  let named: Partial<Record<SegmentedKind, unknown>> = {};
  try {
    const record = await readJsonFile<{ contours?: typeof named }>(join(folder, 'segmentation.json'));
    named = record?.contours ?? {};
  } catch (cause) {
    flags.push(
      issue('not-readable', subject, `expected segmentation.json to be JSON: ${(cause as Error).message}`),
    );
  }
  const corrections = await readCorrections(correctionsFolder(dirname(folder), subject), subject);
  const contours: { -readonly [Kind in SegmentedKind]?: string } = {};
  for (const kind of ['cine-sax', 'lge-sax'] as const) {
    const correction = correctionInForce(corrections.ok ? corrections.value : null, kind);
    const hash = correction ? correctorOf(correction) : named[kind];
    const quantified = kind === 'cine-sax' ? cine : lge;
    if (quantified !== null) contours[kind] = typeof hash === 'string' ? hash : 'unknown';
  }
  return contours;
}
