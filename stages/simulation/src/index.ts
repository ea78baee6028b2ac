export { type Contrast, contrasts, contrastSample } from './contrast-sample.ts';
export { groundTruth, type SimulationConfig, subjectIds } from './cohort.ts';
export type { Exam, SeriesImages } from './exam.ts';
export { type ExamFaults, noFaults } from './faults.ts';
export {
  type PhantomKind,
  type PhantomSample,
  phantomSample,
  phantomSamples,
  type SampleOptions,
} from './phantom-sample.ts';
export { clinicalPlan, type ImagingPlan, imagingPlan, quickPlan, type Sequence, sequences } from './plan.ts';
export {
  type SimulationOptions,
  type SimulationRecord,
  type SimulationSummary,
  simulate,
} from './simulate.ts';
