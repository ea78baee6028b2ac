import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { logRank } from '../estimators/log-rank.ts';
import { tiedCohort } from '../testing/tied-cohort.ts';
import { fillOrder, nodeOrders } from './node-orders.ts';
import { nodeTest } from './node-test.ts';
import { rankedColumns } from './ranked-columns.ts';
import { bestSplit, splitSearch } from './split-search.ts';

interface Node {
  readonly p: number;
  readonly predictors: Float64Array;
  readonly days: Float64Array;
  readonly event: Uint8Array;
  readonly drawn: Float64Array;
}

/** Ties in days and values, and subjects drawn up to three times or never. */
function tiedNode(label: string, n: number, values: number, fineDays = false): Node {
  const random = new Random(label);
  const { followUp } = tiedCohort(random, n);
  return {
    p: 3,
    predictors: Float64Array.from({ length: 3 * n }, (_, at) => random.integer(at % 3 === 2 ? 2 : values)),
    days: fineDays ? followUp.days.map(() => random.integer(4 * n)) : followUp.days,
    event: followUp.event,
    drawn: Float64Array.from({ length: n }, () => random.integer(4)),
  };
}

/** Numerator and variance of one cause, from the definition: each day anew, each subject looked at. */
function bruteTest(
  { days, event, drawn }: Node,
  isLeft: (row: number) => boolean,
  cause: number,
  inclusive: boolean,
) {
  const rows = [...days.keys()];
  const total = (want: (row: number) => boolean) =>
    rows.reduce((sum, row) => sum + (want(row) ? drawn[row]! : 0), 0);
  let [numerator, variance] = [0, 0];
  for (const day of new Set(rows.filter((row) => event[row] === cause).map((row) => days[row]!))) {
    const there = (row: number) =>
      days[row]! >= day || (inclusive && event[row]! > 0 && event[row] !== cause);
    const fails = (row: number) => days[row] === day && event[row] === cause;
    const [n, d] = [total(there), total(fails)];
    if (d === 0) continue;
    const y = total((row) => there(row) && isLeft(row));
    numerator += total((row) => fails(row) && isLeft(row)) - (y * d) / n;
    if (n > 1) variance += ((d * (n - d)) / (n - 1)) * (y / n) * (1 - y / n);
  }
  return { numerator, variance };
}

interface Rule {
  readonly causes: readonly number[];
  readonly inclusive: boolean;
  readonly nodeSize: number;
  readonly nodeEvents: number;
}

function bruteStatistic(node: Node, { causes, inclusive }: Rule, isLeft: (row: number) => boolean): number {
  const parts = causes.map((cause) => bruteTest(node, isLeft, cause, inclusive));
  const numerator = parts.reduce((sum, part) => sum + part.numerator, 0);
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  return variance > 1e-9 ? numerator ** 2 / variance : 0;
}

function bruteBest(node: Node, rule: Rule): number {
  const { p, predictors, event, drawn } = node;
  const rows = [...drawn.keys()].filter((row) => drawn[row]! > 0);
  let best = 0;
  for (let column = 0; column < p; column++) {
    const value = (row: number) => predictors[row * p + column]!;
    for (const cut of new Set(rows.map(value))) {
      const isLeft = (row: number) => value(row) <= cut;
      const enough = [rows.filter(isLeft), rows.filter((row) => !isLeft(row))].every(
        (side) =>
          side.reduce((sum, row) => sum + drawn[row]!, 0) >= rule.nodeSize &&
          side.filter((row) => event[row]! > 0).length >= rule.nodeEvents,
      );
      if (enough) best = Math.max(best, bruteStatistic(node, rule, isLeft));
    }
  }
  return best;
}

function found(node: Node, rule: Rule, cutsPerColumn: number | null = null, seed = 0) {
  const { p, predictors, days, drawn } = node;
  const columns = rankedColumns(predictors, p);
  const { n } = columns;
  const orders = nodeOrders(n, p + 1);
  const byTime = Int32Array.from(days.keys()).sort((a, b) => days[a]! - days[b]!);
  const distinct = [...new Set([...byTime].filter((row) => node.event[row]! > 0).map((row) => days[row]!))];
  const tests = rule.causes.map((cause) => nodeTest(cause, rule.inclusive, n, distinct.length));
  const search = splitSearch(columns, orders, tests, { ...rule, columnsPerNode: p, cutsPerColumn });
  const end = fillOrder(orders.orders[p]!, byTime, drawn);
  for (let column = 0; column < p; column++)
    fillOrder(orders.orders[column]!, columns.orders[column]!, drawn);
  const daysReached = Int32Array.from(days, (day) => distinct.filter((event) => event <= day).length);
  const members = { byTime: orders.orders[p]!, start: 0, end, drawn, event: node.event, daysReached };
  const split = bestSplit(search, members, new Random(seed));
  if (!split) return { statistic: 0, isLeft: () => true };
  const { column, place, statistic } = split;
  const cut = predictors[orders.orders[column]![place]! * p + column]!;
  return { statistic, isLeft: (row: number) => predictors[row * p + column]! <= cut };
}

describe('the best split of a node', () => {
  // Few days: the variance is summed day by day. Many days and values: by the tree of sums.
  const sizes = [
    { n: 12, values: 4, fineDays: false },
    { n: 40, values: 40, fineDays: false },
    { n: 120, values: 100, fineDays: true },
  ];
  const rules = [
    { title: 'log-rank of one cause', causes: [1], inclusive: false },
    { title: 'log-rank of two causes', causes: [1, 2], inclusive: false },
    { title: 'Gray, one cause', causes: [2], inclusive: true },
    { title: 'Gray, two causes', causes: [1, 2], inclusive: true },
  ];
  for (const { title, causes, inclusive } of rules)
    for (const { n, values, fineDays } of sizes)
      it(`is that of the definition at every cut: ${title}, ${n} subjects`, () => {
        for (let seed = 0; seed < (n > 100 ? 3 : 25); seed++) {
          const node = tiedNode(`${title} ${n} ${seed}`, n, values, fineDays);
          const rule = { causes, inclusive, nodeSize: seed % 3 === 0 ? 1 : 5, nodeEvents: seed % 2 };
          const { statistic, isLeft } = found(node, rule);
          expect(statistic).toBeCloseTo(bruteBest(node, rule), 8);
          expect(statistic).toBeCloseTo(bruteStatistic(node, rule, isLeft), 8);
        }
      });
  const plain = { causes: [1], inclusive: false, nodeSize: 5, nodeEvents: 1 };
  it('has the chi-square of the log-rank test of the two parts', () => {
    const node = tiedNode('parts', 60, 20);
    const { statistic, isLeft } = found(node, plain);
    const rows = [...node.drawn.keys()].flatMap((row) => Array.from({ length: node.drawn[row]! }, () => row));
    const followUp = {
      days: Float64Array.from(rows, (row) => node.days[row]!),
      event: Uint8Array.from(rows, (row) => node.event[row]!),
    };
    const sides = rows.map((row) => (isLeft(row) ? 0 : 1));
    expect(statistic).toBeCloseTo(logRank(sides, followUp).chiSquare!, 9);
  });
  it('is among the drawn cuts where only some are tried', () => {
    const node = tiedNode('some', 80, 60, true);
    const all = found(node, plain).statistic;
    const some = Array.from({ length: 20 }, (_, seed) => found(node, plain, 1, seed).statistic);
    expect(Math.max(...some)).toBeLessThanOrEqual(all);
    expect(new Set(some).size).toBeGreaterThan(3);
    expect(found(node, plain, 1000).statistic).toBe(all);
  });
});
