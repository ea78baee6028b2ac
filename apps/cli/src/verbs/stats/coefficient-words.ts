import { normalQuantile, twoSidedP } from '@myocast/survival';
import { textTable } from '../../text-table.ts';

/** A log hazard ratio, the Wald test that it is 0, and the hazard ratio with its 95 % interval. */
export function coefficientWords(name: string, estimate: number, se: number) {
  const hazardRatio = [0, -1, 1].map((side) => Math.exp(estimate + side * normalQuantile * se));
  const z = estimate / se;
  return { name, estimate, se, z, p: twoSidedP(z), hazardRatio };
}

export function coefficientLines(
  rows: readonly ReturnType<typeof coefficientWords>[],
  ratio = 'hazard ratio',
): string[] {
  return textTable(
    ['covariate', 'estimate', 'se', ratio, 'low', 'high', 'z', 'p'],
    rows.map((row) => [row.name, row.estimate, row.se, ...row.hazardRatio, row.z, row.p]),
  );
}
