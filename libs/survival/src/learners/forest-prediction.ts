import { accepted, type Checked, type Issue, refused } from '@myocast/base';
import type { Forest } from './forest.ts';
import { issuesOfPredictors } from './learner-input.ts';
import { terminalNode } from './trees.ts';

/** What a forest says of n rows; q days, c causes (one, unless they compete). */
export interface ForestPrediction {
  /**
   * c times [n], higher is worse. One cause: mortality, the events expected among the subjects of the data if
   * all of them had this row's hazard. Several: the days lost to the cause by the last day with an event.
   */
  readonly risk: readonly Float64Array[];
  readonly days: Float64Array;
  /** c times [n, q] mean over the trees of the Nelson-Aalen estimate */
  readonly cumulativeHazard: readonly Float64Array[];
  /** [n, q] mean over the trees of the Kaplan-Meier estimate of freedom from any of the causes */
  readonly survival: Float64Array;
  /** c times [n, q] mean over the trees of the Aalen-Johansen estimate */
  readonly incidence: readonly Float64Array[];
}

/**
 * Predictions of a forest. They stay what they are on its last day with an event after it.
 *
 * @param predictors [n, p]
 * @param days q ascending days; by default the forest's days with events
 * @throws RangeError when the values do not make rows of p, or the days do not ascend
 *
 * Source: mortality ishwaran2008, days lost ishwaran2014 (docs/references.bib).
 */
export function predictForest(
  forest: Forest,
  predictors: Float64Array,
  days: Float64Array = forest.days,
): Checked<ForestPrediction> {
  const issues = issuesOfPredictors('predictForest', forest.names, predictors);
  if (issues.length > 0) return refused(...(issues as [Issue, ...Issue[]]));
  const n = predictors.length / forest.names.length;
  const sums = predictionSums(forest, n, days);
  for (let tree = 0; tree < forest.trees.count; tree++)
    for (let row = 0; row < n; row++) addTree(sums, predictors, tree, row);
  return accepted(predictionOf(sums, new Float64Array(n).fill(forest.trees.count)));
}

/** Sums over trees. */
export interface PredictionSums {
  readonly forest: Forest;
  readonly n: number;
  readonly days: Float64Array;
  /** [k] which of the q days is the first not before each day of the forest; q where none is */
  readonly column: Int32Array;
  /** c times [terminal nodes] */
  readonly terminalRisk: readonly Float64Array[];
  readonly risk: readonly Float64Array[];
  /** c times [n, q] what is added by each day */
  readonly hazard: readonly Float64Array[];
  readonly incidence: readonly Float64Array[];
}

export function predictionSums(forest: Forest, n: number, days: Float64Array): PredictionSums {
  for (const [at, day] of days.entries())
    if (!Number.isFinite(day) || (at > 0 && day <= days[at - 1]!))
      throw new RangeError(`predictForest: expected ascending days, got ${days.join(', ')}`);
  const column = new Int32Array(forest.days.length);
  let at = 0;
  for (let k = 0; k < column.length; k++) {
    while (at < days.length && days[at]! < forest.days[k]!) at++;
    column[k] = at;
  }
  const each = (length: number) => Array.from({ length: forest.causes }, () => new Float64Array(length));
  return {
    forest,
    n,
    days,
    column,
    terminalRisk: terminalRisks(forest),
    risk: each(n),
    hazard: each(n * days.length),
    incidence: each(n * days.length),
  };
}

/** The risk of each terminal node, c times. */
export function terminalRisks({ trees, causes, days, atRisk }: Forest): Float64Array[] {
  const last = days.at(-1) ?? 0;
  return Array.from({ length: causes }, (_, cause) => {
    const risk = new Float64Array(trees.entryStart.length - 1);
    for (let node = 0; node < risk.length; node++)
      for (let entry = trees.entryStart[node]!; entry < trees.entryStart[node + 1]!; entry++) {
        const day = trees.day[entry]!;
        risk[node]! +=
          causes === 1
            ? trees.hazard[entry]! * atRisk[day]!
            : trees.incidence[entry * causes + cause]! * (last - days[day]!);
      }
    return risk;
  });
}

/** Adds what one tree says of a row. */
export function addTree(sums: PredictionSums, predictors: Float64Array, tree: number, row: number): void {
  const { forest, days, column, terminalRisk, risk, hazard, incidence } = sums;
  const { trees, causes, names } = forest;
  const node = terminalNode(trees, tree, predictors, row * names.length);
  const offset = row * days.length;
  for (let cause = 0; cause < causes; cause++) {
    risk[cause]![row]! += terminalRisk[cause]![node]!;
    const ownHazard = hazard[cause]!;
    const ownIncidence = incidence[cause]!;
    for (let entry = trees.entryStart[node]!; entry < trees.entryStart[node + 1]!; entry++) {
      const at = column[trees.day[entry]!]!;
      if (at === days.length) break;
      ownHazard[offset + at]! += trees.hazard[entry * causes + cause]!;
      ownIncidence[offset + at]! += trees.incidence[entry * causes + cause]!;
    }
  }
}

/** Means over as many trees as each row has; 0 trees leave a row at hazard 0. */
export function predictionOf(sums: PredictionSums, trees: Float64Array): ForestPrediction {
  const { n, days, risk, hazard, incidence } = sums;
  const q = days.length;
  const curves = (added: Float64Array) => {
    for (let row = 0; row < n; row++)
      for (let at = row * q, sum = 0; at < (row + 1) * q; at++) {
        sum += added[at]!;
        added[at] = trees[row]! > 0 ? sum / trees[row]! : 0;
      }
    return added;
  };
  const incidences = incidence.map(curves);
  return {
    risk: risk.map((sum) => sum.map((value, row) => (trees[row]! > 0 ? value / trees[row]! : 0))),
    days,
    cumulativeHazard: hazard.map(curves),
    survival: Float64Array.from({ length: n * q }, (_, at) =>
      Math.max(0, 1 - incidences.reduce((sum, own) => sum + own[at]!, 0)),
    ),
    incidence: incidences,
  };
}
