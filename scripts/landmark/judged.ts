import type { FollowUp } from '@myocast/survival';
import { compareConcordance, concordance } from '@myocast/survival/performance';

/** A virtual patient at a landmark: what was forecast, what is true, and what came. */
export interface Judged {
  /** Seed of the study that the forecast was trained on. */
  readonly study: number;
  readonly landmark: number;
  /** The baseline's forecast, given no event by then. */
  readonly conditional: number;
  readonly truth: number;
  readonly low: number;
  readonly high: number;
  /** Days from the landmark to the next event or to five years; 0 none, 1 MACE, 2 a competing death. */
  readonly days: number;
  readonly event: 0 | 1 | 2;
  readonly earlierHf: boolean;
  readonly earlierEvent: boolean;
}

export type Source = 'landmark' | 'conditional' | 'truth';
const sources = ['landmark', 'conditional', 'truth'] as const;
type BySource = { readonly [Name in Source]: number };

/** Of the same patients, with its standard error. */
interface Difference {
  readonly value: number;
  readonly standardError: number;
}

export interface Judgement {
  readonly patients: number;
  readonly events: number;
  /** Mean forecast. */
  readonly expected: BySource;
  readonly observedOverExpected: { readonly [Name in Source]: { value: number; low: number; high: number } };
  readonly concordance: BySource;
  /** Concordance of the landmark forecast less that of the conditional one. */
  readonly concordanceDifference: Difference;
  readonly brier: BySource;
  /** Brier score of the landmark forecast less that of the conditional one. */
  readonly brierDifference: Difference;
  /** The same in each study, in their order: one model each. */
  readonly brierDifferenceByStudy: readonly Difference[];
  /** Root of the mean square distance from the true risk. */
  readonly distanceFromTruth: Omit<BySource, 'truth'>;
  /** Share of the 90 % intervals that hold the true risk. */
  readonly coverage: number;
}

/** How forecasts at one landmark did. Nobody is censored, for the whole course of a virtual patient is known. */
export function judgementOf(patients: readonly Judged[]): Judgement {
  const meanOf = (value: (one: Judged) => number) =>
    patients.reduce((sum, one) => sum + value(one), 0) / patients.length;
  const by = (value: (name: Source) => number) =>
    Object.fromEntries(sources.map((name) => [name, value(name)])) as Record<Source, number>;
  const happened = (one: Judged) => Number(one.event === 1);
  const events = patients.length * meanOf(happened);
  const expected = by((name) => meanOf((one) => one[name]));
  const difference = (one: Judged) =>
    (one.landmark - happened(one)) ** 2 - (one.conditional - happened(one)) ** 2;
  const scale = (name: Source) => Float64Array.from(patients, (one) => one[name]);
  const followUp = {
    days: Float64Array.from(patients, ({ days }) => days),
    event: Uint8Array.from(patients, ({ event }) => event),
  };
  // The logarithm of O has the variance (1 - O/n) / O.
  const factor = Math.exp(1.96 * Math.sqrt((1 - events / patients.length) / events));
  const ratio = (name: Source) => events / (patients.length * expected[name]);
  return {
    patients: patients.length,
    events,
    expected,
    observedOverExpected: Object.fromEntries(
      sources.map((name) => [
        name,
        { value: ratio(name), low: ratio(name) / factor, high: ratio(name) * factor },
      ]),
    ) as Judgement['observedOverExpected'],
    concordance: by((name) => concordance(scale(name), followUp).index!),
    concordanceDifference: concordanceDifference(scale('landmark'), scale('conditional'), followUp),
    brier: by((name) => meanOf((one) => (one[name] - happened(one)) ** 2)),
    brierDifference: withError(patients.map(difference)),
    brierDifferenceByStudy: [...new Set(patients.map(({ study }) => study))].map((study) =>
      withError(patients.filter((one) => one.study === study).map(difference)),
    ),
    distanceFromTruth: {
      landmark: Math.sqrt(meanOf((one) => (one.landmark - one.truth) ** 2)),
      conditional: Math.sqrt(meanOf((one) => (one.conditional - one.truth) ** 2)),
    },
    coverage: meanOf(({ low, high, truth }) => Number(low <= truth && truth <= high)),
  };
}

function concordanceDifference(
  landmark: Float64Array,
  conditional: Float64Array,
  followUp: FollowUp,
): Difference {
  const { difference, standardError } = compareConcordance('harrell', landmark, conditional, followUp)!;
  return { value: difference, standardError };
}

function withError(values: readonly number[]): Difference {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { value: mean, standardError: Math.sqrt(squares) / values.length };
}
