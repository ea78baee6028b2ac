import { checkFollowUp, checkValues, type FollowUp, normalQuantile, refuseLateEntry } from '../follow-up.ts';
import { rowsByStratum } from './concordance-strata.ts';
import { stratumCounter, type StratumCount } from './concordance-stratum.ts';

/** A concordance index and what it was counted from. */
export interface Concordance {
  /** 0.5 is chance, 1 perfect; null when no pair is comparable */
  readonly index: number | null;
  /** By the infinitesimal jackknife; null where the index is */
  readonly standardError: number | null;
  /** 95 % interval, index ± 1.96 standard errors, cut at 0 and 1 */
  readonly low: number | null;
  readonly high: number | null;
  /** Weight of pairs: their number where there are no case weights and it is Harrell's */
  readonly concordant: number;
  readonly discordant: number;
  readonly tiedRisk: number;
  /** [n] what each subject adds to the error: their squares add up to that of the standard error; 0 without an index */
  readonly influence: Float64Array;
}

export interface ConcordanceOptions {
  /** [n] pairs are formed within a stratum only */
  readonly strata?: ArrayLike<number>;
  /** Pairs whose earlier time is this day or later are left out */
  readonly tau?: number;
  /**
   * What a competing event is. 'censoring' (default): the end of the observation, so that the index is
   * that of the cause-specific hazard. 'event-free': the subject never has the event and is comparable
   * with everybody who has, earlier or later, so that the index is that of the cumulative incidence.
   */
  readonly competing?: 'censoring' | 'event-free';
  /** [n] rows with one number hang together (a subject, a centre): their influences add up before they are squared */
  readonly cluster?: ArrayLike<number>;
}

export interface UnoOptions extends ConcordanceOptions {
  /** The follow-up G is estimated from, all strata together; by default the same subjects, in each stratum */
  readonly censoring?: FollowUp;
}

/**
 * Harrell's concordance: how often, of two subjects whose order of events is
 * known, the one who fails first has the higher predicted risk.
 *
 * A pair is comparable when the earlier time is an event at which both are under observation; an
 * event also precedes a censoring on the same day. Pairs of events on one day are left out. Ties in
 * risk count one half. A pair weighs the product of the two case weights. Late entry is refused where
 * competing events are 'event-free': who is at risk after one is not defined there.
 *
 * @param risk [n], any monotone scale, higher is worse (not a survival probability)
 * @param followUp n subjects, in any order
 * @throws RangeError when the lengths differ or a value is not finite
 *
 * Source: harrell1996; competing events wolbers2014 (docs/references.bib).
 * Agrees with: R survival `concordance(Surv(entry, days, event) ~ risk + strata(s), weights, reverse = TRUE)`;
 * with 'event-free' competing events pec `cindex(…, cens.model = "none")`.
 */
export function concordance(
  risk: Float64Array,
  followUp: FollowUp,
  options: ConcordanceOptions = {},
): Concordance {
  checkCohort('concordance', risk, followUp, options);
  return joined(
    risk.length,
    rowsByStratum(risk.length, options.strata).map((among) =>
      stratumCounter(risk, followUp, among, 'harrell', options).count(),
    ),
    options.cluster,
  );
}

/**
 * Uno's concordance: Harrell's pairs, each weighted by 1 / G(t-)² with G the survival
 * function of the censoring time and t the earlier time, so that the index does not
 * depend on how long the subjects happened to be followed. Competing events count as
 * censorings, in the pairs and in G; where they are 'event-free', G is that of the
 * true censorings, and a pair of an event at t and a competing event at s < t weighs 1 / (G(t-) G(s-)).
 *
 * The standard error includes that G is estimated. Where `censoring` is given, G counts as known, which
 * is the variance of R survival. An event at which G is 0 in the reference sample has no pairs.
 *
 * @param options tau: take a day at which subjects are still under observation; beyond the last day it
 *   leaves nothing out
 * @throws RangeError when the lengths differ, a value is not finite, or there are entry days
 *
 * Source: uno2011; competing events wolbers2014 (docs/references.bib).
 * Agrees with: R survival `concordance(…, timewt = "n/G2")`; with 'event-free' competing events pec `cindex`
 * where no censoring shares a day with an event.
 */
