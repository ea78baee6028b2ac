import type { SegmentValues, SeriesKind } from './records.ts';

/** How an infarct is told from the remote wall by its signal. */
export type InfarctMethod = '2-sd' | '3-sd' | '4-sd' | '5-sd' | '6-sd' | 'fwhm' | 'otsu';

/** What a number rests on. */
export interface Provenance {
  /** How it was found, in words. */
  readonly rule: string;
  /** Keys of docs/references.bib. */
  readonly source: string;
  /** What speaks against the number; a number that cannot be relied on at all is null, and this says why. */
  readonly flags: readonly string[];
}

/** The wall that a signal is compared with. */
export interface RemoteRecord {
  /** AHA segments. */
  readonly segments: readonly number[];
  readonly voxels: number;
  /** Median, in the units of the image. */
  readonly signal: number;
  /** Standard deviation without values further than 3 SD from the median. */
  readonly spread: number;
  /** Voxels with the lowest value of the wall: of an image that was cut off at black the spread is not known. */
  readonly cutOffPercent: number;
  /** What the thresholds count in: the spread, of a magnitude image freed from the Rician floor, and no less than the steps of the stored values allow. */
  readonly sd: number;
  readonly rule: string;
}

/** Two ways of drawing the same thing: `ours` is the mask's. */
export interface MaskAgreement {
  /** 2 |A ∩ B| / (|A| + |B|); null where both are empty. */
  readonly dice: number | null;
  /** Cohen's kappa over the voxels of the wall; null where chance alone agrees everywhere. */
  readonly kappa: number | null;
  /** By the image less by the mask, in % of the LV wall. */
  readonly differencePercent: number;
}

export interface InfarctByMethod extends Provenance {
  readonly method: InfarctMethod;
  /** In the units of the image. */
  readonly threshold: number | null;
  /** Share of the LV wall, dark cores included. */
  readonly infarctPercent: number | null;
  readonly infarctMl: number | null;
  /** Dark cores that the enhancement encloses, share of the LV wall. */
  readonly mvoPercent: number | null;
  /** With the infarct of the mask. */
  readonly agreement: MaskAgreement | null;
}

/** Wall between two thresholds that hangs together with the core. */
export interface GreyZone extends Provenance {
  readonly definition: '2-sd-to-half-maximum' | '2-to-3-sd';
  readonly greyPercent: number | null;
  readonly corePercent: number | null;
  /** Grey over grey and core. */
  readonly greyShareOfInfarctPercent: number | null;
}

/** The infarct as the late enhancement image shows it inside the mask's LV wall. */
export interface EnhancementQuantities {
  readonly variant: 'phase-sensitive' | 'magnitude' | null;
  /** Null where no wall is sure to be remote. */
  readonly remote: RemoteRecord | null;
  readonly methods: readonly InfarctByMethod[];
  readonly greyZones: readonly GreyZone[];
  readonly flags: readonly string[];
}

/** Segments by how far the infarct goes through their wall. */
export interface TransmuralityClasses {
  readonly none: number;
  readonly upTo25: number;
  readonly upTo50: number;
  readonly upTo75: number;
  readonly upTo100: number;
}

/** How far the infarct of the mask goes through the wall. */
export interface Transmurality extends Provenance {
  /** Infarcted share of the chords through a segment's wall: mean and largest (90th percentile, which one stray pixel does not move). */
  readonly meanExtentPercent: SegmentValues;
  readonly maximumExtentPercent: SegmentValues;
  /** By mean extent. */
  readonly classes: TransmuralityClasses;
  /** Segments with a mean extent above 50 %, and above 75 %. */
  readonly segmentsAbove50: number;
  readonly segmentsAbove75: number;
  /** Share of the endocardial surface over infarct. */
  readonly endocardialSurfacePercent: number | null;
  readonly endocardialSurfaceCm2: number | null;
}

/** Oedema by the mask, or by two standard deviations above remote. */
export interface OedemaByMethod extends Provenance {
  readonly method: 'mask' | '2-sd';
  /** Area at risk: share of the LV wall in the slices of the T2 image, dark cores included. */
  readonly areaAtRiskPercent: number | null;
  readonly areaAtRiskMl: number | null;
  /** Dark cores inside, share of the LV wall; null where the mask does not tell them apart. */
  readonly corePercent: number | null;
  readonly segmentPercent: SegmentValues;
  /** (AAR - IS) / AAR, 0 to 1, with the infarct size of the LGE mask. */
  readonly salvageIndex: number | null;
}

export interface OedemaQuantities {
  /** Whose contours of the wall were used. */
  readonly contours: ContourOrigin;
  readonly remote: RemoteRecord | null;
  readonly methods: readonly OedemaByMethod[];
  /** By the image with the mask, where there are both. */
  readonly agreement: MaskAgreement | null;
  readonly flags: readonly string[];
}

/** The mask of the series itself, or one carried over by where it lies in the patient. */
export type ContourOrigin = 't2-sax' | 'lge-sax' | 'cine-sax';

export type MapKind = 't1-map-native' | 't1-map-post' | 't2-map' | 't2star-map';

/** One region of a map. */
export interface MapRegion {
  /** Median. */
  readonly ms: number;
  /** Standard deviation without values further than 3 SD from the median. */
  readonly spreadMs: number;
  readonly voxels: number;
}

export interface MapQuantities extends Provenance {
  readonly kind: MapKind;
  readonly contours: ContourOrigin;
  /** Slices of the map with wall in them. */
  readonly slices: number;
  /** Null where there is none, or too little of it. */
  readonly remote: MapRegion | null;
  readonly remoteSegments: readonly number[];
  /** The infarct of the LGE mask without its MVO, and the MVO. */
  readonly infarct: MapRegion | null;
  readonly core: MapRegion | null;
  readonly bloodMs: number | null;
  /** Medians. */
  readonly segmentMs: SegmentValues;
  /** Voxels of the wall without a value, or with one that no tissue has. */
  readonly voxelsLeftOut: number;
}

/** Iron in the infarct: intramyocardial haemorrhage. */
export interface HaemorrhageQuantities extends Provenance {
  /** Null where the map does not tell, and at another field strength than 1.5 T. */
  readonly present: boolean | null;
  /** Share of the LV wall, and of the infarct, on the slices of the T2* map. */
  readonly lvPercent: number | null;
  readonly infarctSharePercent: number | null;
}

export interface ExtracellularVolume extends Provenance {
  readonly haematocrit: number | null;
  readonly haematocritFrom: 'blood test' | 'native T1 of blood' | null;
  readonly remotePercent: number | null;
  readonly infarctPercent: number | null;
  readonly segmentPercent: SegmentValues;
}

/** What the images of an exam tell about its tissue, with the masks as contours. */
export interface TissueQuantities {
  readonly transmurality: Transmurality | null;
  readonly enhancement: EnhancementQuantities | null;
  readonly oedema: OedemaQuantities | null;
  readonly maps: readonly MapQuantities[];
  readonly haemorrhage: HaemorrhageQuantities | null;
  readonly extracellularVolume: ExtracellularVolume | null;
  /** Series that would have told more; a site that does not take them has no fault. */
  readonly notThere: readonly SeriesKind[];
  /** Images that could not be used. */
  readonly flags: readonly string[];
}
