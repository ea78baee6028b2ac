import { join } from 'node:path';
import { type Checked, type Issue, issue } from '@myocast/base';
import { exists } from '@myocast/base/files';
import type { Mask, Volume } from '@myocast/dicom';
import { maskInForce } from '../contours/mask-in-force.ts';
import { highestLabel } from '../quantification/check-labels.ts';
import type { SegmentReference } from '../quantification/segments.ts';
import type { CineQuantities, SeriesRecord } from '../records.ts';
import { volumeAt } from '../segmentation/dataset.ts';
import { leftAtrium } from './left-atrium.ts';
import { longAxisMotion } from './long-axis-motion.ts';
import { longAxisStrain, type TrackedLongAxis } from './long-axis-strain.ts';
import type {
  DeformationQuantities,
  LeftAtrium,
  LongAxisKind,
  LongAxisStrain,
  ShortAxisStrain,
} from './records.ts';
import { shortAxisStrain } from './short-axis-strain.ts';

/** Names the method in records: strain of other methods is not the same number. */
export const deformationSoftware = 'Myocast feature tracking 2';

const longAxisKinds = ['cine-2ch', 'cine-3ch', 'cine-4ch'] as const;

/** A cine of an exam with its mask; the image is null where there is none. */
export interface DeformationSeries {
  readonly image: Volume | null;
  readonly mask: Mask;
  readonly timesMs: readonly number[] | null;
}

/** The cines of an exam that have masks. */
export interface DeformationInput {
  readonly sax:
    | (DeformationSeries &
        Pick<CineQuantities, 'edPhase' | 'esPhase'> & { readonly reference: SegmentReference })
    | null;
  readonly longAxes: { readonly [Kind in LongAxisKind]?: DeformationSeries };
  readonly bsaM2: number | null;
}

/** Strain of the left ventricle from short and long axes, mitral way and the left atrium. */
export function deformation(input: DeformationInput): DeformationQuantities {
  const { sax } = input;
  const flags: Issue[] = [];
  const tracked = followViews(input, sax && sax.reference, flags);
  const motion = sax && longAxisMotion(sax.mask, tracked);
  const shortAxis = sax && valueOf(shortAxisStrain(sax, motion), flags);
  const atrium = atriumOf(input, endDiastole(tracked), flags);
  return { ...summary(shortAxis, tracked, atrium), flags };
}

/** A long axis that was followed, with the mask that was. */
interface FollowedView {
  readonly mask: Mask;
  readonly tracked: TrackedLongAxis;
}

function followViews(
  { longAxes }: DeformationInput,
  reference: SegmentReference | null,
  issues: Issue[],
): FollowedView[] {
  return longAxisKinds.flatMap((view) => {
    const series = longAxes[view];
    if (!series) return [];
    const tracked = valueOf(
      longAxisStrain({ ...series, view, edPhase: null, esPhase: null, reference }),
      issues,
    );
    return tracked ? [{ mask: series.mask, tracked }] : [];
  });
}

function atriumOf(
  { longAxes, bsaM2 }: DeformationInput,
  edPhase: number,
  issues: Issue[],
): LeftAtrium | null {
  const [two, four] = [longAxes['cine-2ch']?.mask ?? null, longAxes['cine-4ch']?.mask ?? null];
  if (two === null && four === null) return null;
  return valueOf(leftAtrium({ 'cine-2ch': two, 'cine-4ch': four }, edPhase, bsaM2), issues);
}

function summary(
  shortAxis: ShortAxisStrain | null,
  tracked: readonly FollowedView[],
  atrium: LeftAtrium | null,
): Omit<DeformationQuantities, 'flags'> {
  const views = tracked.map((one) => one.tracked.strain);
  return {
    software: deformationSoftware,
    shortAxis,
    longAxes: views,
    globalLongitudinalPercent: mean(views.map(({ longitudinal }) => longitudinal.peakPercent)),
    segmentLongitudinalPercent: Array.from({ length: 17 }, (_, at) =>
      mean(views.flatMap(({ segments }) => segments[at]?.peakPercent ?? [])),
    ),
    mapseMm: mean(views.flatMap(({ mapseMm }) => mapseMm?.map(({ mm }) => mm) ?? [])),
    leftAtrium: atrium,
  };
}

