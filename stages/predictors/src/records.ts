import type { SliceTokens } from '@myocast/imaging';

/** One tabular predictor. */
export interface PredictorColumn {
  readonly name: string;
  readonly label: string;
  readonly unit: string | null;
  readonly kind: 'continuous' | 'binary';
  /** Where the values came from. */
  readonly source: 'clinical' | 'cmr';
}

/** Per-segment predictors of one kind, e.g. transmurality: [n, 16]. */
export interface SegmentColumn {
  readonly name: string;
  readonly unit: string;
  readonly values: Float64Array;
  /** [n, 16] 1 where there is a value. */
  readonly observed: Uint8Array;
}

/** Everything a forecast may look at; n subjects, p columns. Nothing here is fitted to the data. */
export interface PredictorTable {
  readonly subjects: readonly string[];
  readonly centres: readonly string[];
  readonly columns: readonly PredictorColumn[];
  /** [n, p]; 0 where nothing was observed. */
  readonly values: Float64Array;
  /** [n, p] 1 where there is a value. */
  readonly observed: Uint8Array;
  readonly segments: readonly SegmentColumn[];
  /** [n] lists of the exam's slice tokens, one entry per segmented series; empty without images. */
  readonly slices: readonly (readonly SliceTokens[])[];
}

/** What is forecast. Cause 0 is censored (or, without times, no event). */
export interface Outcome {
  /** [n] days from the index date; null for a yes/no outcome without times. */
  readonly days: Float64Array | null;
  /** [n] 0 censored, k for `causes[k - 1]`. */
  readonly cause: Uint8Array;
  readonly causes: readonly string[];
  /** Causes that make up the composite (MACE); the others compete with it. */
  readonly compositeCauses: readonly string[];
  readonly compositeName: string;
}
