import { type FollowUp, stepAt } from '../follow-up.ts';
import { censoringSurvival } from '../estimators/kaplan-meier.ts';
import {
  censoringDistribution,
  type CensoringDistribution,
  censoringInfluence,
} from './censoring-distribution.ts';
import type { UnoOptions } from './concordance.ts';
import {
  countFollowers,
  countLeaders,
  type PairShares,
  pairShares,
  type PairTotals,
  type PairWeights,
  type RankedCohort,
  rankedCohort,
  RankTree,
} from './concordance-pairs.ts';
import { type CountResample, outlastingResamples } from './outlasting-resamples.ts';

/** The pairs of one stratum. */
export interface StratumCount {
  readonly totals: PairTotals;
  /** Adds the influence of the stratum's subjects on the index of all strata, by row. */
  readonly addInfluence: (index: number, pairs: number, influence: Float64Array) => void;
}

export interface StratumCounter {
  readonly count: () => StratumCount;
  /** Adds the pairs of subjects that are there as often as `draws` says, by row. */
  readonly addTotals: (draws: Float64Array, totals: PairTotals) => void;
}

/** Ranks the subjects of a stratum once, for one count or many. */
export function stratumCounter(
  risk: Float64Array,
  followUp: FollowUp,
  among: Int32Array | undefined,
  measure: 'harrell' | 'uno',
  { tau = Number.POSITIVE_INFINITY, competing = 'censoring', censoring }: UnoOptions,
): StratumCounter {
  const cohort = rankedCohort(risk, followUp, among);
  const isCensored = (code: number) => (competing === 'censoring' ? code !== 1 : code === 0);
  const known = measure === 'uno' && censoring ? knownInverse(cohort, censoring, competing) : null;
  const tree = new RankTree(cohort.ranks);
  const places = cohort.rows.length;
  const scratch: Scratch = {
    inverse: new Float64Array(cohort.days.length).fill(1),
    lead: new Float64Array(places),
    follow: new Float64Array(places),
  };
  const drawn = { ...cohort, weights: new Float64Array(places) };
  /** The sorts of pairs, one after the other in the same memory. */
  const eachSort = (weighted: RankedCohort, use: (pairs: PairWeights) => void) => {
    let distribution: CensoringDistribution | null = null;
    if (known) scratch.inverse.set(known);
    else if (measure === 'uno') {
      distribution = censoringDistribution(weighted, isCensored, weighted.weights);
      for (let day = 0; day < scratch.inverse.length; day++)
        scratch.inverse[day] = distribution.before[day]! > 0 ? 1 / distribution.before[day]! : 0;
    }
    use(outlasting(weighted, tau, scratch));
    if (competing === 'event-free') use(competingBefore(weighted, tau, scratch));
    return distribution;
  };
  /** Made for the first resample, if there is one. */
  let walk: CountResample | null | undefined;
  const walkOnce = () =>
    competing === 'censoring'
      ? outlastingResamples(cohort, tau, known ?? (measure === 'uno' ? 'own' : 1))
      : null;
  return {
    addTotals: (draws, totals) => {
      if (walk === undefined) walk = walkOnce();
      if (walk !== null) return walk(draws, totals);
      for (let place = 0; place < places; place++)
        drawn.weights[place] = cohort.weights[place]! * draws[cohort.rows[place]!]!;
      eachSort(drawn, (pairs) => countLeaders(drawn, pairs, tree, totals, null));
    },
    count: () => {
      const totals = { concordant: 0, discordant: 0, tiedRisk: 0 };
      const shares = { outlasting: sidesOf(places), before: sidesOf(places) };
      const distribution = eachSort(cohort, (pairs) => {
        const { leaders, followers } = shares[pairs.follower];
        countLeaders(cohort, pairs, tree, totals, leaders);
        countFollowers(cohort, pairs, tree, followers);
      });
      return {
        totals,
        addInfluence: (index, pairs, influence) => {
          const own = ({ right, pairs: all }: PairShares) =>
            right.map((value, place) => (value - index * all[place]!) / pairs);
          const [ahead, behind] = [own(shares.outlasting.leaders), own(shares.outlasting.followers)];
          const [late, early] = [own(shares.before.leaders), own(shares.before.followers)];
          const byG = distribution
            ? throughG(
                cohort,
                distribution,
                isCensored,
                (place) => 2 * ahead[place]! + late[place]! + early[place]!,
              )
            : null;
          for (let place = 0; place < places; place++)
            influence[cohort.rows[place]!] =
              ahead[place]! + behind[place]! + late[place]! + early[place]! + (byG ? byG[place]! : 0);
        },
      };
    },
  };
}

interface Scratch {
  /** [k] 1 / G just before each day; 0 where G is */
  readonly inverse: Float64Array;
  readonly lead: Float64Array;
  readonly follow: Float64Array;
}

const sidesOf = (n: number) => ({ leaders: pairShares(n), followers: pairShares(n) });

/** An event with those who outlast it. */
function outlasting(cohort: RankedCohort, tau: number, { inverse, lead, follow }: Scratch): PairWeights {
  const { starts, days, event, weights } = cohort;
  for (let day = 0; day < days.length; day++) {
    const factor = days[day]! < tau ? inverse[day]! ** 2 : 0;
    for (let place = starts[day]!; place < starts[day + 1]!; place++)
      lead[place] = event[place] === 1 ? weights[place]! * factor : 0;
  }
  follow.set(weights);
  return { lead, follow, follower: 'outlasting' };
}

/** An event with those who had a competing event before it. */
function competingBefore(cohort: RankedCohort, tau: number, { inverse, lead, follow }: Scratch): PairWeights {
  const { starts, days, event, weights } = cohort;
  for (let day = 0; day < days.length; day++)
    for (let place = starts[day]!; place < starts[day + 1]!; place++) {
      const weight = weights[place]! * inverse[day]!;
      lead[place] = event[place] === 1 && days[day]! < tau ? weight : 0;
      follow[place] = event[place]! > 1 ? weight : 0;
    }
  return { lead, follow, follower: 'before' };
}

function knownInverse(
  cohort: RankedCohort,
  censoring: FollowUp,
  competing: 'censoring' | 'event-free',
): Float64Array {
  const reference =
    competing === 'event-free'
      ? censoring
      : { ...censoring, event: censoring.event.map((code) => (code === 1 ? 1 : 0)) };
  const { days, survival } = censoringSurvival(reference);
  return cohort.days.map((day) => {
    const observed = stepAt(days, survival, day, 1, 'before');
    return observed > 0 ? 1 / observed : 0;
  });
}

function throughG(
  cohort: RankedCohort,
  distribution: CensoringDistribution,
  isCensored: (code: number) => boolean,
  pullOf: (place: number) => number,
): Float64Array {
  const { starts, days } = cohort;
  const pulls = new Float64Array(days.length + 1);
  for (let day = 0; day < days.length; day++)
    for (let place = starts[day]!; place < starts[day + 1]!; place++) pulls[day]! += pullOf(place);
  return censoringInfluence(cohort, distribution, isCensored, pulls);
}
