import { add, mul, sign, sub } from '../operators.ts';
import { checkSettings, decayed, type Optimizer } from './optimizer.ts';

export interface LionOptions {
  readonly weightDecay?: number;
  /** The gradient over all parameters is shortened to this length when longer. */
  readonly clipNorm?: number;
  /** Share of the momentum in the direction of a step. */
  readonly beta1?: number;
  /** Share of the momentum that goes on to the next step. */
  readonly beta2?: number;
}

/**
 * Lion: every parameter moves by the learning rate, the sign alone says where;
 * θ ← θ - lr (sign(β₁ m + (1 - β₁) g) + λ θ), m ← β₂ m + (1 - β₂) g. A direction of
 * exactly 0 does not move. Learning rates are 3 to 10 times smaller than AdamW's.
 *
 * @throws RangeError when a setting is outside its range
 *
 * Source: chen2023 (docs/references.bib), algorithm 2.
 */
export function lion(options: LionOptions = {}): Optimizer {
  const { weightDecay = 0, clipNorm = Infinity, beta1 = 0.9, beta2 = 0.99 } = options;
  checkSettings('lion', { weightDecay, beta1, beta2 }, clipNorm);
  return {
    name: 'lion',
    moments: ['momentum'],
    clipNorm,
    scalars: () => ({}),
    update(state) {
      const {
        gradient: g,
        moments: [m],
        learningRate,
      } = state;
      const direction = sign(add(mul(m!, beta1), mul(g, 1 - beta1)));
      return {
        parameters: sub(decayed(state, weightDecay), mul(direction, learningRate)),
        moments: [add(mul(m!, beta2), mul(g, 1 - beta2))],
      };
    },
  };
}
