import { accepted, type Checked, issue, refused } from '@myocast/base';
import { forestConfig } from './forest-config.ts';
import type { Forest } from './forest.ts';
import { checkNodes, numbers, spans, wholeNumbers } from './stored-nodes.ts';
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

/** Nodes in order, and in each terminal node entries in order, every one on a day that is there. */
function checkTrees(trees: Trees, columns: number, causes: number, days: number): void {
  const { entryStart, day, hazard, incidence } = trees;
  if (hazard.length !== day.length * causes || incidence.length !== hazard.length)
    throw new RangeError('lists of unequal lengths');
  if (!spans(entryStart, day.length, 0)) throw new RangeError('entries out of order');
  if (day.some((at) => at < 0 || at >= days)) throw new RangeError('a day that is not there');
  checkNodes(trees, columns, entryStart.length - 1);
}
