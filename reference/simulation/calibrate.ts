// Writes the constants of stages/simulation/src that nothing published gives, so that what is published comes
// out. Run all three steps, in this order, after any change of the record, the infarct, the pattern or the effects:
//   node --import tsx --conditions=source reference/simulation/calibrate.ts population   -> population-norms.ts
//   node --import tsx --conditions=source reference/simulation/calibrate.ts norms        -> calibration.ts
//   node --import tsx --conditions=source reference/simulation/calibrate.ts hazards      -> calibration.ts
// A few minutes of one core, most of it drawing infarcts.
import { calibrateHazards } from './calibrate-hazards.ts';
import { calibratePatternNorms } from './calibrate-pattern.ts';
import { calibratePopulation } from './calibrate-population.ts';

const steps: { readonly [step: string]: () => void | Promise<void> } = {
  population: calibratePopulation,
  norms: calibratePatternNorms,
  hazards: calibrateHazards,
};
const step = steps[process.argv[2] ?? ''];
if (!step) throw new Error(`calibrate: expected one of ${Object.keys(steps).join(', ')}`);
await step();
