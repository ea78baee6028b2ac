import { segmentInjury } from './anatomy.ts';
import { patternNorms } from './calibration.ts';
import type { Patient } from './clinical.ts';
import { fieldAngles, type InfarctField } from './infarct.ts';

/**
 * How and where the infarct sits, which no number of the clinical table and no
 * total of the image carries: segments with necrosis through more than three
 * quarters of the wall, the share of the necrosis in the anterior apex, into how
 * many segments the MVO is scattered, and how much of the infarct is border
 * (partial depth).
 */
export interface InfarctPattern {
  readonly transmuralSegments: number;
  readonly anteroapicalShare: number;
  readonly mvoSegments: number;
  readonly borderShare: number;
}

export const patternNames = [
  'transmuralSegments',
  'anteroapicalShare',
  'mvoSegments',
  'borderShare',
] as const;

/** Segments 7, 8, 13, 14: mid anterior and anteroseptal, apical anterior and septal. */
const anteroapical = [6, 7, 12, 13] as const;

export function infarctPattern(field: InfarctField): InfarctPattern {
  const { infarct, mvo } = segmentInjury(field);
  const total = infarct.reduce((sum, share) => sum + share, 0) + 1e-9;
  let necrotic = 0;
  let border = 0;
  const { transmurality } = field;
  for (let cell = 0; cell < transmurality.length; cell++) {
    const depth = transmurality[cell]!;
    if (depth > 0.05) necrotic++;
    if (depth > 0.05 && depth < 0.6) border++;
  }
  return {
    transmuralSegments: infarct.filter((share) => share > 0.75).length,
    anteroapicalShare: anteroapical.reduce((sum, segment) => sum + infarct[segment]!, 0) / total,
    mvoSegments: mvo.filter((share) => share > 0.02).length,
    borderShare: necrotic > fieldAngles / 4 ? border / necrotic : 0,
  };
}

/** What the totals say of the infarct: the regressors that the pattern is made independent of. */
export function injuryTotals({ clinical, injury }: Pick<Patient, 'clinical' | 'injury'>): readonly number[] {
  const size = injury.infarctPercent / 14;
  const mvo = Math.log1p(injury.mvoPercent);
  return [1, size, size * size, mvo, mvo * mvo, injury.ejectionFractionPercent / 11, clinical.anterior];
}

/** Directions of the pattern's effect on death and heart failure, and its shares. (assumption of the simulator) */
export const patternWeights = {
  transmuralSegments: 0.6,
  anteroapicalShare: 0.45,
  mvoSegments: 0.45,
  borderShare: -0.45,
} as const;

/** The pattern as one score of mean 0 and variance about 1, uncorrelated with the totals of `injuryTotals`. */
export function patternScore(pattern: InfarctPattern, patient: Pick<Patient, 'clinical' | 'injury'>): number {
  const totals = injuryTotals(patient);
  const score = patternNames.reduce((sum, name) => {
    const { coefficients, residualSd } = patternNorms[name];
    const expected = coefficients.reduce((part, beta, index) => part + beta * totals[index]!, 0);
    return sum + (patternWeights[name] * (pattern[name] - expected)) / residualSd;
  }, 0);
  return score / patternNorms.scoreSd;
}