export function unoConcordance(
  risk: Float64Array,
  followUp: FollowUp,
  options: UnoOptions = {},
): Concordance {
  checkCohort('unoConcordance', risk, followUp, options);
  refuseLateEntry('unoConcordance', followUp);
  return joined(
    risk.length,
    rowsByStratum(risk.length, options.strata).map((among) =>
      stratumCounter(risk, followUp, among, 'uno', options).count(),
    ),
    options.cluster,
  );
}

/**
 * A concordance prepared for resampling: the subjects are ranked once, and each resample only
 * counts, some twenty to forty times faster than to start anew. It gives the index of the drawn rows, a row
 * drawn twice being two subjects, as `concordance` or `unoConcordance` of those rows would; null where
 * no pair is comparable. It goes into `bootstrapInterval` as it is.
 *
 * @throws RangeError as the measure
 */
export function resampledConcordance(
  measure: 'harrell' | 'uno',
  risk: Float64Array,
  followUp: FollowUp,
  options: UnoOptions = {},
): (rows: ArrayLike<number>) => number | null {
  checkCohort('resampledConcordance', risk, followUp, options);
  if (measure === 'uno') refuseLateEntry('resampledConcordance', followUp);
  const counters = rowsByStratum(risk.length, options.strata).map((among) =>
    stratumCounter(risk, followUp, among, measure, options),
  );
  const draws = new Float64Array(risk.length);
  return (rows) => {
    draws.fill(0);
    for (let at = 0; at < rows.length; at++) draws[rows[at]!]!++;
    const totals = { concordant: 0, discordant: 0, tiedRisk: 0 };
    for (const counter of counters) counter.addTotals(draws, totals);
    return indexOf(totals);
  };
}

/** Symmetric 95 % interval of the log odds of an index or area, which stays within 0 and 1. */
export function logitInterval(index: number, standardError: number): { low: number; high: number } {
  if (index <= 0 || index >= 1) return { low: index, high: index };
  const odds = Math.log(index / (1 - index));
  const half = (normalQuantile * standardError) / (index * (1 - index));
  return { low: 1 / (1 + Math.exp(half - odds)), high: 1 / (1 + Math.exp(-half - odds)) };
}

function checkCohort(
  caller: string,
  risk: Float64Array,
  followUp: FollowUp,
  { strata, tau, competing }: ConcordanceOptions,
): void {
  checkFollowUp(caller, followUp, risk.length);
  checkValues(caller, 'risks', risk, risk.length);
  if (strata && strata.length !== risk.length)
    throw new RangeError(`${caller}: expected ${risk.length} strata, got ${strata.length}`);
  if (tau !== undefined && Number.isNaN(tau)) throw new RangeError(`${caller}: expected a day tau, got NaN`);
  if (competing === 'event-free') refuseLateEntry(caller, followUp);
}

function indexOf({ concordant, discordant, tiedRisk }: Totals): number | null {
  const pairs = concordant + discordant + tiedRisk;
  return pairs > 0 ? (concordant + tiedRisk / 2) / pairs : null;
}

type Totals = Pick<Concordance, 'concordant' | 'discordant' | 'tiedRisk'>;

function joined(n: number, strata: readonly StratumCount[], cluster?: ArrayLike<number>): Concordance {
  const totals = { concordant: 0, discordant: 0, tiedRisk: 0 };
  for (const { totals: own } of strata) {
    totals.concordant += own.concordant;
    totals.discordant += own.discordant;
    totals.tiedRisk += own.tiedRisk;
  }
  const influence = new Float64Array(n);
  const index = indexOf(totals);
  if (index === null) return { index, standardError: null, low: null, high: null, ...totals, influence };
  const pairs = totals.concordant + totals.discordant + totals.tiedRisk;
  for (const { addInfluence } of strata) addInfluence(index, pairs, influence);
  let variance = 0;
  for (const value of cluster ? clusterSums(influence, cluster) : influence) variance += value ** 2;
  const standardError = Math.sqrt(variance);
  const half = normalQuantile * standardError;
  return {
    index,
    standardError,
    low: Math.max(0, index - half),
    high: Math.min(1, index + half),
    ...totals,
    influence,
  };
}

function clusterSums(values: Float64Array, cluster: ArrayLike<number>): Iterable<number> {
  const sums = new Map<number, number>();
  for (const [row, value] of values.entries())
    sums.set(cluster[row]!, (sums.get(cluster[row]!) ?? 0) + value);
  return sums.values();
}
