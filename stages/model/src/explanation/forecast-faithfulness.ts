import type { Random } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import type { FaithfulnessRecord } from '../records.ts';
import type { TrainedForecast } from '../train.ts';
import {
  compareOrders,
  explanationCurves,
  type FaithfulnessConfig,
  type SubjectCurves,
} from './faithfulness.ts';
import { openForecastRisk } from './forecast-risk.ts';

/** Subjects by whom the explanations of every trained forecast are judged. */
export const faithfulnessSubjects = 24;

/**
 * Some six hundred evaluations a subject, a third of a second on one core. Fewer orders than an explanation
 * has make its ranking noisier, and so the difference from random orders smaller than it is.
 */
export const cheapFaithfulness: Partial<FaithfulnessConfig> = { pairs: 3, randomOrders: 5, steps: 10 };

/** Curves of at most so many of the rows, evenly spread over them; those with fewer than two inputs give none. */
export async function forecastCurves(
  trained: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
  { most, horizonDays }: { readonly most: number; readonly horizonDays: number },
  random: Random,
): Promise<{ readonly asked: number; readonly curves: readonly SubjectCurves[] }> {
  const count = Math.min(most, rows.length);
  const chosen = Array.from(
    { length: count },
    (_, place) => rows[Math.floor((place * rows.length) / count)]!,
  );
  const model = await openForecastRisk(trained, table, chosen, { horizonDays });
  try {
    const curves = await explanationCurves(model, [...chosen.keys()], random, cheapFaithfulness);
    return { asked: count, curves };
  } finally {
    await model.close();
  }
}

/**
 * What is recorded of a model's explanations, from the curves of its subjects; null without a subject who has an order.
 *
 * @param asked subjects whose curves were asked for
 */
export function faithfulnessRecord(
  { asked, curves }: { readonly asked: number; readonly curves: readonly SubjectCurves[] },
  { heldOut, horizonDays }: Pick<FaithfulnessRecord, 'heldOut' | 'horizonDays'>,
  random: Random,
): FaithfulnessRecord | null {
  if (curves.length === 0) return null;
  const found = compareOrders(curves, asked - curves.length, random, cheapFaithfulness);
  const { curves: _, ...deletion } = found.deletion;
  const { curves: __, ...insertion } = found.insertion;
  return { ...found, heldOut, horizonDays, deletion, insertion };
}
