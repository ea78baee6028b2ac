import type { Issue } from '@myocast/base';
import type { StrainCurve } from './strain-curve.ts';

/** By AHA segment at index 0 to 15 (16: the apex, in long axes alone); null where not covered or not followed. */
export type SegmentCurves = readonly (StrainCurve | null)[];

/** What the strain was followed by: the image and the contours of all phases, of one phase, or contours alone. */
export type TrackedFrom = 'image and contours' | 'image' | 'contours';

/** How well the wall could be followed. */
export interface TrackingQuality {
  readonly from: TrackedFrom;
  /** Root mean square distance between the wall and where it ends up when it is followed from end-diastole to end-systole and back; mm, or voxels without geometry. */
  readonly returnErrorMm: number;
  /** Mean over phases of the distance between following the beat onwards and backwards; null with fewer than 6 phases. */
  readonly disagreementMm: number | null;
  /** Phases of slices or views that could not be followed, and all of them. */
  readonly phasesRejected: number;
  readonly phasesTotal: number;
}

/**
 * Strain in short-axis planes that stand still while the heart moves through them:
 * Lagrangian, against end-diastole, circumferential negative where the wall
 * shortens, radial positive where it thickens.
 */
export interface ShortAxisStrain {
  readonly edPhase: number;
  readonly esPhase: number;
  /** Slices whose wall was followed, and those left out because it is not there at end-systole or was lost. */
  readonly slices: number;
  readonly slicesLeftOut: number;
  /** Numbers of the slices followed, as in the mask. */
  readonly slicesFollowed: readonly number[];
  /** Along the middle of the wall. */
  readonly circumferential: StrainCurve;
  readonly endocardialCircumferential: StrainCurve;
  /** Of the distance between endo- and epicardium. */
  readonly radial: StrainCurve;
  readonly segmentCircumferential: SegmentCurves;
  readonly segmentRadial: SegmentCurves;
  /** Circumferential strain at end-systole of the material itself, which long axes show to move through the planes; null without them. */
  readonly circumferentialFollowedPercent: number | null;
  readonly segmentCircumferentialFollowedPercent: readonly (number | null)[];
  readonly quality: TrackingQuality;
}

export type LongAxisKind = 'cine-2ch' | 'cine-3ch' | 'cine-4ch';

/** Strain along the wall of one long axis: negative where it shortens. */
export interface LongAxisStrain {
  readonly view: LongAxisKind;
  readonly edPhase: number;
  readonly esPhase: number;
  /** Along the endocardium, insertion to insertion. */
  readonly longitudinal: StrainCurve;
  /** Along the middle of the wall. */
  readonly midWallLongitudinal: StrainCurve;
  /** AHA segments 1 to 17 at index 0 to 16; null outside of this view, and all null where the walls could not be told apart. */
  readonly segments: SegmentCurves;
  /** Greatest way of the mitral insertions towards the apex, mm; null without geometry. Septal and lateral in 4, inferior and anterior in 2, inferolateral and anteroseptal in 3 chambers. */
  readonly mapseMm: readonly { readonly wall: string; readonly mm: number }[] | null;
  readonly quality: TrackingQuality;
}

export interface LeftAtrium {
  /** Both methods, of two and four chambers together, or of the one view there is. */
  readonly views: readonly LongAxisKind[];
  readonly method: 'biplane' | 'single plane';
  readonly maxMl: number;
  readonly minMl: number;
  /** Before the atrium contracts; null where no contraction shows. */
  readonly preContractionMl: number | null;
  /** By the sum of discs: largest and smallest. */
  readonly discsMaxMl: number;
  readonly discsMinMl: number;
  /** Null where the body surface is not known. */
  readonly maxMlPerM2: number | null;
  readonly volumeCurveMl: readonly (number | null)[];
  /** Emptying in percent: of all, before and by the atrium's contraction. */
  readonly totalEmptyingPercent: number;
  readonly passiveEmptyingPercent: number | null;
  readonly activeEmptyingPercent: number | null;
  /** Lengthening of the atrial wall against end-diastole, mean over views. */
  readonly reservoirStrainPercent: number;
  readonly conduitStrainPercent: number | null;
  readonly boosterStrainPercent: number | null;
}

/** Deformation of one exam: what could be measured; what could not is null, and a flag says why. */
export interface DeformationQuantities {
  /** Strain depends on who computes it: a number without its software is not comparable. */
  readonly software: string;
  readonly shortAxis: ShortAxisStrain | null;
  readonly longAxes: readonly LongAxisStrain[];
  /** Mean over the views of the peak along the endocardium. */
  readonly globalLongitudinalPercent: number | null;
  /** AHA segments 1 to 17: mean of the views' peaks. */
  readonly segmentLongitudinalPercent: readonly (number | null)[];
  /** Mean over the insertions. */
  readonly mapseMm: number | null;
  readonly leftAtrium: LeftAtrium | null;
  readonly flags: readonly Issue[];
}
