import { checkFollowUp, type FollowUp, refuseLateEntry, takeFollowUp, takeRows } from '../follow-up.ts';
import { chiSquareTail } from '../numerics/chi-square.ts';
import { quantile } from '../resampling/bootstrap.ts';
import { checkRisks } from '../performance/brier-score.ts';
import { type ObservedRisk, observedRisk, weightedMean } from './observed-expected.ts';

/** Subjects of similar predicted risk. */
export interface CalibrationGroup extends ObservedRisk {
  /** Sum of the case weights */
  readonly subjects: number;
  /** Subjects with the event by day t */
  readonly events: number;
  /** Mean predicted risk */
  readonly predicted: number;
  readonly lowestRisk: number;
  readonly highestRisk: number;
}

export interface CalibrationTest {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

export interface GroupedCalibration {
  readonly groups: readonly CalibrationGroup[];
  /**
   * Greenwood-Nam-D'Agostino: Σ (observed - predicted)² / variance of the observed risk, on one degree less than groups. Null with
   * one group, or when a group has no variance: no event by t, all events, or nobody followed to t; ask for fewer groups.
   */
  readonly greenwoodNamDAgostino: CalibrationTest | null;
  /** Nam-D'Agostino ("1-calibration"): the variance is that of the predicted risk, p (1 - p) / subjects. Null where that is 0. */
  readonly namDAgostino: CalibrationTest | null;
}

/**
 * Observed against predicted risk by day t in groups of about equal size, by ascending predicted risk.
 *
 * The borders are quantiles of the risks (R's type 7); a risk on a border belongs to the lower group. Subjects with
 * one risk stay together, so that ties may leave fewer groups than asked for: no group is empty, and if all risks are the same there is one.
 * Both tests are anti-conservative when groups have fewer than about five events.
 *
 * @param groups how many are wanted, 2 or more
 * @throws RangeError when lengths differ, a risk is not a probability, there is late entry, or fewer than 2 groups are asked for
 *
 * Source: demler2015; 1-calibration haider2020 (docs/references.bib).
 * Agrees with: R `survfit(Surv(days, event) ~ cut(risk, quantile(risk)))` and the formula of the test.
 */
export function groupedCalibration(
  risk: Float64Array,
  followUp: FollowUp,
  t: number,
  { groups = 10 }: { readonly groups?: number } = {},
): GroupedCalibration {
  checkFollowUp('groupedCalibration', followUp);
  refuseLateEntry('groupedCalibration', followUp);
  checkRisks('groupedCalibration', risk, followUp.days.length);
  if (!(Number.isInteger(groups) && groups >= 2))
    throw new RangeError(`groupedCalibration: expected 2 or more groups, got ${groups}`);
  const found = rowsByRisk(risk, groups).map((rows) => summarise(risk, followUp, t, rows));
  return {
    groups: found,
    greenwoodNamDAgostino: test(found, ({ standardError }) => (standardError ?? 0) ** 2),
    namDAgostino: test(found, ({ predicted, subjects }) => (predicted * (1 - predicted)) / subjects),
  };
}

function rowsByRisk(risk: Float64Array, groups: number): Int32Array[] {
  const order = Int32Array.from(risk.keys()).sort((a, b) => risk[a]! - risk[b]!);
  const sorted = takeRows(risk, order);
  const starts = new Set([0]);
  for (let g = 1; g < groups; g++) {
    const border = quantile(sorted, g / groups);
    const start = sorted.findIndex((value) => value > border);
    if (start > 0) starts.add(start);
  }
  const edges = [...starts, risk.length];
  return [...starts].map((start, g) => order.subarray(start, edges[g + 1]!));
}

function summarise(risk: Float64Array, followUp: FollowUp, t: number, rows: Int32Array): CalibrationGroup {
  const group = takeFollowUp(followUp, rows);
  const weight = (row: number) => group.weights?.[row] ?? 1;
  const own = takeRows(risk, rows);
  let [subjects, events] = [0, 0];
  for (const [row, day] of group.days.entries()) {
    subjects += weight(row);
    if (group.event[row] === 1 && day <= t) events += weight(row);
  }
  return {
    subjects,
    events,
    predicted: weightedMean(own, group.weights),
    lowestRisk: own[0]!,
    highestRisk: own.at(-1)!,
    ...observedRisk(group, t),
  };
}

function test(
  groups: readonly CalibrationGroup[],
  variance: (group: CalibrationGroup) => number,
): CalibrationTest | null {
  let chiSquare = 0;
  for (const group of groups) {
    const spread = variance(group);
    if (group.observed === null || !(spread > 0)) return null;
    chiSquare += (group.observed - group.predicted) ** 2 / spread;
  }
  const degreesOfFreedom = groups.length - 1;
  return degreesOfFreedom < 1
    ? null
    : { chiSquare, degreesOfFreedom, p: chiSquareTail(chiSquare, degreesOfFreedom) };
}
