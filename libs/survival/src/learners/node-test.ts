/**
 * A log-rank test between the two parts of a node, for one cause, with k days on which members of
 * the node have that event. By day d events among n at risk, of whom y are on the left:
 *
 *   numerator = Σ (d_left − y d/n) = Σ over the left of (δ − H(t)), H the Nelson-Aalen sum of the node
 *   variance  = Σ w y (n − y),  w = d (n − d) / ((n − 1) n²)
 *
 * so that a subject that moves to the left changes the numerator by its score, and the variance by
 * Σ w (n − 2y − 1) over the days on which it is at risk: sums of prefixes, which a tree of sums gives
 * in O(log k). All the cuts of a column cost O(m log k) for m members.
 */
export interface NodeTest {
  readonly cause: number;
  /** Competing events stay at risk, as in Gray's test. */
  readonly inclusive: boolean;
  /** k */
  days: number;
  /** Σ of d: the scale of the variance. */
  events: number;
  /** [n] by subject: on how many of the days, the first ones, it is at risk */
  readonly rank: Int32Array;
  /** [n] by subject: drawn times (δ − H) */
  readonly score: Float64Array;
  /** [k] by day */
  readonly weight: Float64Array;
  readonly atRisk: Float64Array;
  /** [k + 1] sums of w, and of w n, over the first days */
  readonly weightSum: Float64Array;
  readonly meanSum: Float64Array;
  /** [k + 1] sums of d/n */
  readonly hazardSum: Float64Array;
  /** Two tree sums a day: drawn, and drawn times the sum of w. */
  readonly tree: Float64Array;
}

/** @param days most days with events there can be in a node */
export function nodeTest(cause: number, inclusive: boolean, n: number, days: number): NodeTest {
  return {
    cause,
    inclusive,
    days: 0,
    events: 0,
    rank: new Int32Array(n),
    score: new Float64Array(n),
    weight: new Float64Array(days),
    atRisk: new Float64Array(days),
    weightSum: new Float64Array(days + 1),
    meanSum: new Float64Array(days + 1),
    hazardSum: new Float64Array(days + 1),
    tree: new Float64Array(2 * (days + 1)),
  };
}

/** Members of a node by time: who they are, how often each was drawn, and what happened when. */
export interface Members {
  readonly byTime: Int32Array;
  readonly start: number;
  readonly end: number;
  /** [n] by subject */
  readonly drawn: Float64Array;
  readonly event: Uint8Array;
  /** [n] by subject: how many of the data's days with any event are not after its time */
  readonly daysReached: Int32Array;
}

/** Sets the test up for the members of a node. */
export function openTest(test: NodeTest, members: Members): void {
  const { byTime, start, end, drawn, daysReached } = members;
  let remaining = 0;
  for (let at = start; at < end; at++) remaining += drawn[byTime[at]!]!;
  test.days = 0;
  test.events = 0;
  for (let from = start; from < end; ) {
    const reached = daysReached[byTime[from]!]!;
    let to = from;
    let leaving = 0;
    let competing = 0;
    let events = 0;
    for (; to < end && daysReached[byTime[to]!] === reached; to++) {
      const subject = byTime[to]!;
      const code = members.event[subject]!;
      leaving += drawn[subject]!;
      if (code === test.cause) events += drawn[subject]!;
      else if (code > 0) competing += drawn[subject]!;
    }
    if (events > 0) addDay(test, events, remaining);
    for (let at = from; at < to; at++) test.rank[byTime[at]!] = test.days;
    remaining -= test.inclusive ? leaving - competing : leaving;
    from = to;
  }
  setScores(test, members);
}

function addDay(test: NodeTest, events: number, atRisk: number): void {
  const day = test.days++;
  const weight = atRisk > 1 ? (events * (atRisk - events)) / ((atRisk - 1) * atRisk * atRisk) : 0;
  test.events += events;
  test.weight[day] = weight;
  test.atRisk[day] = atRisk;
  test.weightSum[day + 1] = test.weightSum[day]! + weight;
  test.meanSum[day + 1] = test.meanSum[day]! + weight * atRisk;
  test.hazardSum[day + 1] = test.hazardSum[day]! + events / atRisk;
}

