export {
  type CoxConfig,
  type CoxFit,
  type CoxInput,
  coxLinearPredictor,
  coxSurvival,
  fitCox,
} from './regression/cox.ts';
