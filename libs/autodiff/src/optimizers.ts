export { type AdamWOptions, adamW } from './optimizers/adam-w.ts';
export { type LionOptions, lion } from './optimizers/lion.ts';
export type { Optimizer, OptimizerState } from './optimizers/optimizer.ts';
export {
  constantSchedule,
  cosineSchedule,
  oneCycleSchedule,
  polynomialSchedule,
  type Schedule,
  stepSchedule,
} from './optimizers/schedules.ts';
export { type SgdOptions, sgd } from './optimizers/sgd.ts';
