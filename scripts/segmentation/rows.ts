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

/**
 * Pearson's correlation of two measures over the patients who have both, with the
 * interval of patients drawn with replacement; null where it cannot be told.
 */
export function correlationRow(
  title: string,
  scores: readonly PatientScores[],
  [x, y]: readonly [string, string],
): Row | null {
  const pairs = scores.flatMap(({ values }) => {
    const [own, other] = [values[x], values[y]];
    return own == null || other == null ? [] : [[own, other] as const];
  });
  if (pairs.length < 4) return null;
  const name = `${title}: correlation of ${x} and ${y}`;
  const random = new Random(name);
  const drawn = Array.from({ length: draws }, () =>
    correlation(pairs.map(() => pairs[random.integer(pairs.length)]!)),
  )
    .filter((value) => Number.isFinite(value))
    .sort((a, b) => a - b);
  const at = (share: number) => round(drawn[Math.round(share * (drawn.length - 1))]!);
  return {
    name,
    value: round(correlation(pairs)),
    low: at(0.025),
    high: at(0.975),
    goal: null,
    patients: pairs.length,
  };
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [mx, my] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
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
