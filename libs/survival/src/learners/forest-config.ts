/** How a forest is grown. */
export interface ForestConfig {
  readonly trees: number;
  readonly seed: number | string;
  /** Columns tried at a node (mtry). Default: the square root of their number, rounded up. */
  readonly columnsPerNode: number;
  /** Fewest subjects in a terminal node, counted as often as they were drawn. Default 15. */
  readonly nodeSize: number;
  /** Fewest different subjects with an event in a terminal node. Default 1. */
  readonly nodeEvents: number;
  /** A node with fewer subjects is not parted. Default: twice the node size. */
  readonly splitSize: number;
  /** Most tests on the way to a terminal node; null (default) for no limit. */
  readonly depth: number | null;
  /** Cuts tried of a column at a node, drawn at random; null (default) for all of them. */
  readonly cutsPerColumn: number | null;
  /**
   * Which subjects a tree is grown on. 'bootstrap' (default): n draws with replacement, by case weights where
   * there are any. 'subsample': `sampleShare` of the subjects without replacement. 'all': everybody, as
   * often as the case weight says; nothing is then out of bag.
   */
  readonly sample: 'bootstrap' | 'subsample' | 'all';
  /** Default 0.632. */
  readonly sampleShare: number;
  /**
   * 'censoring' (default): an event of code 2 or more ends the observation. 'incidence': codes 1, 2, …
   * are causes, each with its cumulative incidence in the terminal nodes.
   */
  readonly competing: 'censoring' | 'incidence';
  /**
   * With competing causes, what parts a node. 'log-rank': a test of the cause-specific hazard. 'gray': one of
   * the cumulative incidence, in which those with another event stay at risk.
   */
  readonly splitRule: 'log-rank' | 'gray';
  /** The cause whose test counts, or 'all' (default): the sum over the causes over the root of its variance. */
  readonly splitCause: number | 'all';
}

/**
 * A config with nothing left open.
 *
 * @throws RangeError when a value is out of its range
 */
export function forestConfig(given: Partial<ForestConfig>, columns: number): ForestConfig {
  const nodeSize = given.nodeSize ?? 15;
  const config: ForestConfig = {
    trees: 500,
    seed: 1,
    columnsPerNode: Math.ceil(Math.sqrt(columns)),
    nodeEvents: 1,
    splitSize: 2 * nodeSize,
    depth: null,
    cutsPerColumn: null,
    sample: 'bootstrap',
    sampleShare: 0.632,
    competing: 'censoring',
    splitRule: 'log-rank',
    splitCause: 'all',
    ...given,
    nodeSize,
  };
  const limits = [
    ['trees', config.trees, 1, Number.POSITIVE_INFINITY],
    ['columnsPerNode', config.columnsPerNode, 1, columns],
    ['nodeSize', nodeSize, 1, Number.POSITIVE_INFINITY],
    ['nodeEvents', config.nodeEvents, 0, Number.POSITIVE_INFINITY],
    ['splitSize', config.splitSize, 2, Number.POSITIVE_INFINITY],
    ['depth', config.depth ?? 0, 0, Number.POSITIVE_INFINITY],
    ['cutsPerColumn', config.cutsPerColumn ?? 1, 1, Number.POSITIVE_INFINITY],
  ] as const;
  for (const [name, value, low, high] of limits)
    if (!(Number.isInteger(value) && value >= low && value <= high))
      throw new RangeError(
        `forestConfig: expected ${name} a whole number from ${low} to ${high}, got ${value}`,
      );
  if (!(config.sampleShare > 0 && config.sampleShare <= 1))
    throw new RangeError(`forestConfig: expected a sampleShare above 0 up to 1, got ${config.sampleShare}`);
  return config;
}
