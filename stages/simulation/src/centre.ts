import type { Random } from '@myocast/base';
import type { FieldStrengthT } from './signal.ts';

/** A centre: its case mix, its laboratory, its records and its scanner. */
export interface Centre {
  readonly name: string;
  /** Shift of the mean age and of the latent injury (standard deviations). */
  readonly ageShift: number;
  readonly injuryShift: number;
  /** Shift of the log odds of risk factors. */
  readonly riskShift: number;
  /** Factors of the centre's assays on what is measured, not on what is true. */
  readonly troponinFactor: number;
  readonly probnpFactor: number;
  /** Factor on the rates of missing values. */
  readonly missingFactor: number;
  /** Whether natriuretic peptide is drawn from everybody, or from those in whom heart failure is suspected. */
  readonly probnpRoutine: boolean;
  /** Factor on the rate of refusal. */
  readonly refusalShift: number;
  /** What the centre's protocol of the exam includes. */
  readonly maps: boolean;
  readonly t2Star: boolean;
  readonly fieldT: FieldStrengthT;
  readonly manufacturer: string;
  readonly model: string;
  readonly inPlaneMm: number;
  /** Signal-to-noise ratio of blood in the cine, DOMAIN C3: 40 to 80 at 1.4 to 1.8 mm. */
  readonly snr: number;
}

/** The make of the scanner by turns, so that a few centres already cover the vendors. (recalled) */
const scanners = [
  { manufacturer: 'SIEMENS', model: 'Aera', fieldT: 1.5 },
  { manufacturer: 'Philips Medical Systems', model: 'Ingenia', fieldT: 3 },
  { manufacturer: 'SIEMENS', model: 'Skyra', fieldT: 3 },
  { manufacturer: 'GE MEDICAL SYSTEMS', model: 'Optima MR450w', fieldT: 1.5 },
] as const;

/**
 * Centre number 1, 2, …; the sizes of the effects are assumptions of the simulator.
 * 0.70 of the centres map T1 and T2 and 0.645 T2*: with one exam in fourteen that
 * fails, 35 and 40 % of the maps are missing (DOMAIN B7).
 */
export function createCentre(random: Random, number: number): Centre {
  return {
    name: `V${number}`,
    ageShift: random.normal(0, 1.2),
    injuryShift: random.normal(0, 0.1),
    riskShift: random.normal(0, 0.15),
    troponinFactor: Math.exp(random.normal(0, 0.12)),
    probnpFactor: Math.exp(random.normal(0, 0.12)),
    missingFactor: Math.exp(random.normal(-0.06, 0.35)),
    ...scanners[(number - 1) % scanners.length]!,
    inPlaneMm: Math.round(random.uniform(2.2, 2.4) * 100) / 100,
    snr: random.uniform(40, 70),
    probnpRoutine: random.chance(0.5),
    refusalShift: random.normal(0, 0.3),
    maps: random.chance(0.7),
    t2Star: random.chance(0.645),
  };
}
