import type { TreeNodes } from './trees.ts';

// Reading of trees that another program wrote: a RangeError says what is not as it should be.

export function numbers(list: unknown, name: string): readonly number[] {
  if (!Array.isArray(list) || !list.every((value) => Number.isFinite(value)))
    throw new RangeError(`no list of numbers ${name}`);
  return list as number[];
}

export function wholeNumbers(list: unknown, name: string): readonly number[] {
  const values = numbers(list, name);
  if (!values.every((value) => value === (value | 0))) throw new RangeError(`no whole numbers ${name}`);
  return values;
}

/** Lists of one length, roots in order, and every node leads to a later one of its tree or to a terminal node. */
export function checkNodes(nodes: TreeNodes, columns: number, terminals: number): void {
  const { count, nodeStart, column, cut, next } = nodes;
  const lengths = [nodeStart.length - 1 - count, cut.length - column.length, next.length - column.length];
  if (lengths.some((difference) => difference !== 0)) throw new RangeError('lists of unequal lengths');
  if (!spans(nodeStart, column.length, 1)) throw new RangeError('roots out of order');
  for (let tree = 0; tree < count; tree++)
    for (let node = nodeStart[tree]!; node < nodeStart[tree + 1]!; node++)
      if (!leadsSomewhere(nodes, { columns, terminals, end: nodeStart[tree + 1]! }, node))
        throw new RangeError(`node ${node} that leads nowhere`);
}

function leadsSomewhere(
  { column, next }: TreeNodes,
  { columns, terminals, end }: { columns: number; terminals: number; end: number },
  node: number,
): boolean {
  const tested = column[node]!;
  const [low, high] = tested === -1 ? [0, terminals - 1] : [node + 1, end - 2];
  return tested >= -1 && tested < columns && next[node]! >= low && next[node]! <= high;
}

/** From 0 to the end, in steps of at least so much. */
export const spans = (starts: Int32Array, end: number, step: number) =>
  starts[0] === 0 &&
  starts.at(-1) === end &&
  starts.every((value, at) => at === 0 || value >= starts[at - 1]! + step);
