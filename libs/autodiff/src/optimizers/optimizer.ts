import { div, greater, mul, sqrt, square, sub, sum, where } from '../operators.ts';
import type { Tensor } from '../tensor.ts';

/** Turns gradients into new parameters; all parameters stand in one vector. */
export interface Optimizer {
  /** A checkpoint is refused by an optimizer of another name. */
  readonly name: string;
  /** Names of the vectors kept between steps, zero at the start. */
  readonly moments: readonly string[];
  /** The gradient over all parameters is shortened to this length when longer; Infinity leaves it. */
  readonly clipNorm: number;
  /** What the update needs to know in step 1, 2, …: the same names in every step. */
  scalars(step: number): Readonly<Record<string, number>>;
  /** @returns the new parameters and moments */
  update(state: OptimizerState): { parameters: Tensor; moments: Tensor[] };
}
export interface OptimizerState {
  readonly parameters: Tensor;
  /** Clipped. */
  readonly gradient: Tensor;
  readonly moments: readonly Tensor[];
  readonly learningRate: Tensor;
  /** What `scalars` gave for this step. */
  readonly scalars: Readonly<Record<string, Tensor>>;
  /** 1 where a parameter decays (weights), 0 where it does not (biases, norms). */
  readonly decays: Tensor;
}

/**
 * The gradient, all of it shortened by one factor where its length is above the
 * limit, and its length before.
 *
 * Agrees with: torch.nn.utils.clip_grad_norm_, which divides by the length plus 1e-6.
 */
export function clipByNorm(gradient: Tensor, clipNorm: number): { clipped: Tensor; norm: Tensor } {
  const norm = sqrt(sum(square(gradient)));
  if (!Number.isFinite(clipNorm)) return { clipped: gradient, norm };
  return { clipped: mul(gradient, div(clipNorm, where(greater(norm, clipNorm), norm, clipNorm))), norm };
}

/** θ (1 - lr λ) where a parameter decays, θ elsewhere: decay apart from the gradient. */
export function decayed({ parameters, learningRate, decays }: OptimizerState, weightDecay: number): Tensor {
  if (weightDecay === 0) return parameters;
  return mul(parameters, sub(1, mul(decays, mul(learningRate, weightDecay))));
}

/** @throws RangeError when a setting is outside its range */
export function checkSettings(
  optimizer: string,
  settings: Readonly<Record<string, number>>,
  clipNorm: number,
): void {
  for (const [name, value] of Object.entries(settings)) {
    const share = name !== 'weightDecay' && name !== 'epsilon';
    if (!(value >= 0 && (!share || value < 1)))
      throw new RangeError(
        `${optimizer}: expected ${name} ${share ? 'in [0, 1)' : 'of 0 or more'}, got ${value}`,
      );
  }
  if (!(clipNorm > 0)) throw new RangeError(`${optimizer}: expected clipNorm above 0, got ${clipNorm}`);
}
