import type { Issue } from '@myocast/base';
import type { SeriesKind } from '@myocast/dicom';
import type { DeformationQuantities } from './deformation/records.ts';
import type { QualityMeasure } from './ingest/quality/thresholds.ts';
import type { VentricleQuantities } from './quantification/ventricles/ventricle-records.ts';
import type { TissueQuantities } from './tissue-records.ts';

export type { SeriesKind } from '@myocast/dicom';

/** The kinds of images that have a network of their own; the three long-axis cines share one. */
export type SegmentedKind = 'cine-sax' | 'lge-sax' | 't2-sax' | 'cine-lax';

/** The kinds that every exam needs (exclusion criterion 6), and that data sets of one stack can be. */
export type EssentialKind = Extract<SegmentedKind, 'cine-sax' | 'lge-sax'>;

/** The series of an exam that are segmented, by the name of their mask: `<name>.nii.gz`. */
export const maskSources = {
  'cine-sax': { series: 'cine-sax', kind: 'cine-sax' },
  'lge-sax': { series: 'lge-sax', kind: 'lge-sax' },
  't2-sax': { series: 't2-stir', kind: 't2-sax' },
  'cine-2ch': { series: 'cine-2ch', kind: 'cine-lax' },
  'cine-3ch': { series: 'cine-3ch', kind: 'cine-lax' },
  'cine-4ch': { series: 'cine-4ch', kind: 'cine-lax' },
} as const satisfies Record<string, { readonly series: SeriesKind; readonly kind: SegmentedKind }>;

export type MaskName = keyof typeof maskSources;

export const maskNames = Object.keys(maskSources) as readonly MaskName[];

/** Cine labels: 1 RV cavity, 2 myocardium, 3 LV cavity. */
export const cineLabel = { rightVentricle: 1, myocardium: 2, leftVentricle: 3 } as const;

/** LGE labels: 1 LV cavity, 2 normal myocardium, 3 infarct, 4 microvascular obstruction. */
export const lgeLabel = { leftVentricle: 1, normalMyocardium: 2, infarct: 3, mvo: 4 } as const;

/** T2 labels: 1 LV cavity, 2 normal myocardium, 3 oedema. */
export const t2Label = { leftVentricle: 1, normalMyocardium: 2, oedema: 3 } as const;

/** Labels of a long-axis cine: 1 LV cavity, 2 LV myocardium, 3 left atrium. */
export const longAxisLabel = { leftVentricle: 1, myocardium: 2, leftAtrium: 3 } as const;

/** What a series of an exam was taken for. */
export interface SeriesLook {
  /** Names the series by its pixels: the same whenever and in whatever files it is read. */
  readonly key: string;
  readonly kind: SeriesKind;
  /** 0 to 1. */
  readonly confidence: number;
  /** Why the series was taken for this kind. */
  readonly reason: string;
  /** The next best kind; null where the kind was not guessed. */
  readonly otherwise: { readonly kind: SeriesKind; readonly confidence: number } | null;
  /** Late enhancement: whether the signal keeps its sign; null where nothing says so. */
  readonly variant: 'phase-sensitive' | 'magnitude' | null;
  readonly description: string;
}

/** A series of the exam that is kept in the record alone. */
export interface OtherSeriesRecord extends SeriesLook {
  /** Null when its images form no regular volume. */
  readonly shape: readonly [t: number, z: number, y: number, x: number] | null;
  readonly images: number;
  readonly whyNotUsed: string;
}

/** One series of an ingested exam; the voxels are in `file`, beside the record. */
export interface SeriesRecord extends SeriesLook {
  /** Why it was used before others of its kind; null where it is the only one. */
  readonly chosen: string | null;
  /** NIfTI, relative to the exam's folder: `<kind>.nii.gz`. */
  readonly file: string;
  readonly shape: readonly [t: number, z: number, y: number, x: number];
  /** [z, y, x]; null when the source carries no geometry. */
  readonly spacingMm: readonly [number, number, number] | null;
  readonly triggerTimesMs: readonly number[] | null;
  /** RR interval (NominalInterval, else HeartRate); not there or null where the headers do not say. */
  readonly rrIntervalMs?: number | null;
  /** Slices that no image fills, from 0; their voxels are 0. */
  readonly emptySlices: readonly number[];
  readonly fieldStrengthT: number | null;
  readonly manufacturer: string | null;
  readonly images: number;
}

