export { type CutPoint, type CutPointRule, optimalCutPoint } from './usefulness/cut-point.ts';