/** Of the ventricle, in a view that shows the atrium. */
function endDiastole(tracked: readonly FollowedView[]): number {
  const strains: readonly LongAxisStrain[] = tracked.map((one) => one.tracked.strain);
  return (strains.find(({ view }) => view !== 'cine-3ch') ?? strains[0])?.edPhase ?? 0;
}

/** Null of nothing. */
function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function valueOf<Value>(checked: Checked<Value>, flags: Issue[]): Value | null {
  flags.push(...checked.issues);
  return checked.ok ? checked.value : null;
}

/** The series of an ingested exam; null where there is no record of them. */
export type ExamSeries = readonly SeriesRecord[] | null;

/** An exam, and where it and its masks lie. */
export interface ExamFolders {
  readonly examFolder: string;
  readonly series: ExamSeries;
  /** That of the subject. */
  readonly maskFolder: string;
  readonly subject: string;
}

/** A short-axis mask with its phases and how the heart is turned in it. */
export interface ContouredCine {
  readonly mask: Mask;
  readonly quantities: CineQuantities;
  readonly reference: SegmentReference;
}

/**
 * Deformation of an ingested exam: its cines as the exam's folder has them, with the
 * masks `cine-sax`, `cine-2ch`, `cine-3ch` and `cine-4ch` (.nii.gz) of its folder of
 * masks. Without the images the contours alone are followed, and a flag says so.
 *
 * @param cine null where the short axis has no quantities
 * @returns null where no cine has a mask; what could not be measured, and what is doubtful, is in the flags
 */
export async function deformationOfExam(
  { examFolder, series, maskFolder, subject }: ExamFolders,
  cine: ContouredCine | null,
  bsaM2: number | null = null,
): Promise<DeformationQuantities | null> {
  const issues: Issue[] = [];
  const records = series ?? [];
  const longAxes: { -readonly [Kind in LongAxisKind]?: DeformationSeries } = {};
  for (const kind of longAxisKinds) {
    const mask = await longAxisMask(maskFolder, subject, kind, issues);
    if (mask) longAxes[kind] = await seriesOf(examFolder, records, kind, mask, issues);
  }
  const sax = cine && {
    ...(await seriesOf(examFolder, records, 'cine-sax', cine.mask, issues)),
    edPhase: cine.quantities.edPhase,
    esPhase: cine.quantities.esPhase,
    reference: cine.reference,
  };
  if (sax === null && Object.keys(longAxes).length === 0 && issues.length === 0) return null;
  const measured = deformation({ sax, longAxes, bsaM2 });
  return { ...measured, flags: [...issues, ...measured.flags] };
}

/** The mask in force; null, with an issue where it cannot be used, or where there is none. */
async function longAxisMask(
  maskFolder: string,
  subject: string,
  kind: LongAxisKind,
  issues: Issue[],
): Promise<Mask | null> {
  const found = await maskInForce(maskFolder, subject, kind);
  issues.push(...found.issues.map((one) => issue(one.kind, kind, one.message)));
  if (!found.ok || found.value === null) return null;
  const { mask } = found.value;
  const highest = highestLabel(mask);
  if (highest <= 3) return mask;
  issues.push(issue('bad-value', kind, `expected labels 0 to 3, found ${highest}`));
  return null;
}

async function seriesOf(
  examFolder: string,
  records: readonly SeriesRecord[],
  kind: LongAxisKind | 'cine-sax',
  mask: Mask,
  issues: Issue[],
): Promise<DeformationSeries> {
  const record = records.find((entry) => entry.kind === kind);
  const file = join(examFolder, record ? record.file : `${kind}.nii.gz`);
  const read = (await exists(file)) ? await volumeAt(file) : null;
  issues.push(...(read?.issues ?? []).map((found) => issue(found.kind, kind, found.message)));
  const image = read?.ok ? read.value : null;
  const timesMs = record ? record.triggerTimesMs : null;
  return { image, mask, timesMs: timesMs ?? (image && image.triggerTimesMs) };
}
