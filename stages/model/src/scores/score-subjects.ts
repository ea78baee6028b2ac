import type { FollowUp } from '@myocast/survival';
import { takeFollowUp } from '@myocast/survival';
import { concordance, logitInterval } from '@myocast/survival/performance';
import type { GivenItems, ItemName } from './items.ts';
import { evaluateScore, type PublishedScore, type ScoreResult } from './score.ts';

/** How far a score could be computed in a group of subjects. */
export interface Completeness {
  readonly subjects: number;
  /** All items are there, or none that is missing matters. */
  readonly complete: number;
  /** Of the others, those whose possible points lie in one class. */
  readonly classAlone: number;
  /** Of how many subjects an item is missing and matters. */
  readonly missing: { readonly [Name in ItemName]?: number };
}

/** A concordance index with its 95 % interval; null where no pair is comparable. */
export interface ScoreConcordance {
  readonly subjects: number;
  readonly events: number;
  readonly index: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A score of n subjects. */
export interface ScoredSubjects {
  readonly score: PublishedScore;
  /** [n] */
  readonly results: readonly ScoreResult[];
  readonly completeness: Completeness;
}

export function scoreSubjects(score: PublishedScore, given: readonly GivenItems[]): ScoredSubjects {
  const results = given.map((items) => evaluateScore(score, items));
  return { score, results, completeness: completenessOf(results) };
}

function completenessOf(results: readonly ScoreResult[]): Completeness {
  const missing: { [Name in ItemName]?: number } = {};
  for (const result of results)
    if (result.kind === 'incomplete')
      for (const name of result.missing) missing[name] = (missing[name] ?? 0) + 1;
  return {
    subjects: results.length,
    complete: results.filter(({ kind }) => kind === 'complete').length,
    classAlone: results.filter((result) => result.kind === 'incomplete' && result.className !== null).length,
    missing,
  };
}

/** The points, or the middle of those that are possible; null for a score that cannot be computed. */
export function pointsOrMiddle(result: ScoreResult): number | null {
  if (result.kind === 'complete') return result.points;
  return result.kind === 'incomplete' ? (result.low + result.high) / 2 : null;
}

/**
 * Harrell's concordance of a score with the follow-up: of the subjects whose points are known, and of all
 * with the middle of the possible points. The interval is symmetric in the log odds of the index,
 * from the infinitesimal jackknife.
 */
export function scoreConcordance(
  results: readonly ScoreResult[],
  followUp: FollowUp,
): { readonly complete: ScoreConcordance; readonly all: ScoreConcordance } {
  const among = (rows: readonly number[]): ScoreConcordance => {
    const own = takeFollowUp(followUp, rows);
    const events = own.event.filter((code) => code === 1).length;
    if (events === 0) return { subjects: rows.length, events, index: null, low: null, high: null };
    const { index, standardError } = concordance(
      Float64Array.from(rows, (row) => pointsOrMiddle(results[row]!)!),
      own,
    );
    const interval = index === null ? { low: null, high: null } : logitInterval(index, standardError!);
    return { subjects: rows.length, events, index, ...interval };
  };
  const rows = [...results.keys()];
  return {
    complete: among(rows.filter((row) => results[row]!.kind === 'complete')),
    all: among(rows.filter((row) => results[row]!.kind !== 'not-computable')),
  };
}
