export { gradient } from './graph.ts';
export { exportOnnx, loadModel, type Model, type Values } from './model.ts';
export { cardKeys, type ModelCard, type Provenance, type TensorCard } from './model-card.ts';
export { constant, input } from './operators.ts';
export { type Initializer, Parameters } from './parameters.ts';
export { absenceOf, type Execution, type Provider } from './providers.ts';
export {
  compileTraining,
  type StepOptions,
  type TrainingSession,
} from './session.ts';
export type { Tensor } from './tensor.ts';
export type { StepGraph, TrainingPlan } from './training-plan.ts';
export { profileTraining, showProfile, type TrainingProfile } from './training-profile.ts';
export type { StepResult } from './training-result.ts';
export { runningAverage } from './running-average.ts';
