export { type AucFigure, aucFigure } from './auc-figure.ts';
export { type BullsEye, bullsEyeFigure } from './bulls-eye-figure.ts';
export { type CalibrationFigure, calibrationFigure } from './calibration-figure.ts';
export { type ContactSheetFigure, contactSheetFigure, type SheetSection } from './contact-sheet-figure.ts';
export { type BenefitCurve, type DecisionFigure, decisionFigure } from './decision-figure.ts';
export { type LineCurve, lineFigure, type LineFigureOptions } from './line-figure.ts';
export { pngOf } from './png.ts';
export { type RocFigure, rocFigure } from './roc-figure.ts';
export { countAtRisk, type StepCurve, stepCurves, type StepCurvesOptions } from './step-curves.ts';
