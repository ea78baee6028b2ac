import { joinFloats, joinNodes, type TreeNodes } from './trees.ts';

/** Regression trees in flat arrays. */
export interface RegressionTrees extends TreeNodes {
  /** [terminal nodes] */
  readonly value: Float64Array;
}

export function joinRegressionTrees(parts: readonly RegressionTrees[]): RegressionTrees {
  return {
    ...joinNodes(
      parts,
      parts.map(({ value }) => value.length),
    ),
    value: joinFloats(parts.map(({ value }) => value)),
  };
}
