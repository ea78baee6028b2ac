export { type CutPoint, type CutPointRule, optimalCutPoint } from './usefulness/cut-point.ts';
export {
  type DecisionConfig,
  type DecisionCurve,
  decisionCurve,
  type DecisionPoint,
} from './usefulness/decision-curve.ts';
export {
  type IntegratedDiscrimination,
  integratedDiscrimination,
} from './usefulness/integrated-discrimination.ts';
export {
  type NetReclassification,
  netReclassification,
  type ReclassificationCell,
  type ReclassificationEstimate,
  reclassificationTable,
} from './usefulness/reclassification.ts';
