import { fitCox } from '@myocast/survival/regression';
import type { Clinical } from '../../stages/simulation/src/clinical.ts';
import type { Cause } from '../../stages/simulation/src/outcome/causes.ts';
import type { CourseEvent } from '../../stages/simulation/src/outcome/course.ts';
import type { MeasuredCmr } from '../../stages/simulation/src/record/measured-cmr.ts';
import { type Goal, type Row, rowOf } from './estimates.ts';
import type { Simulated } from './simulated-people.ts';

const death: readonly Cause[] = ['cardiovascular-death', 'non-cardiovascular-death'];
const hf: readonly Cause[] = ['hf-hospitalisation'];
const mi: readonly Cause[] = ['recurrent-mi'];
const cvDeathOrMi: readonly Cause[] = ['cardiovascular-death', 'recurrent-mi'];
const cvDeathOrHf: readonly Cause[] = ['cardiovascular-death', 'hf-hospitalisation'];
const deathOrHf: readonly Cause[] = [...death, 'hf-hospitalisation'];
const mace3: readonly Cause[] = ['cardiovascular-death', 'recurrent-mi', 'hf-hospitalisation'];

/** What a regression sees of a subject; null where it is not there, and the subject is then left out. */
interface Seen {
  readonly clinical: Clinical;
  readonly measured: MeasuredCmr;
  readonly course: readonly CourseEvent[];
}
type Column = (seen: Seen) => number | null;

/** A ratio as it was estimated: of the first column, adjusted for the others. */
export interface PublishedEffect {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly events: readonly Cause[];
  /** Years from which to which it was observed. */
  readonly from: number;
  readonly years: number;
  readonly goal: Goal;
  readonly source: string;
}

const measured =
  (name: keyof MeasuredCmr, per = 1): Column =>
  ({ measured: values }) => {
    const value = values[name];
    return value === null ? null : value / per;
  };
const clinical =
  (value: (record: Clinical) => number): Column =>
  ({ clinical: record }) =>
    value(record);
const above =
  (column: Column, threshold: number): Column =>
  (seen) => {
    const value = column(seen);
    return value === null ? null : Number(value > threshold);
  };
const below =
  (column: Column, threshold: number): Column =>
  (seen) => {
    const value = column(seen);
    return value === null ? null : Number(value < threshold);
  };

const age = clinical((c) => c.age / 10);
const female = clinical((c) => Number(c.sex === 'female'));
const diabetes = clinical((c) => c.diabetes);
const hypertension = clinical((c) => c.hypertension);
const killip = clinical((c) => Number(c.killip > 1));
const troponin = clinical((c) => Math.log(c.peak_troponin_t));
const heartRate = clinical((c) => c.heart_rate / 10);
const slowFlow = clinical((c) => Number(c.timi_post < 3));
const kidney = clinical((c) => Number(c.egfr < 60));
const stroke = clinical((c) => c.prior_stroke);
const failed = clinical((c) => c.heart_failure_in_hospital);
const threeVessels = clinical((c) => c.three_vessel);
const between = (low: number, high: number) => clinical((c) => Number(c.age >= low && c.age < high));
const decades = [between(60, 70), between(70, 80), between(80, 200)] as const;
const bled = above(measured('haemorrhage'), 0);
const conduit: Column = ({ measured: { la_reservoir, la_booster } }) =>
  la_reservoir === null || la_booster === null ? null : la_reservoir - la_booster;
const negative =
  (column: Column): Column =>
  (seen) => {
    const value = column(seen);
    return value === null ? null : -value;
  };
const failedInYear1: Column = ({ course }) =>
  Number(course.some(({ cause, years }) => cause === 'hf-hospitalisation' && years <= 1));

const basics = [age, female, diabetes, hypertension];
const ogaki = [slowFlow, killip, kidney, below(measured('lvef'), 40), above(age, 7.499)];
const ehu505 = [...decades, diabetes, failed, stroke];
const credo = [age, diabetes, killip, kidney, measured('lvef'), failed];
/** The one at a place, then the others. */
const first = (columns: readonly Column[], place: number) => [
  columns[place]!,
  ...columns.filter((_, at) => at !== place),
];
/** Where no interval was read: a third up and down on the log scale. (assumption) */
const about = (value: number): Goal => ({ value, low: value / 1.35, high: value * 1.35 });

