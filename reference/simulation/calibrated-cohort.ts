import { writeFileSync } from 'node:fs';
import { Random } from '../../libs/base/src/index.ts';
import { createAnatomy } from '../../stages/simulation/src/anatomy.ts';
import { createCentre } from '../../stages/simulation/src/centre.ts';
import type { Patient } from '../../stages/simulation/src/clinical.ts';
import { type InfarctPattern, infarctPattern } from '../../stages/simulation/src/pattern.ts';
import { screenUntilEligible } from '../../stages/simulation/src/screening.ts';

const centres = 150;
const patientsPerCentre = 100;

/** The enrolled on whom the constants are fitted; other seeds than any study's. */
export function calibrationPatients(): { patient: Patient; pattern: InfarctPattern }[] {
  const patients: { patient: Patient; pattern: InfarctPattern }[] = [];
  for (let number = 1; number <= centres; number++) {
    const random = new Random(`calibration ${number}`);
    const centre = createCentre(random.fork('centre'), number);
    for (let index = 0; index < patientsPerCentre; index++) {
      const { patient } = screenUntilEligible(random.fork(`patient ${index}`), centre).at(-1)!;
      const { infarct } = createAnatomy(random.fork(`anatomy ${index}`), patient);
      patients.push({ patient, pattern: infarctPattern(infarct) });
    }
  }
  return patients;
}

export function writeCalibration(patternNorms: object, baselineHazards: object): void {
  const text = `// Written by reference/simulation/calibrate.ts from ${centres * patientsPerCentre} patients of ${centres} centres; do not edit.

/** Regression of each pattern on \`injuryTotals\`, so that the score carries only what the totals do not. */
export const patternNorms = ${JSON.stringify(patternNorms, null, 2)} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = ${JSON.stringify(baselineHazards, null, 2)} as const;
`;
  writeFileSync('stages/simulation/src/calibration.ts', text);
}
