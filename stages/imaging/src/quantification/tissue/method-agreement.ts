import type { EnhancementQuantities, InfarctMethod } from '../../tissue-records.ts';
import { infarctMethods } from './infarct-thresholds.ts';
import { type LimitsOfAgreement, limitsOfAgreement } from './mask-agreement.ts';

/** The infarct of one exam, by the mask and by the image. */
export interface ComparedExam {
  /** By the mask, in % of the LV wall. */
  readonly infarctPercent: number;
  readonly enhancement: EnhancementQuantities;
}

/** How one method compares with the masks over several exams. */
export interface MethodAgreement {
  readonly method: InfarctMethod;
  /** Exams of which the image allows no number by it. */
  readonly notEstimable: number;
  /** Mean over the exams with an infarct by either; null where none has. */
  readonly dice: number | null;
  /** By the image less by the mask, in points of % LV; null where no exam allows it. */
  readonly limits: LimitsOfAgreement | null;
}

/**
 * Every method side by side against the masks: bias, limits of agreement and mean Dice.
 *
 * Source: bland1986 (docs/references.bib).
 */
export function compareMethods(exams: readonly ComparedExam[]): MethodAgreement[] {
  return (Object.keys(infarctMethods) as InfarctMethod[]).map((method) => {
    const found = exams.flatMap(({ infarctPercent, enhancement }) => {
      const own = enhancement.methods.find((one) => one.method === method);
      return own?.infarctPercent == null
        ? []
        : [{ pair: [own.infarctPercent, infarctPercent] as const, dice: own.agreement?.dice ?? null }];
    });
    const dice = found.flatMap((own) => own.dice ?? []);
    return {
      method,
      notEstimable: exams.length - found.length,
      dice: dice.length > 0 ? dice.reduce((sum, value) => sum + value, 0) / dice.length : null,
      limits: found.length > 0 ? limitsOfAgreement(found.map(({ pair }) => pair)) : null,
    };
  });
}
