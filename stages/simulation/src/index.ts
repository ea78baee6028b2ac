export { type Contrast, contrasts, contrastSample } from './contrast-sample.ts';
export { groundTruth, type SimulationConfig, subjectIds } from './cohort.ts';
export type { Exam, SeriesImages } from './exam.ts';
export { type PhantomKind, type PhantomSample, phantomSample } from './phantom-sample.ts';
export {
  type SimulationOptions,
  type SimulationRecord,
  type SimulationSummary,
  simulate,
} from './simulate.ts';
