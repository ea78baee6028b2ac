export {
  type ChiSquareTest,
  type CoxBaseline,
  type CoxConfig,
  type CoxFit,
  type CoxInput,
  coxLinearPredictor,
  coxSurvival,
  fitCox,
} from './regression/cox.ts';
export { type CoxResiduals, coxResiduals, type SchoenfeldResiduals } from './regression/cox-diagnostics.ts';
export { type ProportionalHazards, proportionalHazards } from './regression/proportional-hazards.ts';
export {
  type FineGrayFit,
  type FineGrayInput,
  fineGrayIncidence,
  fineGrayLinearPredictor,
  fitFineGray,
} from './regression/fine-gray.ts';
