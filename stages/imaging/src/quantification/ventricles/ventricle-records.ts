import type { SegmentValues } from '../../records.ts';

/** Who was examined, as far as it was said; nothing is guessed. */
export interface Person {
  readonly ageYears: number | null;
  readonly sex: 'female' | 'male' | null;
  readonly heightCm: number | null;
  readonly weightKg: number | null;
}

/** The beat that a cine shows. */
export interface Beat {
  /** Of each phase after the R wave; null where the source does not say. */
  readonly triggerTimesMs: readonly number[] | null;
  /** From R wave to R wave, as given or as the images' headers say; null where neither does. */
  readonly rrMs: number | null;
  readonly rrSource: 'given' | 'header' | null;
}

/** How fast a ventricle empties and fills, from its smoothed volume curve. */
export interface ChamberRates {
  /** One period of the curve: RR, or where that is not known the time that the phases cover. */
  readonly periodMs: number;
  readonly periodSource: 'given' | 'header' | 'trigger times';
  /** How many phases the curve rests on, and which (0-based) were left out because their volume is off it (or 0). */
  readonly phases: number;
  readonly phasesLeftOut: readonly number[];
  /** Root mean square of the volumes about the curve. */
  readonly residualMl: number;
  readonly peakEjectionRateMlPerS: number;
  /** From the R wave, where trigger times are 0. */
  readonly timeToPeakEjectionMs: number;
  /** Greatest in the first half of diastole (the E wave). */
  readonly peakFillingRateMlPerS: number;
  /** From the smallest volume of the curve. */
  readonly timeToPeakFillingMs: number;
  /** Greatest in the second half of diastole (the A wave); null where the images stop before the beat does. */
  readonly lateFillingRateMlPerS: number | null;
  /** Standard errors from the scatter of the phases about the curve. */
  readonly peakEjectionRateSeMlPerS: number;
  readonly peakFillingRateSeMlPerS: number;
  /** Rates divided by the end-diastolic volume. */
  readonly peakEjectionRatePerS: number;
  readonly peakFillingRatePerS: number;
  /** Share of diastole until 80 % of the stroke volume is back (DVR80). */
  readonly diastolicVolumeRecoveryPercent: number;
}

/** AHA segments 1 to 17, measured in the short axis; the apex (17) is not cut by one and always null. Null where not covered. */
export interface WallQuantities {
  /** At end-diastole, mean of the chords. */
  readonly meanThicknessMm: SegmentValues;
  /** At end-diastole, the thickest chord. */
  readonly greatestThicknessMm: SegmentValues;
  readonly systolicThicknessMm: SegmentValues;
  /** (ES - ED) / ED of the mean thickness. */
  readonly thickeningPercent: SegmentValues;
}

/** Volumes and mass divided by the body surface area (Mosteller). */
export interface IndexedQuantities {
  readonly edvMlPerM2: number;
  readonly esvMlPerM2: number;
  readonly strokeVolumeMlPerM2: number;
  readonly massGPerM2: number;
  readonly rvEdvMlPerM2: number | null;
  readonly rvEsvMlPerM2: number | null;
  readonly rvStrokeVolumeMlPerM2: number | null;
  readonly cardiacIndexLPerMinPerM2: number | null;
}

/** A quantity against the published range of healthy people of the same sex. */
export interface ReferenceComparison {
  readonly quantity: string;
  readonly value: number;
  readonly position: 'below' | 'within' | 'above';
  /** Null where the source gives limits alone. */
  readonly z: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Key in docs/references.bib. */
  readonly source: string;
  /** Ages in the source, and whether the person is outside of them; null where no age is given. */
  readonly ageYears: readonly [number, number];
  readonly ageOutside: boolean | null;
}

/** How far a second exam of the same heart would lie from this one. */
export interface MeasurementError {
  readonly quantity: string;
  /** In the unit of the quantity. */
  readonly error: number;
  /** The published coefficient of variation. */
  readonly percent: number;
  readonly source: string;
}

/** What is not there, and why. */
export interface NotAvailable {
  readonly quantity: string;
  readonly why: string;
}

/** The ventricles beyond their volumes: shape, indices, flow, filling, wall, comparison with the healthy. */
export interface VentricleQuantities {
  readonly person: Person;
  readonly bodySurfaceM2: number | null;
  readonly bodySurfaceDuBoisM2: number | null;
  readonly indexed: IndexedQuantities | null;
  readonly massToVolumeGPerMl: number | null;
  /** LVGFI: stroke volume over mean cavity volume and myocardial volume. */
  readonly globalFunctionIndexPercent: number | null;
  /** EDV over the volume of a sphere on the long axis. */
  readonly sphericityIndex: number | null;
  /** The covered slices from end to end, and half of the range in which each end may lie. */
  readonly longAxisMm: number | null;
  readonly longAxisErrorMm: number | null;
  readonly rvStrokeVolumeMl: number | null;
  /** LV less RV: without regurgitation or shunt the ventricles eject alike. */
  readonly strokeVolumeDifferenceMl: number | null;
  /** The same myocardium at end-systole: both are one mass. */
  readonly systolicMassG: number;
  readonly heartRatePerMin: number | null;
  readonly cardiacOutputLPerMin: number | null;
  readonly leftRates: ChamberRates | null;
  readonly rightRates: ChamberRates | null;
  readonly wall: WallQuantities;
  /** Mean of segments 7 to 12 at end-diastole; null where one of them is not covered. */
  readonly midWallThicknessMm: number | null;
  readonly comparisons: readonly ReferenceComparison[];
  readonly errors: readonly MeasurementError[];
  readonly notAvailable: readonly NotAvailable[];
}
