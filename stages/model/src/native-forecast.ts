import type { PredictorTable } from '@myocast/predictors';
import { forecastWith } from './forecast.ts';
import { runMember } from './member-logits.ts';
import type { Forecast } from './records.ts';
import type { TrainedForecast } from './train.ts';

/** Forecasts for rows of a table, by onnxruntime-node (see `forecastWith`). */
export async function forecast(
  trained: TrainedForecast,
  table: PredictorTable,
  rows: readonly number[],
): Promise<Forecast[]> {
  return forecastWith(runMember, trained, table, rows);
}
