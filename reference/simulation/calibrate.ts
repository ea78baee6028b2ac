// Writes stages/simulation/src/calibration.ts. Run after any change of clinical.ts, infarct.ts, pattern.ts
// or outcome.ts, the norms before the hazards that build on them:
//   node --import tsx --conditions=source reference/simulation/calibrate.ts norms
//   node --import tsx --conditions=source reference/simulation/calibrate.ts hazards
import { writeFileSync } from 'node:fs';
import { Random } from '../../libs/base/src/index.ts';
import { createAnatomy } from '../../stages/simulation/src/anatomy.ts';
import { createCentre } from '../../stages/simulation/src/centre.ts';
import { createPatient, type Patient } from '../../stages/simulation/src/clinical.ts';
import {
  type Cause,
  causes,
  frailtySd,
  logHazardRatio,
  pieceEndsYears,
  predictorsOf,
} from '../../stages/simulation/src/outcome.ts';
import {
  type InfarctPattern,
  infarctPattern,
  injuryTotals,
  patternNames,
} from '../../stages/simulation/src/pattern.ts';

/** Cumulative incidence at 6, 12, 24, 60 months: DOMAIN B5, recommended calibration targets. */
const targets: Record<Cause, readonly number[]> = {
  'cardiovascular-death': [0.01, 0.015, 0.023, 0.047],
  'recurrent-mi': [0.013, 0.022, 0.036, 0.07],
  'hf-hospitalisation': [0.022, 0.032, 0.046, 0.08],
  'unplanned-revascularisation': [0.02, 0.035, 0.055, 0.11],
  'non-cardiovascular-death': [0.003, 0.007, 0.015, 0.045],
};
const patientsPerCentre = 100;
const centres = 120;

const patients: { patient: Patient; pattern: InfarctPattern }[] = [];
for (let number = 1; number <= centres; number++) {
  const random = new Random(`calibration ${number}`);
  const centre = createCentre(random.fork('centre'), number);
  for (let index = 0; index < patientsPerCentre; index++) {
    const patient = createPatient(random.fork(`patient ${index}`), centre);
    const anatomy = createAnatomy(random.fork(`anatomy ${index}`), patient);
    patients.push({ patient, pattern: infarctPattern(anatomy.infarct) });
  }
}

const stage = process.argv[2] ?? 'norms';
if (stage === 'norms') writeNorms();
else await writeHazards();

function writeNorms(): void {
  const design = patients.map(({ patient }) => injuryTotals(patient));
  const norms: Record<string, unknown> = {};
  const residuals: number[][] = [];
  for (const name of patternNames) {
    const values = patients.map(({ pattern }) => pattern[name]);
    const coefficients = leastSquares(design, values);
    const residual = values.map((value, i) => value - dot(coefficients, design[i]!));
    const residualSd = sd(residual);
    residuals.push(residual.map((value) => value / residualSd));
    norms[name] = { coefficients: coefficients.map(rounded), residualSd: rounded(residualSd) };
  }
  const weights = [0.6, 0.45, 0.45, -0.45];
  norms['scoreSd'] = rounded(
    sd(patients.map((_, i) => weights.reduce((sum, w, k) => sum + w * residuals[k]![i]!, 0))),
  );
  write(norms, Object.fromEntries(causes.map((cause) => [cause, [0, 0, 0, 0]])));
}

async function writeHazards(): Promise<void> {
  const { patternNorms } = await import('../../stages/simulation/src/calibration.ts');
  const random = new Random('calibration frailty');
  const people = patients.map(({ patient, pattern }) => ({
    predictors: predictorsOf(patient, pattern),
    logFrailty: random.normal(0, frailtySd),
  }));
  const baseline: Record<string, number[]> = {};
  for (const cause of causes) {
    const survived = people.map(() => 1);
    baseline[cause] = pieceEndsYears.map((end, piece) => {
      const span = end - (piece === 0 ? 0 : pieceEndsYears[piece - 1]!);
      const ratios = people.map(({ predictors, logFrailty }) =>
        Math.exp(logHazardRatio(predictors[cause], piece) + logFrailty),
      );
      const after = (h: number) => mean(survived.map((s, i) => s * Math.exp(-h * span * ratios[i]!)));
      let low = 0;
      let high = 1;
      for (let step = 0; step < 50; step++) {
        const middle = (low + high) / 2;
        if (1 - after(middle) < targets[cause][piece]!) low = middle;
        else high = middle;
      }
      for (let i = 0; i < survived.length; i++) survived[i]! *= Math.exp(-low * span * ratios[i]!);
      return rounded(low);
    });
  }
  write(patternNorms, baseline);
}

function write(norms: object, baseline: object): void {
  const text = `// Written by reference/simulation/calibrate.ts from ${patients.length} patients of ${centres} centres; do not edit.

/** Regression of each pattern on \`injuryTotals\`, so that the score carries only what the totals do not. */
export const patternNorms = ${JSON.stringify(norms, null, 2)} as const;

/** Baseline hazards per year in 0-0.5, 0.5-1, 1-2, 2-5 years that give the cumulative incidences of DOMAIN B5. */
export const baselineHazards = ${JSON.stringify(baseline, null, 2)} as const;
`;
  writeFileSync('stages/simulation/src/calibration.ts', text);
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
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
