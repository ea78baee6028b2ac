import { baselineHazards } from '../../stages/simulation/src/calibration.ts';
import { injuryTotals, patternNames, patternWeights } from '../../stages/simulation/src/pattern.ts';
import { calibrationPatients, writeCalibration } from './calibrated-cohort.ts';
import { rounded, sd } from './moments.ts';

/** Regresses each pattern on the totals of the injury. */
export function calibratePatternNorms(): void {
  const patients = calibrationPatients();
  const design = patients.map(({ patient }) => injuryTotals(patient));
  const norms: Record<string, unknown> = {};
  const score = patients.map(() => 0);
  for (const name of patternNames) {
    const values = patients.map(({ pattern }) => pattern[name]);
    const coefficients = leastSquares(design, values);
    const residual = values.map((value, i) => value - dot(coefficients, design[i]!));
    const residualSd = sd(residual);
    for (const [i, value] of residual.entries()) score[i]! += (patternWeights[name] * value) / residualSd;
    norms[name] = { coefficients: coefficients.map(rounded), residualSd: rounded(residualSd) };
  }
  norms['scoreSd'] = rounded(sd(score));
  writeCalibration(norms, baselineHazards);
}

function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const width = rows[0]!.length;
  const system = Array.from({ length: width }, () => Array.from({ length: width + 1 }, () => 0));
  for (const [i, row] of rows.entries())
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) system[a]![b]! += row[a]! * row[b]!;
      system[a]![width]! += row[a]! * values[i]!;
    }
  for (let pivot = 0; pivot < width; pivot++)
    for (let other = 0; other < width; other++) {
      if (other === pivot) continue;
      const factor = system[other]![pivot]! / system[pivot]![pivot]!;
      for (let k = pivot; k <= width; k++) system[other]![k]! -= factor * system[pivot]![k]!;
    }
  return system.map((row, i) => row[width]! / row[i]!);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}
