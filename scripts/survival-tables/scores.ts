import type { Outcome } from '@myocast/predictors';
import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import { compareConcordance, concordance, unoConcordance } from '@myocast/survival/performance';
import type { OutOfFold, Split } from '@myocast/validation';

/** Out-of-fold risks of one division into folds. */
export interface Repeat {
  readonly splits: readonly Split[];
  readonly predictions: readonly OutOfFold[];
}

/** A mean over repeats with its standard error over them (how much the division into folds matters). */
export interface Mean {
  readonly value: number;
  readonly standardError: number;
}

export interface ModelScore {
  readonly model: string;
  readonly harrell: Mean;
  readonly uno: Mean;
}

export interface Difference {
  readonly against: string;
  readonly harrell: Mean;
  readonly uno: Mean;
  /** 95 % interval of the difference of Harrell's C over subjects: the fitted models as they are. */
  readonly low: number;
  readonly high: number;
}

export type Measure = 'harrell' | 'uno';

/** The day by which four in five follow-ups have ended: Uno's C counts events before it. */
export function tauOf({ days }: Outcome): number {
  const sorted = days!.toSorted();
  return sorted[Math.floor(0.8 * sorted.length)]!;
}

export function followUpOf({ days, cause }: Outcome): FollowUp {
  return { days: days!, event: cause };
}

/** Of each model the mean over repeats of the mean C over folds; risks are compared within a fold alone. */
export function scoresOf(repeats: readonly Repeat[], followUp: FollowUp, tau: number): ModelScore[] {
  return repeats[0]!.predictions.map(({ name }) => {
    const of = (measure: Measure) =>
      meanOf(
        repeats.map((repeat) =>
          foldMean(repeat, ({ test }) => {
            const own = takeFollowUp(followUp, test);
            const risk = takeRows(riskOf(repeat, name), test);
            return measure === 'uno'
              ? unoConcordance(risk, own, { tau }).index
              : concordance(risk, own).index;
          }),
        ),
      );
    return { model: name, harrell: of('harrell'), uno: of('uno') };
  });
}

/** How much higher the C of the first model is than that of another on the same subjects. */
export function differenceOf(
  repeats: readonly Repeat[],
  followUp: FollowUp,
  tau: number,
  first: string,
  against: string,
): Difference {
  const compared = (measure: Measure) =>
    repeats.map((repeat) =>
      repeat.splits.map(({ test }) => {
        const [a, b] = [first, against].map((name) => takeRows(riskOf(repeat, name), test));
        const own = takeFollowUp(followUp, test);
        return compareConcordance(measure, a!, b!, own, measure === 'uno' ? { tau } : {})!;
      }),
    );
  const harrell = compared('harrell');
  const differences = (folds: ReturnType<typeof compared>) =>
    meanOf(folds.map((own) => own.reduce((sum, { difference }) => sum + difference, 0) / own.length));
  // Folds hold different subjects; repeats hold the same ones, so that they add nothing to what is known.
  const errors = harrell.map(
    (own) => Math.sqrt(own.reduce((sum, { standardError }) => sum + standardError ** 2, 0)) / own.length,
  );
  const half = (1.96 * errors.reduce((sum, error) => sum + error, 0)) / errors.length;
  const mean = differences(harrell);
  return {
    against,
    harrell: mean,
    uno: differences(compared('uno')),
    low: mean.value - half,
    high: mean.value + half,
  };
}

function riskOf({ predictions }: Repeat, model: string): Float64Array {
  return predictions.find(({ name }) => name === model)!.risk;
}

function foldMean({ splits }: Repeat, index: (split: Split) => number | null): number {
  const values = splits.map((split) => index(split)!);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOf(values: readonly number[]): Mean {
  const value = values.reduce((sum, entry) => sum + entry, 0) / values.length;
  const variance = values.reduce((sum, entry) => sum + (entry - value) ** 2, 0) / (values.length - 1);
  return { value, standardError: Math.sqrt(variance / values.length) };
}
