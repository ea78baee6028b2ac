export { type BareColumns, bareTable, patientsOf, type TextTable } from './bare-table.ts';
export { type Bundle, readBundle, writeBundle } from './bundle.ts';
export type {
  CompetitorConfig,
  FitRecord,
  ForecastCompetitor,
  HeldOutRisk,
} from './comparators/competitor.ts';
export { competitors } from './comparators/competitors.ts';
export { curveAt } from './discrete-hazards.ts';
export { forecast } from './forecast.ts';
export { type Patient, patientTable } from './patient.ts';
export {
  fitPopulation,
  placeInPopulation,
  type Population,
  type PopulationPlace,
} from './population-distance.ts';
export type { Forecast, ModelCard } from './records.ts';
export {
  type ForecastConfig,
  forecastDefaults,
  type ForecastPlan,
  trainForecast,
  type TrainedForecast,
  type TrainingInput,
  type TrainingRecord,
} from './train.ts';
