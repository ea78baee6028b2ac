export { type BareColumns, bareTable, patientsOf, type TextTable } from './bare-table.ts';
export type {
  CompetitorConfig,
  ExplainedRows,
  FitPredictInput,
  FitRecord,
  ForecastCompetitor,
  HeldOutRisk,
} from './comparators/competitor.ts';
export { competitors } from './comparators/competitors.ts';
export { readBundle, readBundleCard, writeBundle } from './bundle.ts';
export type { Bundle, CardFacts } from './bundle/bundle-bytes.ts';
export { packEntries } from './bundle/container.ts';
export { curveAt } from './discrete-hazards.ts';
export { type Horizon, horizonsOf } from './horizons.ts';
export { intervalWords } from './interval-words.ts';
export { type MissingItem, missingItems, unusualWords, variableLabel } from './item-words.ts';
export { variableShares, type VariableShare } from './missing-share.ts';
export { forecast } from './native-forecast.ts';
export {
  type Course,
  type CourseEvent,
  type Finding,
  firstEventCourses,
  type Known,
  nextEvent,
} from './landmark/course.ts';
export {
  type LandmarkForecast,
  landmarkForecast,
  type LandmarkQuestion,
} from './landmark/landmark-forecast.ts';
export type { LandmarkModel, LandmarkRecord } from './landmark/landmark-model.ts';
export { landmarkDefaults, trainLandmark } from './landmark/train-landmark.ts';
export { type Patient, patientTable } from './patient.ts';
export {
  fitPopulation,
  placeInPopulation,
  type Population,
  type PopulationPlace,
} from './population-distance.ts';
export { predictorDefinitions } from './predictor-definitions.ts';
export type {
  Abstention,
  AbstentionReason,
  CurveSummary,
  FaithfulnessRecord,
  Forecast,
  ModelCard,
  PopulationDistance,
  PredictorDefinition,
  TrainingPatients,
} from './records.ts';
export {
  type ForecastConfig,
  forecastDefaults,
  type ForecastPlan,
  type ForecastTraining,
  trainForecast,
  type TrainedForecast,
  type TrainingInput,
  type TrainingRecord,
} from './train.ts';
