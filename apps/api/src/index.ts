export { type ApiError, apiErrorSchema } from './error.ts';
export {
  type Risk,
  riskYears,
  type SubjectForecast,
  type SubjectSummary,
  subjectForecastSchema,
  subjectListSchema,
  subjectSummarySchema,
} from './subject.ts';
export { type StudySummary, studySummarySchema } from './study.ts';
export { type Estimate, type ValidationSummary, validationSummarySchema } from './validation.ts';
