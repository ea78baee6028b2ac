import { add, div, input, mul, sqrt, square, sub, sum, where, greater } from './operators.ts';
import type { Tensor } from './tensor.ts';

/** Turns gradients into new parameters; all parameters stand in one vector. */
export interface Optimizer {
  /** Names of the vectors kept between steps, zero at the start. */
  readonly moments: readonly string[];
  /** @returns the new parameters and moments, and the norm of the gradient before clipping */
  update(state: OptimizerState): { parameters: Tensor; moments: Tensor[]; gradientNorm: Tensor };
  /** Scalars of step 1, 2, … */
  schedule(step: number): Readonly<Record<string, number>>;
}
export interface OptimizerState {
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  readonly moments: readonly Tensor[];
  readonly learningRate: Tensor;
  /** 1 where a parameter decays (weights), 0 where it does not (biases, norms). */
  readonly decays: Tensor;
}
export interface AdamWOptions {
  readonly weightDecay?: number;
  /** The gradient over all parameters is shortened to this length when longer. */
  readonly clipNorm?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * AdamW: Adam with weight decay apart from the gradient,
 * θ ← θ - lr (m̂ / (√v̂ + ε) + λ θ), after clipping by global norm.
 *
 * Source: loshchilov2019 (docs/references.bib).
 * Agrees with: torch.optim.AdamW and torch.nn.utils.clip_grad_norm_.
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { weightDecay = 0.01, clipNorm = Infinity, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    moments: ['firstMoment', 'secondMoment'],
    schedule: (step) => ({ firstCorrection: 1 - beta1 ** step, secondCorrection: 1 - beta2 ** step }),
    update({ parameters, gradient, moments: [first, second], learningRate, decays }) {
      const gradientNorm = sqrt(sum(square(gradient)));
      const scale = div(clipNorm, where(greater(gradientNorm, clipNorm), gradientNorm, clipNorm));
      const g = Number.isFinite(clipNorm) ? mul(gradient, scale) : gradient;
      const m = add(mul(first!, beta1), mul(g, 1 - beta1));
      const v = add(mul(second!, beta2), mul(square(g), 1 - beta2));
      const direction = div(
        div(m, input('firstCorrection', [])),
        add(sqrt(div(v, input('secondCorrection', []))), epsilon),
      );
      const decayed = sub(1, mul(decays, mul(learningRate, weightDecay)));
      const updated = sub(mul(parameters, decayed), mul(direction, learningRate));
      return { parameters: updated, moments: [m, v], gradientNorm };
    },
  };
}
