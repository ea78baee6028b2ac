import { type ItemName, type ScoreItem, scoreItems } from './items.ts';
import type { RowValues } from './row-values.ts';

/** Which study variables or CMR quantities feed an item, and how it is read from them. */
export interface ItemSource {
  /** Sets of variables that suffice, the preferred one first. */
  readonly from: readonly (readonly string[])[];
  /** Variables that tell it of some subjects only. */
  readonly sometimes?: readonly string[];
  readonly read: (values: RowValues) => number | null;
}

/** The first of these variables that is there, as it is but for the unit. */
function direct(item: ItemName, ...variables: readonly string[]): ItemSource {
  return {
    from: variables.map((variable) => [variable]),
    read: (values) =>
      variables.map((variable) => recorded(values, item, variable)).find((value) => value !== null) ?? null,
  };
}

/** A variable in the unit of the item. */
function recorded(values: RowValues, item: ItemName, variable: string = item): number | null {
  const { unit, analyte }: ScoreItem = scoreItems[item];
  return values.number(variable, unit, analyte);
}

/** From weight itself, or from the body mass index: kg/m² times the square of the height in m. */
function weightKg(values: RowValues): number | null {
  const index = values.number('bmi', 'kg/m2');
  const height = values.number('height', 'm');
  const calculated = index === null || height === null ? null : index * height ** 2;
  return recorded(values, 'weight') ?? calculated;
}

/**
 * Cockcroft and Gault in mL/min: (140 - age) weight / (72 creatinine in mg/dL), times 0.85 in women.
 *
 * Source: cockcroft1976 (docs/references.bib).
 */
function creatinineClearance(values: RowValues): number | null {
  const age = recorded(values, 'age');
  const creatinine = recorded(values, 'creatinine');
  const weight = weightKg(values);
  const female = values.is('sex', 'female');
  if (age === null || weight === null || female === null || creatinine === null || creatinine <= 0)
    return null;
  return Math.max(0, ((140 - Math.floor(age)) * weight * (female ? 0.85 : 1)) / (72 * creatinine));
}

/** WHO: haemoglobin below 130 g/L in men, 120 in women. */
function anaemia(values: RowValues): number | null {
  const haemoglobin = values.number('haemoglobin', 'g/L', 'haemoglobin');
  const female = values.is('sex', 'female');
  if (haemoglobin === null || female === null) return null;
  return Number(haemoglobin < (female ? 120 : 130));
}

/** Share of a segment's myocardium, in percent, that makes a segment one with obstruction (assumption: less is not seen by eye). */
const obstructedFromPercent = 2;

/**
 * AHA segments 1 to 16 with obstruction. Where a segment was not seen the number is known only if no
 * obstruction was found at all in the LV, or if two segments have it already, which is what a score asks.
 */
function obstructedSegments(values: RowValues): number | null {
  const counted = recorded(values, 'mvo_segments');
  if (counted !== null) return counted;
  if (recorded(values, 'mvo') === 0) return 0;
  const shares = values.segments('mvo');
  if (shares === null) return null;
  const count = shares.filter((share) => share !== null && share > obstructedFromPercent).length;
  return count >= 2 || !shares.includes(null) ? count : null;
}

function yes(answer: boolean | null): number | null {
  return answer === null ? null : Number(answer);
}

/**
 * By item, the variables of the protocol (NCT07277400 and others with the same names) and the
 * columns of the predictors that come from the quantities of an exam. A missing row is a compile error.
 */
export const itemSources: { readonly [Name in ItemName]: ItemSource } = {
  age: direct('age', 'age'),
  heart_rate: direct('heart_rate', 'heart_rate'),
  systolic_bp: direct('systolic_bp', 'systolic_bp'),
  creatinine: direct('creatinine', 'creatinine'),
  killip: direct('killip', 'killip'),
  cardiac_arrest: direct('cardiac_arrest', 'cardiac_arrest'),
  st_deviation: direct('st_deviation', 'st_deviation'),
  elevated_enzymes: direct('elevated_enzymes', 'elevated_enzymes'),
  heart_failure_history: direct('heart_failure_history', 'heart_failure_history'),
  prior_mi: direct('prior_mi', 'prior_mi'),
  st_depression: direct('st_depression', 'st_depression'),
  in_hospital_pci: direct('in_hospital_pci', 'in_hospital_pci'),
  anterior: direct('anterior', 'anterior'),
  lbbb: direct('lbbb', 'lbbb'),
  diabetes: direct('diabetes', 'diabetes'),
  hypertension: direct('hypertension', 'hypertension'),
  angina: direct('angina', 'angina'),
  weight: { from: [['weight'], ['bmi', 'height']], read: weightKg },
  symptom_to_balloon: direct('symptom_to_balloon', 'symptom_to_balloon'),
  lvef: direct('lvef', 'ejection_fraction', 'lvef'),
  creatinine_clearance: {
    from: [
      ['creatinine_clearance'],
      ['age', 'sex', 'creatinine', 'weight'],
      ['age', 'sex', 'creatinine', 'bmi', 'height'],
    ],
    read: (values) => recorded(values, 'creatinine_clearance') ?? creatinineClearance(values),
  },
  anaemia: {
    from: [['anaemia'], ['haemoglobin', 'sex']],
    read: (values) => recorded(values, 'anaemia') ?? anaemia(values),
  },
  three_vessel: {
    from: [['three_vessel']],
    // Disease of one vessel is no disease of three.
    sometimes: ['multivessel'],
    read: (values) =>
      recorded(values, 'three_vessel') ?? (recorded(values, 'three_vessel', 'multivessel') === 0 ? 0 : null),
  },
  timi_post: direct('timi_post', 'timi_post'),
  infarct: direct('infarct', 'infarct', 'infarct_size'),
  mvo: direct('mvo', 'mvo'),
  mvo_segments: { from: [['mvo_segments'], ['mvo']], read: obstructedSegments },
  haemorrhage: direct('haemorrhage', 'haemorrhage'),
  culprit_lad: { from: [['culprit']], read: (values) => yes(values.is('culprit', 'LAD')) },
  peak_troponin_t: direct('peak_troponin_t', 'peak_troponin_t'),
  discharge_heart_rate: direct('discharge_heart_rate', 'discharge_heart_rate'),
};
