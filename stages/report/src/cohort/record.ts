/** A quantity of the virtual cohort with its 95 % Monte-Carlo interval, beside the published one. */
export interface CohortRow {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What is published, as it is written: `0.047 ± 0.0047`, `1.19 (1.18 to 1.2)`. */
  readonly goal: string;
  /** What is published, and from where to where it counts as met; null where nothing is published. */
  readonly published: number | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly source: string;
  readonly met: boolean;
}

/** Whether a row fits by its value, through its Monte-Carlo interval alone, or not; or has nothing to fit. */
export type Verdict = 'fits' | 'within its error' | 'does not fit' | 'reported';

export function verdictOf({ value, from, to, met }: CohortRow): Verdict {
  if (from === null && to === null) return 'reported';
  if (!met) return 'does not fit';
  const inside = value >= (from ?? value) && value <= (to ?? value);
  return inside ? 'fits' : 'within its error';
}

/** Cumulative incidence of one cause, or of the first MACE. */
export interface CohortCurve {
  readonly label: string;
  readonly points: readonly Estimated[];
  readonly published: readonly { readonly month: number; readonly value: number }[];
}

export interface Estimated {
  readonly month: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How a quantity spreads among the enrolled, beside the published distribution; shares of those who have it. */
export interface CohortDistribution {
  readonly label: string;
  readonly among: string;
  /** Edges are on a logarithmic axis where the quantity is never 0. */
  readonly logarithmic: boolean;
  readonly bins: readonly Bin[];
  readonly source: string;
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly simulated: number;
  readonly published: number;
}

/** `docs/results/cohort.json`: what check:cohort finds. */
export interface CohortRecord {
  readonly date: string;
  readonly config: { readonly patients: number; readonly centres: number; readonly seed: number };
  readonly test: { readonly patients: number; readonly centres: number };
  readonly courses: number;
  /** Milliseconds of processor time a patient, its courses included. */
  readonly costMs: number;
  readonly rows: readonly CohortRow[];
  /** Why a row does not fit, by its name. */
  readonly misfits: { readonly [name: string]: string };
  readonly flow: {
    readonly screened: number;
    readonly excluded: { readonly [reason: string]: number };
    readonly enrolled: number;
  };
  readonly curves: readonly CohortCurve[];
  readonly distributions: readonly CohortDistribution[];
}
