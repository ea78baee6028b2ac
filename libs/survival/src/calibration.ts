export { type CalibrationBand, calibrationBand } from './calibration/calibration-band.ts';
export {
  type CalibrationCurve,
  pseudoCalibrationCurve,
} from './calibration/calibration-curve.ts';
export { calibrationIntercept, calibrationSlope, type Estimate } from './calibration/calibration-slope.ts';
export { type DCalibration, dCalibration } from './calibration/d-calibration.ts';
export {
  type CalibrationGroup,
  type CalibrationTest,
  type GroupedCalibration,
  groupedCalibration,
} from './calibration/grouped-calibration.ts';
export { hazardCalibrationCurve, hazardCalibrationSlope } from './calibration/hazard-calibration.ts';
export { localRegression } from './calibration/local-regression.ts';
export {
  type ObservedExpected,
  type ObservedRisk,
  observedExpected,
} from './calibration/observed-expected.ts';
export { pseudoValues } from './calibration/pseudo-values.ts';
export { splineCalibrationCurve } from './calibration/spline-calibration.ts';
