export { renderCohortPage } from './cohort/page.ts';
export {
  type CohortCurve,
  type CohortDistribution,
  type CohortRecord,
  type CohortRow,
  verdictOf,
} from './cohort/record.ts';
export { type ExplanationPage, renderExplanation } from './explanation/page.ts';
export { curveAt, forecastAt, type RiskAt } from './forecast-at.ts';
export { readStudyFolder } from './read-study-folder.ts';
export type {
  DataSetSummary,
  ImagingSummary,
  ReportInput,
  StageTime,
  StudyFolder,
} from './records.ts';
export { exampleForecasts, reportInput, type StudyPictures, studyReport } from './report-input.ts';
export { summariseDataSet, summariseImaging } from './summaries.ts';
export { renderReport, reportPolicy, writeReport } from './write-report.ts';
