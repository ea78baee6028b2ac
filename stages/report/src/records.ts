import type { Issue } from '@myocast/base';
import type { ExamRecord, QuantitiesRecord } from '@myocast/imaging';
import type { Forecast, ModelCard } from '@myocast/model';
import type { FrozenDataSet } from '@myocast/study';
import type { ValidationRecord } from '@myocast/validation';

/** How long one stage of the run took. */
export interface StageTime {
  readonly stage: string;
  readonly seconds: number;
}

/** What was found in a study folder (docs/CONVENTIONS.md). A piece that is not there, or not readable, is null. */
export interface StudyFolder {
  readonly folder: string;
  readonly dataSet: FrozenDataSet | null;
  readonly exams: readonly ExamRecord[];
  readonly quantities: readonly QuantitiesRecord[];
  readonly forecasts: readonly Forecast[];
  readonly validation: ValidationRecord | null;
  readonly card: ModelCard | null;
  readonly stageTimes: readonly StageTime[];
  /** What stood in the way of reading a piece that is there. */
  readonly issues: readonly Issue[];
}

/** The frozen data set in numbers. */
export interface DataSetSummary {
  readonly study: string;
  readonly hash: string;
  readonly subjects: number;
  readonly centres: readonly {
    readonly centre: string;
    readonly subjects: number;
    readonly events: number;
  }[];
  readonly compositeName: string;
  readonly compositeCauses: readonly string[];
  /** First events by cause, in the order of the causes. */
  readonly events: readonly { readonly cause: string; readonly count: number }[];
  readonly withoutEvent: number;
  readonly withoutFollowUp: number;
  /** Median follow-up of those without an event; null when there is none. */
  readonly medianFollowUpDays: number | null;
  /** Variables with missing values, most first. */
  readonly missing: readonly { readonly variable: string; readonly label: string; readonly count: number }[];
}

/** The exams on their way from files to quantities. */
export interface ImagingSummary {
  readonly exams: number;
  readonly verdicts: { readonly include: number; readonly review: number; readonly exclude: number };
  /** Reasons for a verdict other than include, with how often each was given. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  readonly quantified: number;
  readonly withCine: number;
  readonly withLge: number;
  /** Quantities that carry at least one flag. */
  readonly flagged: number;
}

/** Everything the report page says. */
export interface ReportInput {
  readonly softwareVersion: string;
  readonly dataSet: DataSetSummary;
  readonly imaging: ImagingSummary;
  readonly validation: ValidationRecord;
  readonly card: ModelCard;
  /** A few example subjects. */
  readonly forecasts: readonly Forecast[];
  readonly stageTimes: readonly StageTime[];
  readonly issues: readonly Issue[];
  /** A PNG as a data URI: one slice of each exam with its contours. */
  readonly contactSheet?: string;
}
