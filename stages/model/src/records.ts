import type { Analyte } from '@myocast/base';
import type { PatientsOrigin } from '@myocast/study';

/** A forecast for one subject. All curves are on `timesDays`: from 0 month by month to the longest follow-up of the training. */
export interface Forecast {
  readonly subject: string;
  readonly timesDays: readonly number[];
  /** Cumulative incidence of each cause, [k] per cause. */
  readonly incidence: { readonly [cause: string]: readonly number[] };
  /** Cumulative incidence of the composite, with the 90 % interval of the risk. */
  readonly composite: {
    readonly risk: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
  /** Which inputs were missing. */
  readonly missing: readonly string[];
  /** Null where nothing of the subject is observed, or too few were trained on to say. */
  readonly distance: PopulationDistance | null;
  /** The registered group of the composite's risk; null where none is registered, where follow-up ends before its day, and where the forecast abstains. */
  readonly group: string | null;
  /** Why the curves are not to be relied on for this subject; null where nothing that is checked speaks against it. */
  readonly abstains: Abstention | null;
}

/** How far a subject is from the training population. */
export interface PopulationDistance {
  /** Share in percent of training rows that lie nearer to the others than this subject does. */
  readonly percentile: number;
  /** It is judged by so many features, of so many that the model compares. */
  readonly known: number;
  readonly of: number;
  /** The three features that make up most of the distance, in standard deviations from their mean. */
  readonly far: readonly { readonly name: string; readonly deviation: number }[];
}

export interface AbstentionReason {
  readonly reason: 'event-not-in-model' | 'little-observed' | 'far-from-training' | 'wide-interval';
  /** The same for a person, with what was found and what is asked for. */
  readonly words: string;
}

/** Why a forecast abstains: the first reason, and the words of all. */
export interface Abstention extends AbstentionReason {
  readonly reasons: readonly AbstentionReason[];
  /** Where too little is observed: the fewest missing variables that would end this, the one that carries most first. */
  readonly needed: readonly string[];
}

/** What a predictor of a model is, so that a value can be given to it in the right unit. */
export interface PredictorDefinition {
  /** As the model calls it: `age`, `log nt_probnp`, `culprit=RCA`. */
  readonly column: string;
  /** As a value is given: `nt_probnp` for its logarithm, `culprit` for its categories. */
  readonly variable: string;
  readonly label: string;
  readonly kind: 'continuous' | 'binary';
  readonly source: 'clinical' | 'cmr';
  /** Of a value that is given, not of its logarithm; null where it has none. */
  readonly unit: string | null;
  readonly analyte?: Analyte;
  /** Whether the column is the natural logarithm of the value. */
  readonly logarithm: boolean;
  /** Plausible values by the protocol, in the unit; null where it sets no limit. */
  readonly low: number | null;
  readonly high: number | null;
  /** Of a category: which one this column says yes to, and all there are (null where that is not known). */
  readonly category: string | null;
  readonly categories: readonly string[] | null;
}

/** A sequence that the model can read, by what an encoder saw in its slices. */
export interface SequenceDefinition {
  readonly kind: string;
  /** Hash of the network whose encoder makes the features. */
  readonly encoder: string;
}

/** How much the data decide, beside how much they afford. */
export interface Development {
  /** Parameters of the linear path that the data decided, of so many columns. */
  readonly effectiveParameters: number;
  readonly columns: number;
  /**
   * Parameters that so many subjects and events afford at a shrinkage factor of 0.9 and an optimism of
   * Nagelkerke's R² of 0.05, for a model that reaches `assumedNagelkerke`; null where the events give no rate.
   *
   * Source: riley2019 (docs/references.bib).
   */
  readonly affordableParameters: number | null;
  readonly assumedNagelkerke: number;
  /** Whether the data afford what they decided, in words; null where that is not known. */
  readonly verdict: string | null;
  /**
   * Share that survival trees have of how far a logit is from the average, as subjects held out chose it; 0 of a
   * model without them. Of the parameters above they are none.
   */
  readonly treesWeight: number;
}

/** Whether forecasts change more, or sooner, in the order that the explanation gives than in random order. */
export interface CurveSummary {
  /** Mean over the subjects of the area under |change of risk| */
  readonly explained: number;
  readonly random: number;
  /** explained - random, with its 95 % bootstrap interval over the subjects; null without one */
  readonly difference: number;
  readonly low: number | null;
  readonly high: number | null;
  /** One-sided: how often random orders put in place of the explanation's give as large a difference */
  readonly pValue: number;
  /** Subjects in whom the explanation's area is above the mean of the random ones */
  readonly better: number;
}

/** Whether what the explanations of a model name first is what its forecasts hang on. */
export interface FaithfulnessRecord {
  /** Whether the subjects had not been seen in training. */
  readonly heldOut: boolean;
  /** Day of the risk that was explained; null for an outcome without times. */
  readonly horizonDays: number | null;
  readonly subjects: number;
  /** Subjects with fewer than two inputs, who have no order */
  readonly leftOut: number;
  readonly randomOrders: number;
  /** Inputs are hidden, the most important first */
  readonly deletion: CurveSummary;
  /** Inputs are shown, the most important first */
  readonly insertion: CurveSummary;
}

/** The file of the training patients' places, which stays in the study that developed the model. */
export interface TrainingPatients {
  readonly subjects: number;
  readonly sha256: string;
}

/** What a study has to be so that a model's columns, outcome and days mean the same in it. */
export interface TrainedStudy {
  readonly name: string;
  /** What day 0 is, in the protocol's words; null where it does not say. */
  readonly timeZero: string | null;
  /** Hash of variables and outcome as the protocol defines them. */
  readonly definition: string;
}

/** `card.json` of a model bundle. */
export interface ModelCard {
  readonly name: string;
  readonly softwareVersion: string;
  /** Commit of the code, with a + where files were changed since; null where that is not known. */
  readonly commit: string | null;
  readonly seed: number;
  /** Hash of the frozen data set it was trained on. */
  readonly dataSet: string;
  /** The study that it is of; null for a bare table, and where the card is older. */
  readonly study: TrainedStudy | null;
  readonly subjects: number;
  readonly events: { readonly [cause: string]: number };
  readonly outcome: {
    readonly causes: readonly string[];
    readonly compositeName: string;
    readonly horizonDays: number | null;
  };
  /** What the interval beside a risk is, and what it assumes, in words. */
  readonly interval: string;
  readonly predictors: readonly PredictorDefinition[];
  readonly sequences: readonly SequenceDefinition[];
  readonly development: Development;
  /** Of the model's explanations; null where it was not measured. */
  readonly faithfulness: FaithfulnessRecord | null;
  /** Null where no such file was written: too few were trained on, or the bundle is older. */
  readonly patients: TrainingPatients | null;
  /** What of its patients the bundle holds, in words. */
  readonly holds: string;
  readonly trainedOn: PatientsOrigin;
  readonly intendedUse: string;
  /** SHA-256 of every other entry of the bundle. */
  readonly files: { readonly [file: string]: string };
}
