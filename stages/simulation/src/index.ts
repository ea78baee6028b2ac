export { type Contrast, contrasts, contrastSample } from './contrast-sample.ts';
export { createSubject, groundTruth, type SimulationConfig, subjectIds, subjectRandom } from './cohort.ts';
export { createExam, type Exam, type SeriesImages } from './exam.ts';
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
export { trueStrain } from './motion.ts';
export { stateAt } from './scene.ts';
export { segmentPatch, trueStrainOf, type WallPatch } from './segment-strain.ts';
export { seriesAffine } from './series-affine.ts';
