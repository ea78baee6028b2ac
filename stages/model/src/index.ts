export type { Forecast, ModelCard } from './records.ts';
