export { type AucFigure, aucFigure } from './auc-figure.ts';
export { type CalibrationFigure, calibrationFigure } from './calibration-figure.ts';
export { type BenefitCurve, type DecisionFigure, decisionFigure } from './decision-figure.ts';
export { type RocFigure, rocFigure } from './roc-figure.ts';
export { countAtRisk, type StepCurve, stepCurves, type StepCurvesOptions } from './step-curves.ts';
