import type { FaithfulnessRecord } from '@myocast/model';
import type { ScoresRecord } from './score-records.ts';

/** An estimate with its 95 % interval; null where it cannot be given, with the reason. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: string;
}

/** How predicted risks at the horizon agree with what happened, on the complementary log-log scale. */
export interface HorizonCalibration {
  /** Calibration in the large with the slope held at 1: 0 is right, below 0 the predictions are too high. */
  readonly calibrationIntercept: Estimate;
  /** 1 is right; below 1 the predictions are too extreme. */
  readonly calibrationSlope: Estimate;
  /** Integrated calibration index: mean of |smoothed observed - predicted| risk, 0 is right. */
  readonly ici: Estimate;
}

/** One model on one group of held-out subjects; records of older software lack the horizon's calibration. */
export interface ModelPerformance extends Partial<HorizonCalibration> {
  /** 'multimodal', 'clinical-cox', 'oracle' … */
  readonly model: string;
  readonly label: string;
  readonly harrell: Estimate;
  readonly uno: Estimate;
  /** Brier score at the horizon, and the index of prediction accuracy against Kaplan-Meier. */
  readonly brier: Estimate;
  readonly ipa: Estimate;
  /** Observed over expected events at the horizon. */
  readonly observedOverExpected: Estimate;
}

/** The performance of every model on the subjects of one held-out group. */
export interface GroupPerformance {
  /** A centre, or 'all' for the pooled out-of-fold predictions. */
  readonly group: string;
  readonly subjects: number;
  readonly events: number;
  readonly models: readonly ModelPerformance[];
}

/** One line of a calibration plot: a fifth of the subjects by predicted risk. */
export interface CalibrationBin {
  readonly subjects: number;
  readonly predicted: number;
  readonly observed: Estimate;
}

/** The smoothed calibration curve of one model at the horizon. */
export interface SmoothCalibration {
  /** [k] ascending in the predicted risk, with its pointwise 95 % band; null where there is none. */
  readonly curve: {
    readonly predicted: readonly number[];
    readonly observed: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  } | null;
  readonly whyNot?: string;
  /** [100] subjects by predicted risk, in steps of one percent. */
  readonly riskCounts: readonly number[];
}

/** The leading model beside another one on the same held-out subjects. */
export interface ComparedModel {
  readonly model: string;
  readonly label: string;
  /** Harrell's C of the leading model less that of the other. */
  readonly difference: Estimate;
  /** The difference over pairs of one centre; absent with one centre. */
  readonly withinCentres?: Estimate;
}

/** Net benefit at the horizon, by the risk from which on a subject would be treated; treating nobody is 0. */
export interface NetBenefitRecord {
  /** [k] ascending */
  readonly thresholds: readonly number[];
  /** [k] */
  readonly treatAll: readonly Estimate[];
  /** The leading model and the clinical regression, [k] each. */
  readonly models: readonly {
    readonly model: string;
    readonly label: string;
    readonly netBenefit: readonly Estimate[];
  }[];
}

/** The leading model on the held-out subjects of one kind. */
export interface SubgroupPerformance {
  /** `Sex`, `Age`, `Infarct location`. */
  readonly by: string;
  readonly name: string;
  readonly subjects: number;
  readonly events: number;
  readonly harrell: Estimate;
  readonly observedOverExpected: Estimate;
}

/** What was looked for before anything was fitted, one record for each thing. */
export interface Audit {
  readonly name: string;
  /** What was looked at, in words with its number: '48 columns'. */
  readonly checked: string;
  readonly found: readonly string[];
}

/** `validation/record.json`. */
export interface ValidationRecord {
  readonly study: string;
  readonly dataSet: string;
  readonly design: string;
  readonly outcome: string;
  readonly horizonDays: number | null;
  readonly seed: number;
  readonly bootstraps: number;
  readonly softwareVersion: string;
  readonly subjects: number;
  readonly events: { readonly [cause: string]: number };
  /** Each centre, unless there is one alone, and then all of them pooled. */
  readonly groups: readonly GroupPerformance[];
  /** Models that were not fitted because they would be another one again, each with the reason. */
  readonly leftOut?: readonly string[];
  /** Per model, Harrell's concordance within centres, averaged over them with random effects; absent with one centre. */
  readonly acrossCentres?: { readonly [model: string]: Estimate };
  /** The leading model less each other one. */
  readonly comparisons?: readonly ComparedModel[];
  /** Absent where the subjects' sex, age and infarct location were not given. */
  readonly subgroups?: readonly SubgroupPerformance[];
  /** Null where the leading model predicts no risk at the horizon. */
  readonly netBenefit?: NetBenefitRecord | null;
  readonly calibration: { readonly [model: string]: readonly CalibrationBin[] };
  /** Of the same models as the bins. */
  readonly smoothCalibration?: { readonly [model: string]: SmoothCalibration };
  /** Kaplan-Meier of the composite by thirds of the multimodal model's risk. */
  readonly riskGroups: readonly {
    readonly name: string;
    readonly subjects: number;
    readonly timesDays: readonly number[];
    readonly survival: readonly number[];
    /** [k] ends of the 95 % interval of the survival (log-log). */
    readonly low?: readonly number[];
    readonly high?: readonly number[];
    /** [k] subjects still under observation just before each time. */
    readonly atRisk?: readonly number[];
    /** Mean predicted and observed cumulative incidence at the horizon; absent where the model gives none. */
    readonly horizon?: { readonly predicted: number; readonly observed: Estimate };
  }[];
  /** The published scores on the same held-out subjects; absent where nothing is known of their items. */
  readonly scores?: ScoresRecord;
  /** Of the leading model's explanations of held-out subjects; null where nobody had inputs to order. */
  readonly faithfulness?: FaithfulnessRecord | null;
  readonly audits?: readonly Audit[];
  readonly notes: readonly string[];
}
