/** How a boosted Cox model is fitted. */
export interface BoostingConfig {
  readonly seed: number | string;
  /** Stages, the most there are where fitting stops early. Default 300. */
  readonly stages: number;
  /** Share of each stage that is taken. Default 0.05. */
  readonly rate: number;
  /**
   * What a stage fits to the residuals. 'tree' (default): a regression tree. 'linear': the one standardised column
   * that explains most of them.
   */
  readonly base: 'tree' | 'linear';
  /** Most tests on the way to a terminal node: how many columns may act together. Default 2. */
  readonly depth: number;
  /** Fewest subjects in a terminal node. Default 10. */
  readonly nodeSize: number;
  /**
   * What a terminal node adds. 'newton' (default): a step of Newton's method on the partial likelihood, in all terminal
   * nodes together. 'gradient': the mean residual.
   */
  readonly leaf: 'newton' | 'gradient';
  /** Share of the subjects a stage is fitted to, drawn without replacement; default 1. */
  readonly sampleShare: number;
  /**
   * When to stop. 'never' (default): after all stages. 'held-out': where the partial likelihood of a share of the subjects
   * that is held out is largest; the model is then fitted anew, to everybody, with as many stages.
   * 'out-of-bag': where the sum of the gains in the partial likelihood of those outside each stage's sample is largest.
   */
  readonly stopping: 'never' | 'held-out' | 'out-of-bag';
  /** Default 0.2. */
  readonly heldOutShare: number;
  /** Stages without a new best after which the search ends. Default 50. */
  readonly patience: number;
}

/**
 * A config with nothing left open.
 *
 * @throws RangeError when a value is out of its range
 */
export function boostingConfig(given: Partial<BoostingConfig>): BoostingConfig {
  const config: BoostingConfig = {
    seed: 1,
    stages: 300,
    rate: 0.05,
    base: 'tree',
    depth: 2,
    nodeSize: 10,
    leaf: 'newton',
    sampleShare: 1,
    stopping: 'never',
    heldOutShare: 0.2,
    patience: 50,
    ...given,
  };
  for (const name of ['stages', 'depth', 'nodeSize', 'patience'] as const)
    if (!(Number.isInteger(config[name]) && config[name] >= 1))
      throw new RangeError(`boostingConfig: expected ${name} a whole number from 1 on, got ${config[name]}`);
  for (const name of ['rate', 'sampleShare', 'heldOutShare'] as const)
    if (!(config[name] > 0 && config[name] <= 1))
      throw new RangeError(`boostingConfig: expected ${name} above 0 up to 1, got ${config[name]}`);
  if (config.stopping === 'out-of-bag' && config.sampleShare === 1)
    throw new RangeError('boostingConfig: expected a sampleShare below 1 to stop by those out of bag, got 1');
  return config;
}
