import type { Analyte } from '@myocast/base';

/** MACE components and the competing event, in the order of their codes (0 is censored). */
export const endpointCauses = [
  'cardiovascular-death',
  'recurrent-mi',
  'hf-hospitalisation',
  'unplanned-revascularisation',
  'non-cardiovascular-death',
] as const;

export type EndpointCause = (typeof endpointCauses)[number];

/** The components of MACE; non-cardiovascular death competes with them. */
export const maceCauses = endpointCauses.slice(0, 4) as readonly EndpointCause[];

/** A variable of the protocol: what a column of the clinical table means. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly kind: 'continuous' | 'binary' | 'ordinal' | 'category';
  /** Unit in which it is stored; null for one that has none. */
  readonly unit: string | null;
  readonly analyte?: Analyte;
  /** Allowed values, in the stored unit. */
  readonly low?: number;
  readonly high?: number;
  /** Strongly skewed: enters models as its natural logarithm. Its lowest allowed value is above 0. */
  readonly scale?: 'log';
  readonly categories?: readonly string[];
  /** Whether the forecast may use it as a predictor. */
  readonly predictor: boolean;
  readonly source?: string;
}

/** One subject of a frozen data set. Values are in the protocol's units; what is not there is missing. */
export interface FrozenSubject {
  readonly subject: string;
  readonly centre: string;
  readonly values: { readonly [variable: string]: number | string };
  /** Null in a study without follow-up. Days from time zero. */
  readonly followUp: FollowUp | null;
  /** In a study with a yes/no outcome in place of follow-up: whether it holds. */
  readonly event?: boolean;
  /** The record or its follow-up was imported as that of a virtual patient; absent otherwise. */
  readonly isVirtual?: true;
}

/** First event, or the end of observation without one. */
export interface FollowUp {
  readonly days: number;
  readonly cause: string | null;
}

/** Who the patients of a data set are, as its tables say; tables that say nothing are of real patients. */
export type PatientsOrigin = 'virtual patients' | 'real patients' | 'virtual and real patients';

/** Groups of risk that were fixed before any forecast: names[i] is below thresholds[i], the last name is the rest. */
export interface RiskGroups {
  /** Day of the composite's risk. */
  readonly horizonDays: number;
  /** Ascending, between 0 and 1; a risk at a threshold is in the group above it. */
  readonly thresholds: readonly number[];
  readonly names: readonly string[];
}

/** A data set as it is analysed: content-hashed, so that a report names exactly what it came from. */
export interface FrozenDataSet {
  readonly study: string;
  readonly hash: string;
  readonly variables: readonly Variable[];
  /** Causes in the order of their codes 1, 2, …; those of the composite first. */
  readonly causes: readonly string[];
  readonly compositeCauses: readonly string[];
  readonly compositeName: string;
  /** What day 0 is, in the protocol's words: `the CMR exam`, `hospital admission`; absent where it does not say. */
  readonly timeZero?: string;
  /** Absent where the protocol registers none. */
  readonly riskGroups?: RiskGroups;
  readonly subjects: readonly FrozenSubject[];
}
