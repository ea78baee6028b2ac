import { accepted, type Checked, issue, refused } from '@myocast/base';
import { forestConfig } from './forest-config.ts';
import type { Forest } from './forest.ts';
import type { Trees } from './trees.ts';

const format = 'myocast survival forest 1';
const treeInts = ['nodeStart', 'column', 'next', 'entryStart', 'day'] as const;
const treeFloats = ['cut', 'hazard', 'incidence'] as const;

/** A forest as plain numbers, texts and lists: what JSON can hold. It reads back to the same bytes. */
export function storedForest(forest: Forest): object {
  const { trees } = forest;
  return {
    format,
    ...forest,
    days: [...forest.days],
    atRisk: [...forest.atRisk],
    trees: {
      count: trees.count,
      ...Object.fromEntries([...treeInts, ...treeFloats].map((name) => [name, [...trees[name]]])),
    },
  };
}

/** The forest that was stored. What it was not stored as is an issue: a forest is never half read. */
export function readForest(stored: unknown): Checked<Forest> {
  try {
    return accepted(forestFrom(stored as Stored));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return refused(issue('not-readable', 'forest', `expected a ${format}, found: ${error.message}`));
  }
}

/** As it should be; every part is looked at before it is used. */
interface Stored extends Omit<Forest, 'days' | 'atRisk' | 'trees'> {
  readonly format: string;
  readonly days: readonly number[];
  readonly atRisk: readonly number[];
  readonly trees: { readonly [Name in keyof Trees]: readonly number[] };
}

function forestFrom(stored: Stored): Forest {
  if (stored.format !== format) throw new RangeError(`format ${stored.format}`);
  const { names, subjects, causes } = stored;
  const isText = (name: unknown) => typeof name === 'string';
  if (!Array.isArray(names) || names.length === 0 || !names.every(isText)) throw new RangeError('no names');
  for (const [name, count] of Object.entries({ subjects, causes, trees: Number(stored.trees.count) }))
    if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`${count} ${name}`);
  const ints = treeInts.map((name) => [name, Int32Array.from(wholeNumbers(stored.trees[name], name))]);
  const floats = treeFloats.map((name) => [name, Float64Array.from(numbers(stored.trees[name], name))]);
  const trees = { count: stored.trees.count, ...Object.fromEntries([...ints, ...floats]) } as Trees;
  const days = Float64Array.from(numbers(stored.days, 'days'));
  const atRisk = Float64Array.from(numbers(stored.atRisk, 'atRisk'));
  if (atRisk.length !== days.length) throw new RangeError(`${days.length} days, ${atRisk.length} atRisk`);
  checkTrees(trees, names.length, causes, days.length);
  return { names, config: forestConfig(stored.config, names.length), subjects, causes, days, atRisk, trees };
}

function numbers(list: unknown, name: string): readonly number[] {
  if (!Array.isArray(list) || !list.every((value) => Number.isFinite(value)))
    throw new RangeError(`no list of numbers ${name}`);
  return list as number[];
}

function wholeNumbers(list: unknown, name: string): readonly number[] {
  const values = numbers(list, name);
  if (!values.every((value) => value === (value | 0))) throw new RangeError(`no whole numbers ${name}`);
  return values;
}

/** Lists of one length, roots and entries in order, and every entry on a day that is there. */
function checkTrees(trees: Trees, columns: number, causes: number, days: number): void {
  const { count, nodeStart, column, cut, next, entryStart, day, hazard, incidence } = trees;
  const nodes = column.length;
  const lengths = [nodeStart.length - 1 - count, cut.length - nodes, next.length - nodes];
  lengths.push(hazard.length - day.length * causes, incidence.length - day.length * causes);
  if (lengths.some((difference) => difference !== 0)) throw new RangeError('lists of unequal lengths');
  if (!spans(nodeStart, nodes, 1)) throw new RangeError('roots out of order');
  if (!spans(entryStart, day.length, 0)) throw new RangeError('entries out of order');
  if (day.some((at) => at < 0 || at >= days)) throw new RangeError('a day that is not there');
  for (let tree = 0; tree < count; tree++)
    for (let node = nodeStart[tree]!; node < nodeStart[tree + 1]!; node++)
      if (!leadsSomewhere(trees, columns, node, nodeStart[tree + 1]!))
        throw new RangeError(`node ${node} that leads nowhere`);
}

/** To a later node of its tree, or to a terminal node. */
function leadsSomewhere(
  { column, next, entryStart }: Trees,
  columns: number,
  node: number,
  end: number,
): boolean {
  const tested = column[node]!;
  const [low, high] = tested === -1 ? [0, entryStart.length - 2] : [node + 1, end - 2];
  return tested >= -1 && tested < columns && next[node]! >= low && next[node]! <= high;
}

/** From 0 to the end, in steps of at least so much. */
const spans = (starts: Int32Array, end: number, step: number) =>
  starts[0] === 0 &&
  starts.at(-1) === end &&
  starts.every((value, at) => at === 0 || value >= starts[at - 1]! + step);
