import { type ObservedRisk, observedRisk } from '../calibration/observed-expected.ts';
import { pseudoValues } from '../calibration/pseudo-values.ts';
import { checkFollowUp, type FollowUp, normalQuantile, refuseLateEntry, takeFollowUp } from '../follow-up.ts';
import { checkRisks } from '../performance/brier-score.ts';

/** A share or difference of shares, with its standard error and 95 % interval; null where it is not known. */
export interface ReclassificationEstimate {
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface NetReclassification {
  /** Among subjects with the event by day t: share moved up less share moved down */
  readonly events: ReclassificationEstimate;
  /** Among the others: share moved down less share moved up */
  readonly nonEvents: ReclassificationEstimate;
  /** The sum of both, from -2 to 2: it is not a share of anybody */
  readonly total: ReclassificationEstimate;
  /** Sums of case weights */
  readonly movedUp: number;
  readonly movedDown: number;
}

/**
 * Net reclassification improvement of a new risk by day t over an old one.
 *
 * With categories a subject moves up when its category is higher, a risk on a border belonging to
 * the category above; without them (continuous) when its risk is higher at all. Under censoring the shares among
 * subjects with the event are P(event | up) P(up) / P(event), by Kaplan-Meier (with competing events Aalen-Johansen)
 * among those who move up, and so on; without censoring these are the counts. Standard errors by
 * the pseudo-values of these estimates.
 *
 * All is null when those who move, or all, are not followed to t; the part for events when there is none by t, that for
 * the others when all have it.
 *
 * Beware: the NRI of a useless marker is positive when the new model is miscalibrated or overfitted, its
 * continuous form counts the smallest change, and the total adds shares of different groups. Report the parts, never
 * the total alone, beside the difference in net benefit and in Brier score (hilden2014).
 *
 * @param categories ascending borders; continuous where absent
 * @throws RangeError when lengths differ, a risk is not a probability, borders do not ascend between 0 and 1, or there is late entry
 *
 * Source: pencina2011 (docs/references.bib).
 * Agrees with: R Hmisc `improveProb` without censoring (continuous).
 */
export function netReclassification(
  oldRisk: Float64Array,
  newRisk: Float64Array,
  followUp: FollowUp,
  t: number,
  { categories }: { readonly categories?: readonly number[] } = {},
): NetReclassification {
  checkInput('netReclassification', oldRisk, newRisk, followUp, categories ?? []);
  const place = (value: number) => (categories ? categoryOf(value, categories) : value);
  const moves = oldRisk.map((old, row) => Math.sign(place(newRisk[row]!) - place(old)));
  const weights = followUp.weights ?? new Float64Array(moves.length).fill(1);
  const count = (side: number) =>
    weights.reduce((sum, weight, row) => sum + (moves[row] === side ? weight : 0), 0);
  const data = movement(moves, weights, followUp, t);
  const events = data && netShare(data, 1);
  const others = data && netShare(data, -1);
  return {
    events: estimateOf(events, weights),
    nonEvents: estimateOf(others, weights),
    total: estimateOf(events && others && added(events, others), weights),
    movedUp: count(1),
    movedDown: count(-1),
  };
}

/** A cell: subjects of one old and one new category. */
export interface ReclassificationCell extends ObservedRisk {
  /** Sum of the case weights; the observed risk of an empty cell is null */
  readonly subjects: number;
}

/**
 * Reclassification table: old category by row, new by column, with the observed risk by day t of
 * each cell (Kaplan-Meier, with competing events Aalen-Johansen). A good new model has observed risks that fall in the new category.
 *
 * @param categories ascending borders, of which k make k + 1 categories; a risk on one belongs to the category above
 * @throws RangeError as netReclassification
 */
export function reclassificationTable(
  oldRisk: Float64Array,
  newRisk: Float64Array,
  followUp: FollowUp,
  t: number,
  categories: readonly number[],
): ReclassificationCell[][] {
  checkInput('reclassificationTable', oldRisk, newRisk, followUp, categories);
  const rows: number[][][] = Array.from({ length: categories.length + 1 }, () =>
    Array.from({ length: categories.length + 1 }, () => []),
  );
  for (const [row, old] of oldRisk.entries())
    rows[categoryOf(old, categories)]![categoryOf(newRisk[row]!, categories)]!.push(row);
  return rows.map((line) =>
    line.map((cell) => {
      if (cell.length === 0)
        return { subjects: 0, observed: null, standardError: null, low: null, high: null };
      const group = takeFollowUp(followUp, cell);
      const subjects = group.weights?.reduce((sum, weight) => sum + weight, 0) ?? cell.length;
      return { subjects, ...observedRisk(group, t) };
    }),
  );
}

function checkInput(
  caller: string,
  oldRisk: Float64Array,
  newRisk: Float64Array,
  followUp: FollowUp,
  categories: readonly number[],
): void {
  checkFollowUp(caller, followUp);
  refuseLateEntry(caller, followUp);
  checkRisks(caller, oldRisk, followUp.days.length);
  checkRisks(caller, newRisk, followUp.days.length);
  for (const [k, border] of categories.entries())
    if (!(border > (categories[k - 1] ?? 0) && border < 1))
      throw new RangeError(
        `${caller}: expected borders that ascend between 0 and 1, got ${categories.join(', ')}`,
      );
}

function categoryOf(risk: number, borders: readonly number[]): number {
  return borders.filter((border) => risk >= border).length;
}

/** Who moves where, and the observed risks, as estimates and as pseudo-values. */
interface Movement {
  /** [n] 1 up, -1 down, 0 stays */
  readonly moves: Float64Array;
  /** Share of all who move up, or down, and their observed risk */
  readonly sides: readonly { readonly side: number; readonly size: number; readonly risk: number }[];
  /** Observed risk of all */
  readonly risk: number;
  /** [n] pseudo-values among those who move the same way, 0 for those who stay; and among all */
  readonly own: Float64Array;
  readonly overall: Float64Array;
}

/** Null when all, or those who move one way, are not followed to t. */
function movement(
  moves: Float64Array,
  weights: Float64Array,
  followUp: FollowUp,
  t: number,
): Movement | null {
  const overall = pseudoValues(followUp, t);
  const { observed: risk } = observedRisk(followUp, t);
  if (overall === null || risk === null) return null;
  const sum = (rows: Iterable<number>) => [...rows].reduce((total, row) => total + weights[row]!, 0);
  const own = new Float64Array(moves.length);
  const sides = [];
  for (const side of [1, -1]) {
    const rows = [...moves.keys()].filter((row) => moves[row] === side && weights[row]! > 0);
    if (rows.length === 0) continue;
    const group = takeFollowUp(followUp, rows);
    const values = pseudoValues(group, t);
    if (values === null) return null;
    for (const [at, row] of rows.entries()) own[row] = values[at]!;
    sides.push({ side, size: sum(rows) / sum(moves.keys()), risk: observedRisk(group, t).observed! });
  }
  return { moves, sides, risk, own, overall };
}

interface Influence {
  readonly estimate: number;
  /** [n] */
  readonly influence: Float64Array;
}

/**
 * Share who move to the `right` side (1 up, among those with the event; -1 down, among those
 * without) less those who move to the other; null when there is nobody with that outcome.
 */
function netShare({ moves, sides, risk, own, overall }: Movement, right: 1 | -1): Influence | null {
  const part = (value: number) => (right === 1 ? value : 1 - value);
  const all = part(risk);
  if (!(all > 1e-12)) return null;
  const net = sides.reduce((sum, { side, size, risk: among }) => sum + right * side * size * part(among), 0);
  const estimate = net / all;
  return {
    estimate,
    influence: moves.map(
      (move, row) => (right * move * part(own[row]!) - estimate * part(overall[row]!)) / all,
    ),
  };
}

function added(one: Influence, two: Influence): Influence {
  return {
    estimate: one.estimate + two.estimate,
    influence: one.influence.map((value, row) => value + two.influence[row]!),
  };
}

function estimateOf(found: Influence | null, weights: Float64Array): ReclassificationEstimate {
  if (found === null) return { estimate: null, standardError: null, low: null, high: null };
  let [sum, total] = [0, 0];
  for (const [row, value] of found.influence.entries()) {
    sum += weights[row]! * value * value;
    total += weights[row]!;
  }
  const standardError = Math.sqrt(sum) / total;
  const margin = normalQuantile * standardError;
  return {
    estimate: found.estimate,
    standardError,
    low: found.estimate - margin,
    high: found.estimate + margin,
  };
}
