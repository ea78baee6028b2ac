import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile, writeFolderAtomic } from '@myocast/base/files';
import type { LpsPoint, Mask, Volume } from '@myocast/dicom';
import {
  type ExamRecord,
  type MaskName,
  maskSources,
  type SegmentedKind,
  type SliceTokens,
} from '../records.ts';
import { type SliceInsertions, sliceInsertions } from '../quantification/slice-insertions.ts';
import { correctionsKept } from '../contours/corrections-record.ts';
import { readNifti } from '../volume/nifti.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { labelledCentre, pixelNear } from './carry-centre.ts';
import { maskAt } from './dataset.ts';
import { type Segmentation, segment } from './segment.ts';
import { hasWeights, openSegmenter, readWeights, type Segmenter } from './segmenter.ts';
import { extremePhases, sliceTokens } from './slice-features.ts';
import { certaintyFlags, type StackCertainty, stackCertainty } from './stack-certainty.ts';
import type { Repairs } from './tidy.ts';
import { writeTokens } from './tokens-file.ts';
import { uncertaintyMap } from './uncertainty-map.ts';

/** `segmentation.json` of one exam. */
export interface SegmentationRecord {
  readonly subject: string;
  readonly series: readonly SeriesSegmentation[];
  /** Series that have no mask, and why. */
  readonly notSegmented: readonly { readonly mask: MaskName; readonly why: string }[];
  /** Who drew the contours, by the name of the mask: 'expert', or the hash of the network. */
  readonly contours: { readonly [Name in MaskName]?: string };
  readonly issues: readonly Issue[];
}

/** What the record says of one segmented series. */
export interface SeriesSegmentation {
  readonly kind: SegmentedKind;
  /** The mask is `<mask>.nii.gz`. */
  readonly mask: MaskName;
  /** Name of the network. */
  readonly segmenter: string;
  /** Mean probability of the chosen labels, 0 to 1. */
  readonly confidence: number;
  /** How sure the network's contours are, also where an expert's became the mask. */
  readonly certainty: StackCertainty;
  /** What of the network's contours was mended, by rule. */
  readonly repairs: Repairs;
  /** Where the RV meets the LV at end-diastole, slice by slice: short-axis cine alone. */
  readonly rvInsertions?: readonly SliceInsertions[];
}

/** A network for each kind; kinds without one are not segmented. */
export type Segmenters = { readonly [Kind in 'cine-sax' | 'lge-sax']: Segmenter } & {
  readonly [Kind in Exclude<SegmentedKind, 'cine-sax' | 'lge-sax'>]?: Segmenter;
};

/** Weights that learned from real annotated images, or from phantoms alone (no licence but the software's). */
export type WeightsSet = 'real' | 'phantom';

/** The names of the weights that come with the software; of T2 and long axes there are no annotated images. */
export function weightsName(kind: SegmentedKind, set: WeightsSet): string {
  if (kind === 'cine-lax') return 'lax-phantom';
  if (kind === 't2-sax') return 't2-phantom';
  return set === 'real' ? kind : kind.replace('sax', 'phantom');
}

type Names = { readonly [Kind in SegmentedKind]?: string };

interface OpenOptions {
  readonly threads?: number;
  /** Weights in place of those of the set, by name or folder. */
  readonly names?: Names;
}

/** Which weights draw what: those of a set, but for kinds that have their own. */
export interface ChosenWeights {
  readonly set: WeightsSet;
  readonly names: Names;
}

/**
 * What a list of sets, names and folders of weights asks for: each network draws what its
 * card says it is for. Refused where one cannot be read or two are for the same.
 */
export async function chooseWeights(given: readonly string[]): Promise<Checked<ChosenWeights>> {
  let set: WeightsSet = 'real';
  const names: { [Kind in SegmentedKind]?: string } = {};
  for (const name of given) {
    if (name === 'real' || name === 'phantom') {
      set = name;
      continue;
    }
    const weights = await readWeights(name);
    if (!weights.ok) return weights;
    const { kind } = weights.value.card;
    if (names[kind] !== undefined)
      return refused(
        issue('bad-value', name, `expected one set of weights for ${kind}, found ${names[kind]} too`),
      );
    names[kind] = name;
  }
  return accepted({ set, names });
}

/**
 * Opens the shipped networks. Those of cine and late enhancement in short axis must be
 * there; of the others, an issue names those that are not.
 */
export async function openSegmenters(
  set: WeightsSet = 'real',
  { names = {}, ...options }: OpenOptions = {},
): Promise<Checked<Segmenters & { close(): Promise<void> }>> {
  const nameOf = (kind: SegmentedKind) => names[kind] ?? weightsName(kind, set);
  const open: Segmenter[] = [];
  const close = async () => {
    for (const segmenter of open) await segmenter.close();
  };
  const needed = async (kind: SegmentedKind) => {
    const opened = await openSegmenter(nameOf(kind), { ...options, kind });
    if (opened.ok) open.push(opened.value);
    return opened;
  };
  const cine = await needed('cine-sax');
  if (!cine.ok) return cine;
  const lge = await needed('lge-sax');
  if (!lge.ok) {
    await close();
    return lge;
  }
  const issues: Issue[] = [];
  const others: { [Kind in SegmentedKind]?: Segmenter } = {};
  for (const kind of ['t2-sax', 'cine-lax'] as const) {
    const name = nameOf(kind);
    const opened = (await hasWeights(name)) ? await needed(kind) : null;
    if (opened === null)
      issues.push(issue('unsupported', name, `no weights for ${kind}: it is not segmented`));
    else if (opened.ok) others[kind] = opened.value;
    else issues.push(...opened.issues);
  }
  return accepted({ 'cine-sax': cine.value, 'lge-sax': lge.value, ...others, close }, issues);
}

