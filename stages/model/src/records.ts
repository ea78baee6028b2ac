/** A forecast for one subject. All curves are on `timesDays`: from 0 month by month to five years, or to the longest follow-up. */
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
}

/** `card.json` of a model bundle. */
export interface ModelCard {
  readonly name: string;
  readonly created: string;
  readonly softwareVersion: string;
  readonly seed: number;
  /** Hash of the frozen data set it was trained on. */
  readonly dataSet: string;
  readonly subjects: number;
  readonly events: { readonly [cause: string]: number };
  readonly outcome: {
    readonly causes: readonly string[];
    readonly compositeName: string;
    readonly horizonDays: number | null;
  };
  readonly predictors: readonly string[];
  readonly sequences: readonly string[];
  readonly trainedOn: 'virtual patients' | 'real patients';
  readonly intendedUse: string;
  /** SHA-256 of every file of the bundle. */
  readonly files: { readonly [file: string]: string };
}
