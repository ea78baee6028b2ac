import type { Random } from '@myocast/base';
import type { Culprit } from '../infarct.ts';
import { logit, measure, yes } from './draw.ts';
import { ageScore, type Person } from './person.ts';

/** What the coronary angiogram shows, before and after the balloon, and what is left for later. */
export interface Artery {
  readonly culprit: Culprit;
  readonly anterior: 0 | 1;
  readonly timi_pre: 0 | 1 | 2 | 3;
  readonly timi_post: 0 | 1 | 2 | 3;
  readonly multivessel: 0 | 1;
  readonly three_vessel: 0 | 1;
  /** How the arteries besides the culprit are treated; `none` where there is nothing to treat. */
  readonly non_culprit: 'none' | 'treated' | 'staged' | 'left';
  readonly residual_syntax: number;
}

/**
 * DOMAIN B1: LAD 0.47, RCA 0.40, LCx 0.13 (split recalled); anterior 0.48; TIMI 0-1
 * before 0.72; TIMI 3 after 0.92, 2 0.06, 0-1 0.02 (recalled); multivessel 0.50,
 * three vessels 0.18. Multivessel disease rises with age and diabetes, the non-culprit
 * strategy and the residual SYNTAX score are (recalled).
 */
export function createArtery(random: Random, { age, diabetes }: Person): Artery {
  const culprit = random.choice<Culprit>(['LAD', 'RCA', 'LCx'], [0.47, 0.4, 0.13]);
  const multivessel = yes(random, 0.35 * ageScore(age) + 0.4 * (diabetes - 0.19));
  const non_culprit =
    multivessel === 0 ? 'none' : random.choice(['treated', 'staged', 'left'] as const, [0.12, 0.4, 0.48]);
  const spread = Math.exp(random.normal(0, 0.5));
  return {
    culprit,
    anterior: random.chance({ LAD: 0.985, RCA: 0, LCx: 0.13 }[culprit]) ? 1 : 0,
    timi_pre: random.choice([0, 1, 2, 3] as const, [0.6, 0.12, 0.14, 0.14]),
    timi_post: random.choice([0, 1, 2, 3] as const, [0.005, 0.015, 0.06, 0.92]),
    multivessel,
    three_vessel: multivessel === 1 ? yes(random, logit(0.36)) : 0,
    non_culprit,
    residual_syntax: measure({ none: 0, treated: 1.5, staged: 3, left: 8.5 }[non_culprit] * spread, 0, 40, 1),
  };
}
