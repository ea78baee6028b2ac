import type { Estimate } from './records.ts';

/** How a score and the leading model order the same subjects. */
export interface PairedDiscrimination {
  /** Harrell's C over all of the follow-up (days null), or the cumulative/dynamic AUC at a day. */
  readonly measure: 'harrell' | 'auc';
  readonly days: number | null;
  readonly score: Estimate;
  readonly model: Estimate;
  /** Score less model. */
  readonly difference: Estimate;
}

/** Subjects of one published risk. */
export interface PublishedRiskGroup {
  readonly className: string | null;
  readonly subjects: number;
  readonly lowPercent: number;
  readonly highPercent: number;
  /** Cumulative incidence of the risk's events as first events, by its day. */
  readonly observed: Estimate;
}

/** A score's published risk beside what happened. */
export type ScoreCalibration =
  | {
      readonly kind: 'judged';
      /** What the risk is of, in the words of its paper. */
      readonly outcome: string;
      readonly causes: readonly string[];
      readonly days: number;
      /** Subjects whose points are known and have a published risk. */
      readonly subjects: number;
      /** Mean of the published risks, 0 to 1; both ends are equal where single numbers were published. */
      readonly expectedLow: number;
      readonly expectedHigh: number;
      readonly observed: Estimate;
      readonly groups: readonly PublishedRiskGroup[];
    }
  | { readonly kind: 'none'; readonly reason: string };

/** One published score on the held-out subjects whose points are known. */
export interface ScoreJudgement {
  readonly name: string;
  readonly label: string;
  /** Subjects whose points are known, all subjects, and the events of the composite among the former. */
  readonly subjects: number;
  readonly of: number;
  readonly events: number;
  /** Why nothing is computed of anyone; null where it is of some, or could be. */
  readonly whyNot: string | null;
  /** Of how many of the others an item is missing that would change the points. */
  readonly missing: { readonly [item: string]: number };
  readonly discrimination: readonly PairedDiscrimination[];
  /** Harrell's C within centres, averaged over them, on the same subjects. */
  readonly acrossCentres: { readonly score: Estimate; readonly model: Estimate };
  readonly calibration: ScoreCalibration;
}

/** The published scores beside the leading model. */
export interface ScoresRecord {
  /** Label of the model that is compared. */
  readonly model: string;
  /** Why none is judged; null where they are. */
  readonly whyNot: string | null;
  readonly judged: readonly ScoreJudgement[];
}
