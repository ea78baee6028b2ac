import type { Random } from '@myocast/base';
import type { Outcome, PredictorColumn, PredictorTable } from '@myocast/predictors';
import type { SubjectCurves } from '../explanation/faithfulness.ts';
import type { ForecastConfig } from '../train.ts';

/** What a competitor may look at in one split. */
export interface FitPredictInput {
  readonly table: PredictorTable;
  /** The outcome of the training rows; in a validation the rows held out are blank (day 0, cause 0). */
  readonly outcome: Outcome;
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly random: Random;
}

/** What was decided on the training rows, and what was filled in. */
export interface FitRecord {
  /** Predictors of the model. */
  readonly predictors: number;
  /** Predictors that are never observed or never vary among the training rows, and so are not in the model. */
  readonly leftOut: readonly string[];
  /** Missing cells that were filled in, of the model's predictors. */
  readonly filledCells: { readonly train: number; readonly test: number };
  /** Hyper-parameters that inner cross-validation chose. */
  readonly chosen: { readonly [name: string]: number };
}

/** Predictions for the held-out rows, in the order of `test`. */
export interface HeldOutRisk {
  /** [test] any scale, higher is worse, for the composite */
  readonly risk: Float64Array;
  /** [test] cumulative incidence of the composite at the horizon, 0 to 1; null when the model gives none */
  readonly incidenceAtHorizon: Float64Array | null;
  /** [test] incidence of the composite by any day; of an outcome without times the same on every day */
  readonly incidence?: (days: number) => Float64Array;
  /** What was decided on the training rows, and the missing cells that were filled in. */
  readonly fit?: FitRecord;
  /** How well the model's explanations order the inputs of some test rows; absent where that was not asked for. */
  readonly explained?: ExplainedRows;
}

/** Curves of the test rows whose explanations were looked at. */
export interface ExplainedRows {
  readonly asked: number;
  readonly curves: readonly SubjectCurves[];
}

/** A competitor by name, and why another one is the same model as it. */
export interface SameModel {
  readonly model: string;
  readonly reason: string;
}

/** A way to a forecast that is fitted to some rows and judged on others. Everything it fits, it fits on the training rows. */
export interface ForecastCompetitor {
  /** 'multimodal', 'clinical-cox' … */
  readonly name: string;
  readonly label: string;
  /** Another competitor that would be the same model for this outcome, and why; null or absent where none would. */
  sameAs?(outcome: Outcome): SameModel | null;
  fitPredict(input: FitPredictInput): Promise<HeldOutRisk>;
}

export interface CompetitorConfig {
  /** Of the predictor table: what there is decides which comparators make sense. */
  readonly columns: readonly PredictorColumn[];
  /** Days at which incidences are given; null for an outcome without times. */
  readonly horizonDays: number | null;
  /** Names of the competitors that are wanted; all that make sense where absent. */
  readonly only?: readonly string[];
  readonly forecast?: Partial<ForecastConfig>;
  /** Test rows of each split of which the multimodal model's explanations are judged; none where absent. */
  readonly explainedRows?: number;
  /** Called as the multimodal model of one split is trained. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A comparator fitted to the training rows, and what it says of the test rows. */
export interface FittedComparator {
  /** [test] */
  readonly risk: Float64Array;
  readonly incidence: (days: number) => Float64Array;
  readonly fit: FitRecord;
}

/**
 * A comparator as a competitor.
 *
 * Its error names it; of an outcome without times the incidence is the probability of the event.
 *
 * @param horizonDays days at which incidences are given; null for an outcome without times
 */
export function comparator(
  name: string,
  label: string,
  horizonDays: number | null,
  fit: (input: FitPredictInput) => FittedComparator,
): ForecastCompetitor {
  return {
    name,
    label,
    async fitPredict(input) {
      const fitted = named(name, () => fit(input));
      if (input.outcome.days === null) return { ...fitted, incidenceAtHorizon: fitted.incidence(1) };
      return { ...fitted, incidenceAtHorizon: horizonDays === null ? null : fitted.incidence(horizonDays) };
    },
  };
}

/** What the training rows do not allow is said with the name of the comparator before it. */
function named(name: string, fit: () => FittedComparator): FittedComparator {
  try {
    return fit();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(`${name}: ${cause.message}`, { cause });
  }
}