const effect = (
  name: string,
  columns: readonly Column[],
  events: readonly Cause[],
  years: number,
  goal: Goal,
  source: string,
  from = 0,
): PublishedEffect => ({ name, columns, events, years, goal, source, from });
const ratio = (value: number, low: number, high: number): Goal => ({ value, low, high });

/** DOMAIN B6 and the ratios of B5. */
export const publishedEffects: readonly PublishedEffect[] = [
  effect(
    'infarct size per 5 %LV, death',
    [measured('infarct_size', 5), ...basics],
    death,
    1,
    ratio(1.19, 1.18, 1.2),
    'Stone 2016',
  ),
  effect(
    'infarct size per 5 %LV, HF',
    [measured('infarct_size', 5), ...basics],
    hf,
    1,
    ratio(1.2, 1.19, 1.21),
    'Stone 2016',
  ),
  effect(
    'infarct size per 1 %LV beside LVEF, death or HF',
    [measured('infarct_size'), age, troponin, measured('lvef'), measured('edvi'), heartRate],
    deathOrHf,
    3,
    ratio(1.13, 1.05, 1.21),
    'Lønborg 2013 (size at 3 months)',
  ),
  effect('MVO per 1 %LV, death', [measured('mvo')], death, 1, ratio(1.14, 1.09, 1.19), 'de Waha 2017'),
  effect('MVO per 1 %LV, HF', [measured('mvo')], hf, 1, ratio(1.08, 1.05, 1.12), 'de Waha 2017'),
  effect(
    'MVO per 1 %LV beside infarct size, death',
    [measured('mvo'), measured('infarct_size')],
    death,
    1,
    ratio(1.09, 1.01, 1.17),
    'de Waha 2017',
  ),
  effect(
    'MVO per 1 %LV, re-infarction',
    [measured('mvo')],
    mi,
    1,
    ratio(1, 0.97, 1.03),
    'de Waha 2017: p = 0.29; limits assumed',
  ),
  effect('haemorrhage, MACE', [bled, age, killip, diabetes], mace3, 1, ratio(2.7, 1.1, 6.6), 'jey101'),
  effect(
    'haemorrhage beside volumes, MACE',
    [bled, measured('lvef'), measured('infarct_size')],
    mace3,
    1,
    ratio(3.1, 1.2, 7.7),
    'jey101',
  ),
  effect(
    'haemorrhage beside EDV, CV death or HF',
    [bled, measured('edvi')],
    cvDeathOrHf,
    2.5,
    ratio(5.89, 1.25, 27.7),
    'Carrick 2016',
  ),
  effect(
    'LVEF per 1 % beside haemorrhage, MACE',
    [measured('lvef'), bled],
    mace3,
    2,
    ratio(0.95, 0.93, 0.97),
    'Husser 2013',
  ),
  effect(
    'LVEF below 40, CV death or MI',
    [below(measured('lvef'), 40), above(measured('infarct_size'), 30)],
    cvDeathOrMi,
    2.3,
    about(2.3),
    'Bonanad',
  ),
  effect(
    'infarct size above 30, CV death or MI',
    [above(measured('infarct_size'), 30), below(measured('lvef'), 40)],
    cvDeathOrMi,
    2.3,
    about(2.4),
    'Bonanad',
  ),
  effect(
    'salvage index per 1 %, MACE',
    [measured('salvage_index', 0.01), age, killip],
    mace3,
    1.6,
    ratio(0.94, 0.92, 0.96),
    'Trials 2014;15:249',
  ),
  effect(
    'LA reservoir per 1 %, MACE',
    [measured('la_reservoir')],
    mace3,
    3.7,
    ratio(0.905, 0.843, 0.99),
    'CDT 64473 and a conference abstract',
  ),
  effect(
    'LA reservoir per 1 %, MACE (EARLY-MYO)',
    [measured('la_reservoir')],
    mace3,
    3.7,
    ratio(0.84, 0.77, 0.91),
    'Radiology 2020',
  ),
  effect('LA conduit per 1 %, MACE', [conduit], mace3, 3.7, ratio(0.81, 0.73, 0.89), 'Radiology 2020'),
  effect(
    'RVEF per -10 %, cardiac events',
    [negative(measured('rvef', 10))],
    mace3,
    3,
    ratio(1.46, 1.05, 2.02),
    'Larose 2010',
  ),
  effect(
    'RV infarct, MACE (RVMI)',
    [measured('rv_infarct')],
    mace3,
    3.6,
    ratio(1.45, 1.01, 2.08),
    'RVMI 2025',
  ),
  effect(
    'RV infarct, MACE (Grothoff)',
    [measured('rv_infarct')],
    mace3,
    1.6,
    ratio(3.36, 1.99, 5.66),
    'Grothoff',
  ),
  effect('RV infarct, HF', [measured('rv_infarct')], hf, 3.6, ratio(2.66, 1.52, 4.63), 'RVMI 2025'),
  ...(
    ['TIMI flow below 3', 'Killip II or III', 'eGFR below 60', 'LVEF below 40', 'age 75 or more'] as const
  ).map((name, place) => {
    const goal = about([1.74, 2.64, 2.32, 2.93, 7.07][place]!);
    return effect(`${name}, death`, first(ogaki, place), death, 5, goal, 'Ogaki, 15 years');
  }),
  ...(
    ['age 60 to 69', 'age 70 to 79', 'age 80 or more', 'diabetes', 'heart failure', 'prior stroke'] as const
  ).map((name, place) => {
    const goal = about([1.37, 2.13, 3.96, 1.37, 1.57, 1.49][place]!);
    const source = 'EHJ ehu505 (stroke also an event)';
    return effect(`${name}, MI or CV death`, first(ehu505, place), cvDeathOrMi, 1, goal, source);
  }),
  effect(
    'three vessels after year 1, MI or CV death',
    [threeVessels, age, diabetes],
    cvDeathOrMi,
    5,
    about(1.85),
    'PMC5843132',
    1,
  ),
  effect('HF in year 1, later death', [failedInYear1, ...credo], death, 5, about(1.64), 'CREDO-Kyoto', 1),
  effect('HF in year 1, later HF', [failedInYear1, ...credo], hf, 5, about(5.72), 'CREDO-Kyoto', 1),
];

