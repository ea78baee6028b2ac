/** Something about a patient that a score asks for. */
export interface ScoreItem {
  readonly label: string;
  /** Unit in which the scores' tables count; null for a grade, a count or a yes/no. */
  readonly unit: string | null;
  readonly kind: 'number' | 'grade' | 'yes-no';
  /** Values outside are taken for errors of recording. */
  readonly low: number;
  readonly high: number;
  /** What is counted between mass and molar concentration. */
  readonly analyte?: 'creatinine';
}

function number(label: string, unit: string | null, low: number, high: number): ScoreItem {
  return { label, unit, kind: 'number', low, high };
}

function grade(label: string, low: number, high: number): ScoreItem {
  return { label, unit: null, kind: 'grade', low, high };
}

function yesNo(label: string): ScoreItem {
  return { label, unit: null, kind: 'yes-no', low: 0, high: 1 };
}

/**
 * Every item of the published scores, in the unit of their tables. What a study records in another
 * unit is converted when it is read (`item-sources.ts`); a value without a unit is not read.
 */
export const scoreItems = {
  age: number('Age in completed years', 'a', 0, 130),
  heart_rate: number('Heart rate at admission', '/min', 0, 350),
  systolic_bp: number('Systolic blood pressure at admission', 'mmHg', 0, 350),
  creatinine: { ...number('Creatinine at admission', 'mg/dL', 0, 50), analyte: 'creatinine' },
  killip: grade('Killip class', 1, 4),
  cardiac_arrest: yesNo('Cardiac arrest at admission'),
  st_deviation: yesNo('ST-segment deviation'),
  elevated_enzymes: yesNo('Elevated cardiac enzymes'),
  heart_failure_history: yesNo('History of heart failure'),
  prior_mi: yesNo('History of myocardial infarction'),
  st_depression: yesNo('ST-segment depression'),
  in_hospital_pci: yesNo('PCI during the stay'),
  anterior: yesNo('Anterior infarct or ST elevation'),
  lbbb: yesNo('Left bundle branch block'),
  diabetes: yesNo('Diabetes'),
  hypertension: yesNo('Hypertension'),
  angina: yesNo('History of angina'),
  weight: number('Body weight', 'kg', 20, 400),
  symptom_to_balloon: number('Symptom onset to treatment', 'min', 0, 50_000),
  lvef: number('LV ejection fraction', '%', 0, 100),
  creatinine_clearance: number('Creatinine clearance (Cockcroft-Gault)', 'mL/min', 0, 1000),
  anaemia: yesNo('Anaemia'),
  three_vessel: yesNo('Three-vessel disease'),
  timi_post: grade('TIMI flow after PCI', 0, 3),
  infarct: number('Infarct size, share of LV myocardium', '%', 0, 100),
  mvo: number('Microvascular obstruction, share of LV myocardium', '%', 0, 100),
  mvo_segments: grade('Segments with microvascular obstruction', 0, 17),
  haemorrhage: yesNo('Intramyocardial haemorrhage'),
  culprit_lad: yesNo('Left anterior descending artery is the culprit'),
  peak_troponin_t: number('Peak troponin T', 'ug/L', 0, 1000),
  discharge_heart_rate: number('Heart rate at discharge', '/min', 0, 350),
} as const satisfies { readonly [name: string]: ScoreItem };

export type ItemName = keyof typeof scoreItems;

export const itemNames = Object.keys(scoreItems) as readonly ItemName[];

/** What is known of a patient, in the units of `scoreItems`; yes is 1, no is 0. What is not there is missing. */
export type GivenItems = { readonly [Name in ItemName]?: number };

/** Whether the item can have this value: yes or no, a whole grade, a number within its limits. */
export function isItemValue(name: ItemName, value: number): boolean {
  const { kind, low, high }: ScoreItem = scoreItems[name];
  return (
    Number.isFinite(value) && value >= low && value <= high && (kind === 'number' || Number.isInteger(value))
  );
}

/** What an item may be, in words. */
export function possibleValues(name: ItemName): string {
  const { kind, low, high, unit }: ScoreItem = scoreItems[name];
  if (kind === 'yes-no') return '0 or 1';
  return `${kind === 'grade' ? 'a whole number from ' : ''}${low} to ${high}${unit === null ? '' : ` ${unit}`}`;
}
