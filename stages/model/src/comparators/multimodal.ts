import { curveAt } from '../discrete-hazards.ts';
import { forecast } from '../native-forecast.ts';
import { trainForecast } from '../train.ts';
import type { CompetitorConfig, ForecastCompetitor } from './competitor.ts';

/** The multimodal forecast among its comparators. */
export function multimodal({
  horizonDays,
  forecast: settings,
  onProgress,
}: CompetitorConfig): ForecastCompetitor {
  return {
    name: 'multimodal',
    label: 'Multimodal',
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
      if (outcome.days === null) return { risk, incidenceAtHorizon: risk, incidence: () => risk };
      return { risk, incidenceAtHorizon: horizonDays === null ? null : incidence(horizonDays), incidence };
    },
  };
}
