import type { Issue } from '@myocast/base';
import type { ExamRecord, QuantitiesRecord, SegmentedKind } from '@myocast/imaging';
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

/** One predictor in one group of subjects. */
export interface BaselineCell {
  readonly known: number;
  readonly missing: number;
  /** Of a continuous predictor, where any value is known. */
  readonly quartiles: readonly [number, number, number] | null;
  /** Of any other: how many have which value. */
  readonly counts: { readonly [value: string]: number };
}

/** One predictor in all subjects, in those with a first event of the composite and in those without. */
export interface BaselineVariable {
  readonly label: string;
  readonly unit: string | null;
  /** Values that are counted; null of a continuous predictor. */
  readonly levels: readonly string[] | null;
  readonly cells: readonly BaselineCell[];
}

/** The frozen data set in numbers. */
export interface DataSetSummary {
  readonly study: string;
  readonly hash: string;
  /** What day 0 is, in the protocol's words; null where it does not say. */
  readonly timeZero: string | null;
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
  readonly baseline: readonly BaselineVariable[];
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

/** Among the subjects with pictures. */
export type RiskPlace = 'highest' | 'median' | 'lowest';

/** A drawing with its words. */
export interface ShownPicture {
  readonly name: string;
  readonly title: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly svg: string;
}

/** A subject with images, curves and bull's-eyes. */
export interface PicturedSubject {
  readonly subject: string;
  readonly place: RiskPlace;
  readonly forecast: Forecast;
  readonly quantities: QuantitiesRecord | null;
  readonly pictures: readonly ShownPicture[];
  /** Titles of those that would make the page too large. */
  readonly leftOut: readonly string[];
}

/** What the card beside a network's weights says of it. */
export interface NetworkCard {
  readonly name: string;
  readonly kind: SegmentedKind;
  /** SHA-256 of network.onnx. */
  readonly network: string;
  readonly labels: readonly string[];
  readonly architecture: string;
  readonly training: string;
  readonly data: readonly string[];
  readonly licence: string;
  readonly heldOut: readonly string[];
  readonly measured: readonly string[];
  readonly intendedUse: string;
}

/** How a network was trained, step by step. */
export interface NetworkTraining {
  /** Steps in all. */
  readonly step: number;
  /** Mean loss of each 20 steps. */
  readonly losses: readonly number[];
  /** Mean Dice of the cases that told when to stop. */
  readonly scores: readonly { readonly step: number; readonly score: number }[];
}

/** A segmentation network that drew contours of the study. */
export interface UsedNetwork {
  readonly name: string;
  /** SHA-256 as the masks' records name it; null where an expert's contours stand in its place. */
  readonly network: string | null;
  /** The masks it drew, by name, with how many exams each. */
  readonly masks: readonly { readonly mask: string; readonly exams: number }[];
  /** Median over its masks of the mean probability of the labels chosen, 0 to 1. */
  readonly confidence: number;
  /** Null where the weights are not at hand, or are of another network by now. */
  readonly card: NetworkCard | null;
  /** Null where it was not recorded beside the weights. */
  readonly training: NetworkTraining | null;
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
  readonly pictured: readonly PicturedSubject[];
  readonly networks: readonly UsedNetwork[];
}
