import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedTable, sharedTablesPresent } from '../testing/shared-table.ts';
import { concordance } from '../performance/concordance.ts';
import { fitForest } from './forest.ts';
import type { ForestConfig } from './forest-config.ts';
import { predictForest } from './forest-prediction.ts';
import type { LearnerInput } from './learner-input.ts';
import { outOfBag } from './out-of-bag.ts';
import { terminalNode } from './trees.ts';

interface Cohort {
  readonly table: string;
  readonly time: string;
  readonly event: string;
  readonly columns: readonly string[];
}
type Repeated = Cohort & { readonly mean: number; readonly sd: number };
type Tree = Cohort & {
  readonly nodeSize: number;
  readonly depth: number | null;
  readonly days: readonly number[];
  /** By row. */
  readonly terminal: readonly number[];
  /** By terminal node, then day. */
  readonly hazard: readonly (readonly number[])[];
  readonly survival: readonly (readonly number[])[];
};
interface Side {
  readonly incidence: readonly (readonly [number, number])[];
  readonly hazard: readonly (readonly [number, number])[];
}
const read = <Golden>(name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../reference/survival/${name}.json`, import.meta.url), 'utf8'),
  ) as Golden;
const sksurv = read<{ trees: readonly Tree[]; forests: readonly Repeated[] }>('forest-sksurv');
const r = read<{
  forests: readonly Repeated[];
  columns: readonly string[];
  nodeSize: number;
  splits: readonly {
    cause: number;
    column: string;
    cut: number;
    days: readonly number[];
    left: Side;
    right: Side;
  }[];
}>('forest');

function cohort({ table, time, event, columns }: Cohort): LearnerInput {
  const read = sharedTable(`${table}.csv`);
  const values = columns.map((column) => read.numbers(column));
  const p = columns.length;
  return {
    names: columns,
    predictors: Float64Array.from({ length: read.rows * p }, (_, at) => values[at % p]![Math.floor(at / p)]!),
    followUp: { days: read.numbers(time), event: Uint8Array.from(read.numbers(event)) },
  };
}

function fitted(input: LearnerInput, config: Partial<ForestConfig>) {
  const got = fitForest(input, config);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

function predicted(...args: Parameters<typeof predictForest>) {
  const got = predictForest(...args);
  if (!got.ok) throw new Error(got.issues[0]!.message);
  return got.value;
}

describe.skipIf(!sharedTablesPresent)('survival forests beside other programs', () => {
  it.each(sksurv.trees)(
    'one tree has the terminal nodes of SurvivalTree: $table, size $nodeSize',
    (expected) => {
      const input = cohort(expected);
      const p = input.names.length;
      const { nodeSize, depth, days } = expected;
      const tree = fitted(input, {
        trees: 1,
        sample: 'all',
        columnsPerNode: p,
        nodeSize,
        depth,
        nodeEvents: 0,
      });
      const partner = new Map<number, number>();
      for (const [row, theirs] of expected.terminal.entries()) {
        const ours = terminalNode(tree.trees, 0, input.predictors, row * p);
        expect(partner.get(ours) ?? theirs, `row ${row}`).toBe(theirs);
        partner.set(ours, theirs);
      }
      expect(new Set(partner.values()).size).toBe(partner.size);
      const { cumulativeHazard, survival } = predicted(tree, input.predictors, Float64Array.from(days));
      for (const [row, theirs] of expected.terminal.entries())
        for (const k of days.keys()) {
          expect(cumulativeHazard[0]![row * days.length + k]).toBeCloseTo(expected.hazard[theirs]![k]!, 10);
          expect(survival[row * days.length + k]).toBeCloseTo(expected.survival[theirs]![k]!, 10);
        }
    },
  );
  // The spread over seeds is 0.001 to 0.005 in each program; scikit-survival counts a subject once however often drawn.
  it.each(r.forests)('ranks as ranger and RandomSurvivalForest do: $table', (ranger) => {
    const input = cohort(ranger);
    const columnsPerNode = Math.floor(Math.sqrt(input.names.length));
    const indices = [1, 2].map((seed) => {
      const forest = fitted(input, { trees: 200, seed, columnsPerNode, nodeEvents: 0 });
      const { cumulativeHazard } = outOfBag(forest, input);
      const q = forest.days.length;
      const sum = (row: number) =>
        cumulativeHazard[0]!.subarray(row * q, (row + 1) * q).reduce((a, b) => a + b, 0);
      return concordance(
        input.followUp.days.map((_, row) => sum(row)),
        input.followUp,
      ).index!;
    });
    const mean = indices.reduce((sum, index) => sum + index, 0) / indices.length;
    const peer = sksurv.forests.find(({ table }) => table === ranger.table)!;
    expect(Math.abs(mean - ranger.mean)).toBeLessThan(0.006);
    expect(Math.abs(mean - peer.mean)).toBeLessThan(0.008);
  });
  it.each(r.splits)(
    'parts mgus2 where survdiff is largest, with the curves of survfit: cause $cause',
    (expected) => {
      const table = sharedTable('mgus2.csv', ['hgb', 'creat', 'mspike']);
      const [progressed, death] = [table.numbers('pstat'), table.numbers('death')];
      const [toProgression, toEnd] = [table.numbers('ptime'), table.numbers('futime')];
      const values = r.columns.map((column) => table.numbers(column));
      const p = values.length;
      const input: LearnerInput = {
        names: r.columns,
        predictors: Float64Array.from(
          { length: table.rows * p },
          (_, at) => values[at % p]![Math.floor(at / p)]!,
        ),
        followUp: {
          days: toEnd.map((end, row) => (progressed[row] === 1 ? toProgression[row]! : end)),
          event: Uint8Array.from(progressed, (yes, row) => (yes === 1 ? 1 : 2 * death[row]!)),
        },
      };
      const tree = fitted(input, {
        trees: 1,
        sample: 'all',
        columnsPerNode: p,
        nodeSize: r.nodeSize,
        depth: 1,
        competing: 'incidence',
        splitCause: expected.cause,
      });
      expect(r.columns[tree.trees.column[0]!]).toBe(expected.column);
      expect(tree.trees.cut[0]).toBeCloseTo(expected.cut, 12);
      const sides = [expected.cut - 1, expected.cut + 1].flatMap((value) =>
        Array.from({ length: p }, () => value),
      );
      const { incidence, cumulativeHazard } = predicted(
        tree,
        Float64Array.from(sides),
        Float64Array.from(expected.days),
      );
      for (const [side, curves] of [expected.left, expected.right].entries())
        for (const k of expected.days.keys())
          for (const cause of [0, 1] as const) {
            const at = side * expected.days.length + k;
            expect(incidence[cause]![at]).toBeCloseTo(curves.incidence[k]![cause], 10);
            expect(cumulativeHazard[cause]![at]).toBeCloseTo(curves.hazard[k]![cause], 10);
          }
    },
  );
});
