import { add, mul, sub } from '../operators.ts';
import { checkSettings, type Optimizer } from './optimizer.ts';

export interface SgdOptions {
  /** Share of the last direction that goes on; 0 is plain gradient descent. */
  readonly momentum?: number;
  /** Looks one step of the momentum ahead. */
  readonly nesterov?: boolean;
  /** Added to the gradient, as an L2 penalty of half this weight is. */
  readonly weightDecay?: number;
  /** The gradient over all parameters is shortened to this length when longer. */
  readonly clipNorm?: number;
}

/**
 * Stochastic gradient descent with momentum: g ← g + λ θ, b ← μ b + g,
 * θ ← θ - lr b; with Nesterov's momentum θ ← θ - lr (g + μ b).
 *
 * @throws RangeError when a setting is outside its range, or nesterov comes without momentum
 *
 * Source: sutskever2013 (docs/references.bib).
 * Agrees with: torch.optim.SGD (dampening 0).
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, nesterov = false, weightDecay = 0, clipNorm = Infinity } = options;
  checkSettings('sgd', { momentum, weightDecay }, clipNorm);
  if (nesterov && momentum === 0) throw new RangeError('sgd: expected momentum above 0 for nesterov, got 0');
  return {
    name: 'sgd',
    moments: momentum > 0 ? ['momentum'] : [],
    clipNorm,
    scalars: () => ({}),
    update({ parameters, gradient, moments: [last], learningRate, decays }) {
      const g = weightDecay > 0 ? add(gradient, mul(parameters, mul(decays, weightDecay))) : gradient;
      if (!last) return { parameters: sub(parameters, mul(g, learningRate)), moments: [] };
      const b = add(mul(last, momentum), g);
      const direction = nesterov ? add(g, mul(b, momentum)) : b;
      return { parameters: sub(parameters, mul(direction, learningRate)), moments: [b] };
    },
  };
}
