import { type GivenItems, isItemValue, type ItemName, possibleValues } from './items.ts';
import type { PointRange, ScoreTerm } from './terms.ts';

/**
 * How the weights came to us: read in two places that agree or in the paper's abstract, read in one
 * secondary place, remembered and in need of a check, or not known.
 */
export type Certainty = 'read' | 'second-hand' | 'recalled' | 'not-seen';

/** A published risk in percent: both ends are equal where one number was published. */
export interface RiskRange {
  readonly lowPercent: number;
  readonly highPercent: number;
}

/** Points from `from` on, up to the next class. */
export interface ScoreClass {
  readonly name: string;
  readonly from: number;
  /** What was published of it, beyond the risk; null where nothing was. */
  readonly meaning: string | null;
}

/** The events and the day that a published risk is of. */
export interface FollowedRisk {
  /** Sets of a study's causes that together are the events; the first set that the study has counts. */
  readonly causes: readonly (readonly string[])[];
  readonly days: number;
}

/** Death of any cause, in a study that tells its causes apart or not. */
export const anyDeath: FollowedRisk['causes'] = [
  ['cardiovascular-death', 'non-cardiovascular-death'],
  ['death'],
];

interface Description {
  readonly name: string;
  readonly label: string;
  /** Keys of docs/references.bib, the score's own paper first. */
  readonly source: readonly string[];
  readonly certainty: Certainty;
  /** What has to be known to judge the score: definitions that were not seen, whom it was made for. */
  readonly notes: readonly string[];
  /** What the published risk is the risk of, and until when; null where no risk was published. */
  readonly outcome: string | null;
  readonly horizon: string | null;
  /** The same as a study follows it; null where no risk was published, or none of named events by a day. */
  readonly riskOf: FollowedRisk | null;
}

/** A score whose table is known. */
export interface PointScore extends Description {
  readonly kind: 'points';
  readonly terms: readonly ScoreTerm[];
  /** In ascending order, the first from the fewest points on; empty where none were published. */
  readonly classes: readonly ScoreClass[];
  /** Rises with the points; null where none was published. */
  readonly risk: (points: number) => RiskRange | null;
}

/** A score of which the items are known and the weights are not. */
export interface UnknownScore extends Description {
  readonly kind: 'weights-unknown';
  readonly items: readonly ItemName[];
  readonly whyNot: string;
}

export type PublishedScore = PointScore | UnknownScore;

/** What a score says of a patient. */
export type ScoreResult =
  | {
      readonly kind: 'complete';
      readonly points: number;
      readonly className: string | null;
      readonly risk: RiskRange | null;
    }
  | {
      readonly kind: 'incomplete';
      /** Items that are missing and would change the points. */
      readonly missing: readonly ItemName[];
      /** The fewest and the most points that are still possible. */
      readonly low: number;
      readonly high: number;
      /** Where all that is possible lies in one class. */
      readonly className: string | null;
      /** From the risk of the fewest to that of the most points. */
      readonly risk: RiskRange | null;
    }
  | { readonly kind: 'not-computable'; readonly whyNot: string };

/**
 * The points of a patient, with their class and the published risk. An item that is missing is
 * never filled in: the result then says what is missing and which points are still possible.
 * Age counts in completed years, as it did where the scores were made.
 *
 * @throws RangeError when a value is none that its item can have
 */
export function evaluateScore(score: PublishedScore, given: GivenItems): ScoreResult {
  if (score.kind === 'weights-unknown') return { kind: 'not-computable', whyNot: score.whyNot };
  const { low, high } = pointRange(score, given);
  const lowest = classOf(score, low);
  if (low === high) return { kind: 'complete', points: low, className: lowest, risk: score.risk(low) };
  return {
    kind: 'incomplete',
    missing: missingItems(score, given),
    low,
    high,
    className: lowest === classOf(score, high) ? lowest : null,
    risk: spanned(score.risk(low), score.risk(high)),
  };
}

/** The fewest and the most points that are possible with what is known. */
export function pointRange({ terms }: PointScore, given: GivenItems): PointRange {
  const known = checked(given);
  let low = 0;
  let high = 0;
  for (const term of terms) {
    const own = term.points(known);
    low += own.low;
    high += own.high;
  }
  return { low, high };
}

/** The items of a score, each once. */
export function itemsOf(score: PublishedScore): readonly ItemName[] {
  return score.kind === 'points' ? score.terms.flatMap(({ items }) => items) : score.items;
}

function missingItems({ terms }: PointScore, given: GivenItems): ItemName[] {
  const known = checked(given);
  return terms.flatMap((term) => {
    const { low, high } = term.points(known);
    return low === high ? [] : term.items.filter((item) => given[item] === undefined);
  });
}

function classOf({ classes }: PointScore, points: number): string | null {
  return classes.findLast(({ from }) => points >= from)?.name ?? null;
}

function spanned(low: RiskRange | null, high: RiskRange | null): RiskRange | null {
  return low && high ? { lowPercent: low.lowPercent, highPercent: high.highPercent } : null;
}

function checked(given: GivenItems): GivenItems {
  for (const [name, value] of Object.entries(given) as [ItemName, number][])
    if (!isItemValue(name, value))
      throw new RangeError(`evaluateScore: expected ${name} of ${possibleValues(name)}, got ${value}`);
  return given.age === undefined ? given : { ...given, age: Math.floor(given.age) };
}
