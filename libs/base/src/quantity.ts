/**
 * Units, and the analytes whose molar mass is needed between mass and molar
 * concentration. A conversion is `value * factor` to the base unit of its family.
 */
const families: Record<string, Record<string, number>> = {
  length: { mm: 1, cm: 10, m: 1000 },
  area: { mm2: 1, cm2: 100, m2: 1e6 },
  mass: { mg: 0.001, g: 1, kg: 1000 },
  volume: { mL: 1, dL: 100, L: 1000 },
  time: { s: 1, ms: 0.001, min: 60, h: 3600, d: 86400, wk: 604800, mo: 2629800, a: 31557600 },
  pressure: { mmHg: 1, kPa: 7.500617 },
  rate: { '/min': 1, '1/min': 1, bpm: 1 },
  fraction: { '%': 1, '1': 100 },
  molarFraction: { 'mmol/mol': 1 },
  massConcentration: {
    'g/L': 1,
    'g/dL': 10,
    'mg/dL': 0.01,
    'mg/L': 0.001,
    'ug/mL': 0.001,
    'ug/L': 1e-6,
    'ng/mL': 1e-6,
    'ng/L': 1e-9,
    'pg/mL': 1e-9,
  },
  molarConcentration: {
    'mol/L': 1,
    'mmol/L': 1e-3,
    'umol/L': 1e-6,
    'nmol/L': 1e-9,
    'pmol/L': 1e-12,
  },
  cellCount: { '10^9/L': 1, '10*9/L': 1, 'G/L': 1, '/nL': 1, '10^3/uL': 1, '/uL': 0.001 },
  activity: { 'U/L': 1, 'IU/L': 1, 'ukat/L': 60 },
  bodyMassIndex: { 'kg/m2': 1 },
  filtration: { 'mL/min/1.73m2': 1 },
  indexedVolume: { 'mL/m2': 1 },
  indexedMass: { 'g/m2': 1 },
};

/**
 * Molar masses in g/mol: what links mg/dL and mmol/L. From PubChem; haemoglobin
 * as its monomer, in which laboratories give mmol/L; NT-proBNP from its 76 residues
 * (1 pmol/L is 8.457 ng/L).
 */
const molarMassGPerMol = {
  creatinine: 113.12,
  glucose: 180.16,
  cholesterol: 386.65,
  haemoglobin: 16114,
  'nt-probnp': 8457,
} as const;

export type Analyte = keyof typeof molarMassGPerMol | 'hba1c';

/**
 * The master equation between the reference systems of glycated haemoglobin:
 * NGSP [%] = 0.09148 IFCC [mmol/mol] + 2.152.
 *
 * Source: hoelzel2004 (docs/references.bib).
 */
const glycated = { slope: 0.09148, intercept: 2.152 } as const;

/** Whether the unit is known at all. */
export function isUnit(unit: string): boolean {
  return familyOf(unit) !== null;
}

/**
 * The value in another unit, or null when the two do not measure the same thing.
 * Mass and molar concentration convert into each other only for a named analyte, and so do
 * the two scales of glycated haemoglobin.
 */
export function convert(value: number, from: string, to: string, analyte?: Analyte): number | null {
  if (spelling(from) === spelling(to)) return isUnit(from) ? value : null;
  const source = familyOf(from);
  const target = familyOf(to);
  if (source === null || target === null) return null;
  const inBase = value * families[source]![spelling(from)]!;
  const scale = families[target]![spelling(to)]!;
  if (source === target) return inBase / scale;
  if (analyte === 'hba1c') return glycatedIn(target, source, inBase, scale);
  const perMol = analyte ? molarFactor(source, target, molarMassGPerMol[analyte]) : null;
  return perMol === null ? null : (inBase * perMol) / scale;
}

function glycatedIn(target: string, source: string, inBase: number, scale: number): number | null {
  const { slope, intercept } = glycated;
  if (source === 'molarFraction' && target === 'fraction') return (slope * inBase + intercept) / scale;
  if (source === 'fraction' && target === 'molarFraction') return (inBase - intercept) / slope / scale;
  return null;
}

/** Factor between mass and molar concentration, in their base units; null for other families. */
function molarFactor(source: string, target: string, gPerMol: number): number | null {
  if (source === 'massConcentration' && target === 'molarConcentration') return 1 / gPerMol;
  if (source === 'molarConcentration' && target === 'massConcentration') return gPerMol;
  return null;
}

/** Units of time as a person writes them. */
const timeWords: Readonly<Record<string, string>> = {
  y: 'a',
  yr: 'a',
  yrs: 'a',
  year: 'a',
  years: 'a',
  month: 'mo',
  months: 'mo',
  week: 'wk',
  weeks: 'wk',
  day: 'd',
  days: 'd',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  minute: 'min',
  minutes: 'min',
};

const readable: Readonly<Record<string, string>> = {
  a: 'years',
  mo: 'months',
  wk: 'weeks',
  d: 'days',
  h: 'hours',
};

/** A unit for a reader: UCUM's `a` is years. */
export function unitWords(unit: string): string {
  return readable[unit] ?? unit;
}

function familyOf(unit: string): string | null {
  const spelt = spelling(unit);
  return Object.keys(families).find((family) => Object.hasOwn(families[family]!, spelt)) ?? null;
}

/** One spelling for what UCUM and laboratories write in several ways: mg/dl, µmol/l, kg/m², kg/m^2. */
function spelling(unit: string): string {
  const text = unit.trim();
  const word = timeWords[text.toLowerCase()];
  if (word !== undefined) return word;
  return text
    .replace(/[\u00b5\u03bc]/g, 'u')
    .replaceAll('\u00b2', '2')
    .replace(/\bm\^2/g, 'm2')
    .replace(/(^|\/)([mdu]?)l(?=$|\/)/g, '$1$2L')
    .replace(/^m?l(?=\/)/, (litre) => litre.replace('l', 'L'));
}