/** The ratio in the simulated cohort; standard errors robust against the several courses of a subject. */
export function effectRow(asked: PublishedEffect, people: readonly Simulated[]): Row {
  const rows: { values: number[]; days: number; event: number; person: number }[] = [];
  for (const [person, { subject, measured: values, courses }] of people.entries())
    for (const course of courses) {
      const seen = { clinical: subject.patient.clinical, measured: values, course };
      const cells = asked.columns.map((column) => column(seen));
      const { days, event } = timeTo(course, asked);
      if (days > 0 && cells.every((cell) => cell !== null)) rows.push({ values: cells, days, event, person });
    }
  const fit = fitCox(
    {
      names: asked.columns.map((_, at) => `x${at}`),
      predictors: Float64Array.from(rows.flatMap(({ values }) => values)),
      followUp: {
        days: Float64Array.from(rows, ({ days }) => days),
        event: Uint8Array.from(rows, ({ event }) => event),
      },
      cluster: Int32Array.from(rows, ({ person }) => person),
    },
    { ties: 'breslow' },
  );
  if (!fit.ok) throw new Error(`${asked.name}: ${fit.issues.map(({ message }) => message).join('; ')}`);
  const estimate = {
    value: Math.exp(fit.value.coefficients[0]!),
    se: fit.value.standardErrors[0]!,
    log: true,
  };
  return rowOf('hazard ratio', asked.name, estimate, asked.goal, asked.source);
}

/** Years from the landmark to the first of the events; a death of another kind censors. */
function timeTo(
  course: readonly CourseEvent[],
  { events, from, years }: PublishedEffect,
): { days: number; event: number } {
  const died = course.find(({ cause }) => death.includes(cause));
  const happened = course.find((event) => events.includes(event.cause) && event.years > from);
  const end = Math.min(years, died?.years ?? years);
  const isEvent = happened !== undefined && happened.years <= years;
  return { days: (isEvent ? happened.years : end) - from, event: isEvent ? 1 : 0 };
}
