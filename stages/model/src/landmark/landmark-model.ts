import type { LandmarkTerm } from './terms.ts';

/** How the hazards after a landmark differ from the baseline's: plain data, a part of the plan of a forecast. */
export interface LandmarkModel {
  readonly terms: readonly LandmarkTerm[];
  /** Causes of which the terms know earlier events. */
  readonly eventCauses: readonly string[];
  /** [q] of the composite's logit */
  readonly composite: readonly number[];
  /** [q] per cause: how a composite's cause departs from the others of it; of a competing cause, of its own logit */
  readonly causes: { readonly [cause: string]: readonly number[] };
  /** [q, q] covariance of `composite` under the prior before it was made stiffer, robust to what the rows of a subject share */
  readonly covariance: readonly number[];
  readonly training: LandmarkRecord;
}

/** What training had, and decided. */
export interface LandmarkRecord {
  /** Subjects under observation at each landmark of the grid, and events of the composite that came next. */
  readonly landmarks: readonly {
    readonly days: number;
    readonly subjects: number;
    readonly events: number;
  }[];
  /** Events of the composite, each counted once. */
  readonly events: number;
  /** Those before which something had become known, and at how many landmarks one of them counts on average. */
  readonly informative: number;
  readonly copies: number;
  /** By which factor the precision of priors that may be stiff was multiplied; null where the baseline stays as it is. */
  readonly stiffness: number | null;
  readonly terms: readonly TermRecord[];
  /** Terms that too few subjects show, with their number. */
  readonly leftOut: readonly { readonly term: string; readonly subjects: number }[];
  /** Minus the log-likelihood, per subject, of rows before which something had become known, left out in turn; null is the baseline alone. */
  readonly heldOutLoss: readonly { readonly stiffness: number | null; readonly loss: number }[];
}

export interface TermRecord {
  readonly term: string;
  /** Subjects that show it. */
  readonly subjects: number;
  readonly coefficient: number;
  /** Of the covariance. */
  readonly standardError: number;
}