function setScores(test: NodeTest, { byTime, start, end, drawn, event }: Members): void {
  const { cause, inclusive, rank, score, hazardSum, days } = test;
  for (let at = start; at < end; at++) {
    const subject = byTime[at]!;
    const code = event[subject]!;
    if (inclusive && code > 0 && code !== cause) rank[subject] = days;
    score[subject] = drawn[subject]! * ((code === cause ? 1 : 0) - hazardSum[rank[subject]!]!);
  }
}

/** Cuts of a column: the place of the last subject on the left, ascending, and what the tests add up to there. */
export interface Cuts {
  count: number;
  readonly places: Int32Array;
  readonly numerators: Float64Array;
  readonly variances: Float64Array;
}

/** Adds the test at every cut, by whichever way is shorter. */
export function addAtCuts(
  test: NodeTest,
  order: Int32Array,
  start: number,
  drawn: Float64Array,
  cuts: Cuts,
): void {
  const members = cuts.places[cuts.count - 1]! + 1 - start;
  const depth = 32 - Math.clz32(test.days);
  if (cuts.count * test.days < members * (4 + 2 * depth)) addDayByDay(test, order, start, drawn, cuts);
  else addByTree(test, order, start, drawn, cuts);
}

/** The variance summed anew over the days at each cut: for few cuts or few days. */
function addDayByDay(
  { days, rank, score, weight, atRisk, tree: left }: NodeTest,
  order: Int32Array,
  start: number,
  drawn: Float64Array,
  { count, places, numerators, variances }: Cuts,
): void {
  left.fill(0, 0, days + 1);
  let numerator = 0;
  let at = start;
  for (let cut = 0; cut < count; cut++) {
    for (const last = places[cut]!; at <= last; at++) {
      const subject = order[at]!;
      numerator += score[subject]!;
      left[rank[subject]!]! += drawn[subject]!;
    }
    let atRiskLeft = 0;
    let variance = 0;
    for (let day = days - 1; day >= 0; day--) {
      atRiskLeft += left[day + 1]!;
      variance += weight[day]! * atRiskLeft * (atRisk[day]! - atRiskLeft);
    }
    numerators[cut]! += numerator;
    variances[cut]! += variance;
  }
}

/** The variance changed by each subject that moves: for many cuts. */
function addByTree(
  { days, rank, score, weightSum, meanSum, tree }: NodeTest,
  order: Int32Array,
  start: number,
  drawn: Float64Array,
  { count, places, numerators, variances }: Cuts,
): void {
  tree.fill(0, 0, 2 * (days + 1));
  let numerator = 0;
  let variance = 0;
  let atRiskLeft = 0;
  let at = start;
  for (let cut = 0; cut < count; cut++) {
    for (const last = places[cut]!; at <= last; at++) {
      const subject = order[at]!;
      const reached = rank[subject]!;
      numerator += score[subject]!;
      if (reached === 0) continue;
      let before = 0;
      let sum = 0;
      for (let node = reached; node > 0; node &= node - 1) {
        before += tree[2 * node]!;
        sum += tree[2 * node + 1]!;
      }
      const times = drawn[subject]!;
      const weight = weightSum[reached]!;
      // Σ w y over the days reached: those on the left who leave before, and those who stay.
      const overlap = sum + weight * (atRiskLeft - before);
      variance += times * (meanSum[reached]! - 2 * overlap - times * weight);
      atRiskLeft += times;
      const weighted = times * weight;
      for (let node = reached; node <= days; node += node & -node) {
        tree[2 * node]! += times;
        tree[2 * node + 1]! += weighted;
      }
    }
    numerators[cut]! += numerator;
    variances[cut]! += variance;
  }
}
