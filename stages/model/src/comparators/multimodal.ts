import type { Random } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import { curveAt } from '../discrete-hazards.ts';
import { forecastCurves } from '../explanation/forecast-faithfulness.ts';
import { forecast } from '../native-forecast.ts';
import { trainForecast, type TrainedForecast } from '../train.ts';
import { everyCmrColumn } from './column-sets.ts';
import type { CompetitorConfig, ForecastCompetitor } from './competitor.ts';

/** The multimodal forecast among its comparators; called by what goes in where there is nothing of the images. */
export function multimodal({
  columns,
  horizonDays,
  forecast: settings,
  explainedRows = 0,
  onProgress,
}: CompetitorConfig): ForecastCompetitor {
  return {
    name: 'multimodal',
    label: everyCmrColumn(columns).length > 0 ? 'Multimodal' : 'Forecast ensemble, clinical',
    async fitPredict({ table, outcome, train, test, random }) {
      const trained = await trainForecast({
        table,
        outcome,
        rows: train,
        random,
        ...(settings ? { config: settings } : {}),
        ...(onProgress ? { onProgress } : {}),
      });
      const forecasts = await forecast(trained, table, test);
      const incidence = (days: number) =>
        Float64Array.from(forecasts, ({ timesDays, composite }) => curveAt(timesDays, composite.risk, days));
      const risk = incidence(Infinity);
      const judged =
        explainedRows > 0
          ? { explained: await explainedOf(trained, table, test, explainedRows, horizonDays, random) }
          : {};
      if (outcome.days === null) return { risk, incidenceAtHorizon: risk, incidence: () => risk, ...judged };
      return {
        risk,
        incidenceAtHorizon: horizonDays === null ? null : incidence(horizonDays),
        incidence,
        ...judged,
      };
    },
  };
}

function explainedOf(
  trained: TrainedForecast,
  table: PredictorTable,
  test: readonly number[],
  most: number,
  horizonDays: number | null,
  random: Random,
) {
  const end = trained.plan.intervalEnds.at(-1)!;
  const config = { most, horizonDays: Math.min(horizonDays ?? end, end) };
  return forecastCurves(trained, table, test, config, random.fork('faithfulness'));
}