/** Whose contours become the mask: the network's, or an expert's where the exam has them. */
export type ContourSource = 'network' | 'expert';

export interface ExamOptions {
  readonly source?: ContourSource;
  /** Whether maps of the uncertainty are written too: `<mask>-uncertainty.nii.gz`. */
  readonly uncertainty?: boolean;
}

/**
 * Segments the series of an ingested exam and writes masks, slice tokens and
 * `segmentation.json` into `maskFolder`, all at once. A series that is not there, has
 * no network or cannot be segmented is named in the record; the rest goes on.
 *
 * The cine comes first. Where its heart lies in the patient is where the hearts of the
 * other series are looked for.
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
  options: ExamOptions = {},
): Promise<Checked<SegmentationRecord>> {
  const exam = await readJsonFile<ExamRecord>(join(examFolder, 'exam.json'));
  if (exam === null)
    return refused(issue('not-readable', examFolder, 'expected an ingested exam (exam.json), found none'));
  const issues: Issue[] = [];
  const notSegmented: { mask: MaskName; why: string }[] = [];
  const done: SegmentedSeries[] = [];
  for (const mask of Object.keys(maskSources) as MaskName[]) {
    const task: SeriesTask = { exam, examFolder, mask, options, heart: done[0]?.centre ?? null };
    const one = await segmentSeries(task, segmenters, issues);
    if (typeof one === 'string') notSegmented.push({ mask, why: one });
    else done.push(one);
  }
  issues.push(...(await correctionsKept(maskFolder, exam.subject)));
  const record: SegmentationRecord = {
    subject: exam.subject,
    series: done.map(({ entry }) => entry),
    notSegmented,
    contours: Object.fromEntries(done.map(({ entry, drawnBy }) => [entry.mask, drawnBy])),
    issues,
  };
  await writeFolderAtomic(maskFolder, /\.(nii\.gz|json|bin|dcm|png)$/, async (draft) => {
    for (const { entry, mask, uncertainty } of done) {
      await writeFile(join(draft, `${entry.mask}.nii.gz`), writeNifti(mask));
      if (uncertainty)
        await writeFile(join(draft, `${entry.mask}-uncertainty.nii.gz`), writeNifti(uncertainty));
    }
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
  readonly mask: MaskName;
  readonly options: ExamOptions;
  /** Where the heart was found in a series before; null where none was, or it has no place in the patient. */
  readonly heart: LpsPoint | null;
}

interface SegmentedSeries {
  readonly entry: SeriesSegmentation;
  readonly drawnBy: string;
  readonly mask: Mask;
  readonly uncertainty: Volume | null;
  readonly tokens: SliceTokens | null;
  readonly centre: LpsPoint | null;
}

/** Why it was not segmented, where it was not. */
async function segmentSeries(
  task: SeriesTask,
  segmenters: Segmenters,
  issues: Issue[],
): Promise<SegmentedSeries | string> {
  const { exam, examFolder, mask: name, heart } = task;
  const { series, kind } = maskSources[name];
  const file = exam.series.find((entry) => entry.kind === series)?.file;
  if (file === undefined) return `the exam has no series ${series}`;
  const segmenter = segmenters[kind];
  if (segmenter === undefined) return `there are no weights for ${kind}`;
  const path = join(examFolder, file);
  const volume = readNifti(await readFile(path), path);
  issues.push(...volume.issues);
  if (!volume.ok) return 'its volume cannot be read';
  const supposedCentre = heart && pixelNear(volume.value.affine, heart);
  const where = supposedCentre ? { supposedCentre } : {};
  const found = await segment(volume.value, segmenter, `${exam.subject} ${name}`, where);
  issues.push(...found.issues);
  return found.ok
    ? describe(task, volume.value, found.value, segmenter, issues)
    : found.issues.map(({ message }) => message).join('; ');
}

async function describe(
  { exam, examFolder, mask: name, options }: SeriesTask,
  volume: Volume,
  found: Segmentation,
  segmenter: Segmenter,
  issues: Issue[],
): Promise<SegmentedSeries> {
  const { kind } = maskSources[name];
  const { confidence, features, repairs } = found;
  const { name: weights, network } = segmenter.card;
  const expert = options.source === 'expert' ? await expertMask(examFolder, name, issues) : null;
  const mask = expert ?? found.mask;
  const certainty = stackCertainty(found, kind);
  issues.push(...certaintyFlags(certainty, `${exam.subject} ${name}`));
  return {
    entry: {
      kind,
      mask: name,
      segmenter: weights,
      confidence,
      certainty,
      repairs,
      ...insertionsOf(mask, kind),
    },
    drawnBy: expert ? 'expert' : network,
    mask,
    uncertainty: options.uncertainty ? uncertaintyMap(volume, found) : null,
    tokens: hasTokens(kind) ? sliceTokens(mask, features, kind, network) : null,
    centre: labelledCentre(found.mask),
  };
}

function insertionsOf(mask: Mask, kind: SegmentedKind): Pick<SeriesSegmentation, 'rvInsertions'> {
  if (kind !== 'cine-sax') return {};
  return { rvInsertions: sliceInsertions(mask, extremePhases(mask)[0]) };
}

/** The forecast reads what the encoders saw in the short axes. */
const hasTokens = (kind: SegmentedKind) => kind !== 'cine-lax';

/** Null where the exam has no expert's mask of this series. */
async function expertMask(examFolder: string, name: MaskName, issues: Issue[]): Promise<Mask | null> {
  const read = await maskAt(join(examFolder, `expert-${name}.nii.gz`));
  issues.push(...read.issues);
  return read.ok ? read.value : null;
}