/** How the DICOM copies of an exam were de-identified; no original value. */
export interface DeidentificationRecord {
  readonly profile: string;
  /** Code and meaning in PS3.16 CID 7050. */
  readonly options: readonly string[];
  /** Which key was used, without saying anything of it. */
  readonly keyMark: string;
  readonly copies: number;
  /** Images that were not copied; each has its issue. */
  readonly refused: number;
  /** How often each attribute was removed, emptied, replaced, cleaned, shifted or remapped. */
  readonly actions: { readonly [attribute: string]: { readonly [done: string]: number } };
}

/** `exam.json` of an ingested exam. Holds no identifying attribute. */
export interface ExamRecord {
  readonly subject: string;
  readonly sourceHash: string;
  /** The series that were written, one of a kind. */
  readonly series: readonly SeriesRecord[];
  /** Every other series of the exam. */
  readonly otherSeries: readonly OtherSeriesRecord[];
  readonly filesRead: number;
  readonly filesNotUsed: number;
  /** Exclusion criterion 6: are the essential sequences there and good enough? */
  readonly verdict: 'include' | 'review' | 'exclude';
  readonly reasons: readonly string[];
  /** What the verdict rests on, measure by measure. */
  readonly quality: readonly QualityMeasure[];
  readonly issues: readonly Issue[];
  /** Where de-identified DICOM files lie beside the volumes, in `dicom/`. */
  readonly deidentification?: DeidentificationRecord;
}

/** AHA segments 1 to 16 of a short-axis stack (the apex, 17, needs a long axis); null where not covered. */
export type SegmentValues = readonly (number | null)[];

export interface CineQuantities {
  /** Slices with LV cavity at end-diastole; few slices are no whole ventricle. */
  readonly slices: number;
  /** 0-based, as `esPhase`: the first phase is 0. Prints and pictures count from 1. */
  readonly edPhase: number;
  readonly esPhase: number;
  readonly edvMl: number;
  readonly esvMl: number;
  readonly strokeVolumeMl: number;
  readonly ejectionFractionPercent: number;
  readonly massG: number;
  readonly rvEdvMl: number;
  readonly rvEsvMl: number;
  /** Null where the mask shows no RV. */
  readonly rvEjectionFractionPercent: number | null;
  /** [t] */
  readonly volumeCurveMl: readonly number[];
  /** Mean wall thickness at end-diastole. */
  readonly wallThicknessMm: SegmentValues;
  /** (ES - ED) / ED of the wall thickness. */
  readonly wallThickeningPercent: SegmentValues;
}

export interface LgeQuantities {
  /** The ml are null when the source carries no geometry. */
  readonly myocardiumMl: number | null;
  readonly infarctMl: number | null;
  readonly mvoMl: number | null;
  /** Infarct (microvascular obstruction included) as a share of the LV myocardium. */
  readonly infarctPercent: number;
  readonly mvoPercent: number;
  /** Infarcted share of each segment's myocardium. */
  readonly transmuralityPercent: SegmentValues;
  readonly mvoSegmentPercent: SegmentValues;
}

/** `quantities.json` of one exam. */
export interface QuantitiesRecord {
  readonly subject: string;
  readonly cine: CineQuantities | null;
  /** What follows from the cine beyond its volumes; not there in records of before. */
  readonly ventricles?: VentricleQuantities | null;
  readonly lge: LgeQuantities | null;
  /** What the exam's images tell; not there where there are masks and no ingested exam. */
  readonly tissue?: TissueQuantities;
  /** Strain, mitral way and left atrium; not there in records made before they were measured. */
  readonly deformation?: DeformationQuantities | null;
  /** Who drew the contours: an expert, or the network with this hash. */
  readonly contours: { readonly [Kind in SegmentedKind]?: string };
  /** Where the RV insertion could not be found, segment 1 starts at an assumed angle. */
  readonly segmentReference: 'rv-insertion' | 'assumed';
  readonly softwareVersion: string;
  readonly flags: readonly Issue[];
}

/** `tokens.json` + `tokens.bin` of one exam: what the encoder saw in each slice. */
export interface SliceTokens {
  readonly kind: SegmentedKind;
  /** Hash of the network whose encoder made them. */
  readonly encoder: string;
  readonly width: number;
  /** [slices, width], slices from base to apex. */
  readonly values: Float32Array;
  /** [slices] position along the long axis, 0 base to 1 apex. */
  readonly level: Float32Array;
  /** [slices] which slice of the volume each one is, from 0; absent in tokens that do not tell it. */
  readonly slice?: readonly number[];
}
