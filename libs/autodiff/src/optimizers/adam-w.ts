import { add, div, mul, sqrt, square, sub } from '../operators.ts';
import { checkSettings, decayed, type Optimizer } from './optimizer.ts';

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
 * @throws RangeError when a setting is outside its range
 *
 * Source: loshchilov2019 (docs/references.bib).
 * Agrees with: torch.optim.AdamW and torch.nn.utils.clip_grad_norm_.
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { weightDecay = 0.01, clipNorm = Infinity, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkSettings('adamW', { weightDecay, beta1, beta2, epsilon }, clipNorm);
  return {
    name: 'adamW',
    moments: ['firstMoment', 'secondMoment'],
    clipNorm,
    scalars: (step) => ({ firstCorrection: 1 - beta1 ** step, secondCorrection: 1 - beta2 ** step }),
    update(state) {
      const {
        gradient: g,
        moments: [first, second],
        learningRate,
        scalars,
      } = state;
      const m = add(mul(first!, beta1), mul(g, 1 - beta1));
      const v = add(mul(second!, beta2), mul(square(g), 1 - beta2));
      const direction = div(
        div(m, scalars['firstCorrection']!),
        add(sqrt(div(v, scalars['secondCorrection']!)), epsilon),
      );
      return {
        parameters: sub(decayed(state, weightDecay), mul(direction, learningRate)),
        moments: [m, v],
      };
    },
  };
}
