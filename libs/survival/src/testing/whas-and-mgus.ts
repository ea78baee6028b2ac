import type { FollowUp } from '../follow-up.ts';
import { sharedTable } from './shared-table.ts';

/** Two cohorts with risks by written formulas of their covariates, as in reference/survival. */
export interface FormulaCohort {
  readonly followUp: FollowUp;
  /** [n] log hazard ratios */
  readonly one: Float64Array;
  readonly two: Float64Array;
}

/** Deaths after myocardial infarction, without competing events. */
export function whas500(): FormulaCohort {
  const table = sharedTable('whas500.csv');
  const chf = table.numbers('chf');
  return {
    followUp: { days: table.numbers('lenfol'), event: Uint8Array.from(table.numbers('fstat')) },
    one: table.numbers('age').map((age, row) => 0.06 * (age - 70) + 0.8 * chf[row]!),
    two: table.numbers('hr').map((rate) => 0.03 * (rate - 85)),
  };
}

/** Months to progression, death competing. */
export function mgus2(): FormulaCohort {
  const table = sharedTable('mgus2.csv', ['hgb']);
  const [progressed, death] = [table.numbers('pstat'), table.numbers('death')];
  const [toProgression, toEnd] = [table.numbers('ptime'), table.numbers('futime')];
  return {
    followUp: {
      days: toEnd.map((end, row) => (progressed[row] === 1 ? toProgression[row]! : end)),
      event: Uint8Array.from(progressed, (yes, row) => (yes === 1 ? 1 : 2 * death[row]!)),
    },
    one: table.numbers('hgb').map((value) => -0.3 * (value - 13)),
    two: table.numbers('age').map((age) => 0.02 * (age - 70)),
  };
}

/** Risk by day t under a constant hazard of exp(log hazard ratio) / scale. */
export function riskBy(logHazardRatio: Float64Array, t: number, scale: number): Float64Array {
  return logHazardRatio.map((value) => -Math.expm1((-t / scale) * Math.exp(value)));
}
