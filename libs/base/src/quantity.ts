/**
 * Units, and the analytes whose molar mass is needed between mass and molar
 * concentration. A conversion is `value * factor` to the base unit of its family.
 */
const families: Record<string, Record<string, number>> = {
  length: { mm: 1, cm: 10, m: 1000 },
  mass: { g: 1, kg: 1000 },
  volume: { ml: 1, mL: 1, l: 1000, L: 1000 },
  time: { s: 1, ms: 0.001, min: 60, h: 3600, d: 86400, wk: 604800, mo: 2629800, a: 31557600 },
  pressure: { mmHg: 1, kPa: 7.500617 },
  rate: { '/min': 1, bpm: 1 },
  fraction: { '%': 1, '1': 100 },
  massConcentration: {
    'g/L': 1,
    'g/dL': 10,
    'mg/dL': 0.01,
    'mg/L': 0.001,
    'ug/L': 1e-6,
    'µg/L': 1e-6,
    'ng/mL': 1e-6,
    'ng/L': 1e-9,
    'pg/mL': 1e-9,
  },
  molarConcentration: { 'mol/L': 1, 'mmol/L': 1e-3, 'umol/L': 1e-6, 'µmol/L': 1e-6, 'nmol/L': 1e-9 },
  cellCount: { '10^9/L': 1, 'G/L': 1, '/nL': 1, '10^3/uL': 1 },
  activity: { 'U/L': 1, 'IU/L': 1 },
  bodyMassIndex: { 'kg/m2': 1, 'kg/m^2': 1 },
  filtration: { 'mL/min/1.73m2': 1 },
  indexedVolume: { 'ml/m2': 1, 'mL/m2': 1 },
  indexedMass: { 'g/m2': 1 },
};

/** Molar masses in g/mol (PubChem): what links mg/dL and mmol/L. */
const molarMassGPerMol = {
  creatinine: 113.12,
  glucose: 180.16,
  cholesterol: 386.65,
} as const;

export type Analyte = keyof typeof molarMassGPerMol;

/** Whether the unit is known at all. */
export function isUnit(unit: string): boolean {
  return familyOf(unit) !== null;
}

/**
 * The value in another unit, or null when the two do not measure the same thing.
 * Mass and molar concentration convert into each other only for a named analyte.
 */
export function convert(value: number, from: string, to: string, analyte?: Analyte): number | null {
  if (from === to) return value;
  const source = familyOf(from);
  const target = familyOf(to);
  if (source === null || target === null) return null;
  const inBase = value * families[source]![from]!;
  const scale = families[target]![to]!;
  if (source === target) return inBase / scale;
  if (!analyte) return null;
  if (source === 'massConcentration' && target === 'molarConcentration')
    return inBase / molarMassGPerMol[analyte] / scale;
  if (source === 'molarConcentration' && target === 'massConcentration')
    return (inBase * molarMassGPerMol[analyte]) / scale;
  return null;
}

function familyOf(unit: string): string | null {
  return Object.keys(families).find((family) => Object.hasOwn(families[family]!, unit)) ?? null;
}
