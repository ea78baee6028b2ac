import { Random } from '@myocast/base';

/** What one patient gave, measure by measure; null where there is nothing to measure. */
export interface PatientScores {
  readonly patient: string;
  readonly values: Readonly<Record<string, number | null>>;
}

export interface Row {
  readonly name: string;
  /** Mean over patients. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What published networks reach on the whole of the same data set; null without such a number. */
  readonly goal: number | null;
  readonly patients: number;
}

const draws = 2000;

/**
 * A row for each measure: mean over the patients who have it, and its 95 % interval,
 * the percentiles of the mean over patients drawn with replacement.
 */
export function rowsOf(
  title: string,
  scores: readonly PatientScores[],
  goals: Readonly<Record<string, number>> = {},
): Row[] {
  const measures = [...new Set(scores.flatMap(({ values }) => Object.keys(values)))];
  return measures.flatMap((measure) => {
    const values = scores.flatMap(({ values: own }) => own[measure] ?? []);
    if (values.length === 0) return [];
    const [low, high] = interval(values, new Random(`${title} ${measure}`));
    const row = {
      name: `${title}: ${measure}`,
      value: round(mean(values)),
      low: round(low),
      high: round(high),
    };
    return [{ ...row, goal: goals[measure] ?? null, patients: values.length }];
  });
}

function interval(values: readonly number[], random: Random): readonly [low: number, high: number] {
  const means = Array.from({ length: draws }, () =>
    mean(values.map(() => values[random.integer(values.length)]!)),
  ).sort((a, b) => a - b);
  return [means[Math.round(0.025 * (draws - 1))]!, means[Math.round(0.975 * (draws - 1))]!];
}

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const round = (value: number) => Number(value.toFixed(4));
