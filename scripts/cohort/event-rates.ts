import { type Cause, maceCauses } from '../../stages/simulation/src/outcome/causes.ts';
import { type CourseEvent, firstMace, firstOf } from '../../stages/simulation/src/outcome/course.ts';
import { type Goal, meanOf, type Row, rowOf } from './estimates.ts';
import type { Simulated } from './simulated-people.ts';

type Happened = (course: readonly CourseEvent[]) => number;

/** Share of the courses in which it happened by then; the error is that of the means of the subjects. */
export function rateOf(people: readonly Simulated[], years: number, happened: Happened) {
  return meanOf(
    people.map(
      ({ courses }) =>
        courses.reduce((sum, course) => sum + Number(happened(course) <= years), 0) / courses.length,
    ),
  );
}

const mace: Happened = (course) => firstMace(course)?.years ?? Number.POSITIVE_INFINITY;
const firstAmong =
  (causes: readonly Cause[]): Happened =>
  (course) =>
    course.find(({ cause }) => causes.includes(cause))?.years ?? Number.POSITIVE_INFINITY;

/** DOMAIN B5, recommended targets; a tenth of the rate either way counts as equal. */
export const rateTargets: { readonly [C in Cause]: readonly number[] } = {
  'cardiovascular-death': [0.01, 0.015, 0.023, 0.047],
  'recurrent-mi': [0.013, 0.022, 0.036, 0.07],
  'hf-hospitalisation': [0.022, 0.032, 0.046, 0.08],
  'unplanned-revascularisation': [0.02, 0.035, 0.055, 0.11],
  'non-cardiovascular-death': [0.003, 0.007, 0.015, 0.045],
};
export const targetYears = [0.5, 1, 2, 5] as const;
/** With the frailty that all components share. */
export const maceTargets = [0.06, 0.095, 0.14, 0.25] as const;

export function eventRateRows(people: readonly Simulated[]): Row[] {
  const rows: Row[] = [];
  const add = (name: string, years: number, happened: Happened, goal: Goal, source: string, among = people) =>
    rows.push(
      rowOf(
        'event rate',
        `${name}, ${Math.round(years * 12)} months`,
        rateOf(among, years, happened),
        goal,
        source,
      ),
    );
  for (const [cause, rates] of Object.entries(rateTargets))
    for (const [at, value] of rates.entries())
      add(
        cause,
        targetYears[at]!,
        (course) => firstOf(course, cause as Cause),
        { value, within: 0.1 * value },
        'DOMAIN B5',
      );
  for (const [at, value] of maceTargets.entries())
    add('first MACE', targetYears[at]!, mace, { value, within: 0.07 * value }, 'DOMAIN B5');
  const death = firstAmong(['cardiovascular-death', 'non-cardiovascular-death']);
  add('death', 1, death, { value: 0.022, within: 0.005 }, 'Stone 2016');
  add(
    're-infarction',
    1,
    (course) => firstOf(course, 'recurrent-mi'),
    { value: 0.025, within: 0.005 },
    'Stone 2016',
  );
  add(
    'heart failure',
    1,
    (course) => firstOf(course, 'hf-hospitalisation'),
    { value: 0.026, within: 0.008 },
    'Stone 2016',
  );
  const has = (test: (person: Simulated) => boolean) => people.filter(test);
  const mvo = ({ subject }: Simulated) => subject.patient.injury.mvoPercent > 0;
  const without = 'AHJ 2025';
  const withMvo = 'AHJ 2025, transient and persistent together (derived)';
  add(
    'MACE without MVO',
    5,
    mace,
    { value: 0.188, within: 0.04 },
    without,
    has((person) => !mvo(person)),
  );
  add('MACE with MVO', 5, mace, { value: 0.395, within: 0.06 }, withMvo, has(mvo));
  const deathOrHf = firstAmong(['cardiovascular-death', 'hf-hospitalisation']);
  const lvef = (low: number, high: number) =>
    has(
      ({ subject: { patient } }) =>
        patient.injury.ejectionFractionPercent >= low && patient.injury.ejectionFractionPercent < high,
    );
  for (const [name, group, value] of [
    ['LVEF < 40', lvef(0, 40), 0.22],
    ['LVEF 40-49', lvef(40, 50), 0.07],
    ['LVEF ≥ 50', lvef(50, 100), 0.06],
  ] as const)
    add(
      `CV death or HF, ${name}`,
      5,
      deathOrHf,
      { value, within: 0.4 * value },
      'Valencia, 5.7 years from a later exam',
      group,
    );
  const deathOrMi = firstAmong(['cardiovascular-death', 'recurrent-mi']);
  const signs = ({ subject: { patient } }: Simulated) =>
    Number(patient.injury.ejectionFractionPercent < 40) + Number(patient.injury.infarctPercent > 30);
  for (const [count, value] of [0.06, 0.14, 0.3].entries())
    add(
      `CV death or MI, ${count} of LVEF < 40 and IS > 30`,
      2.3,
      deathOrMi,
      { value, within: 0.35 * value },
      'Bonanad',
      has((person) => signs(person) === count),
    );
  return rows;
}

/** What the study observes of these courses: share with a known first MACE, and of the first events that are lost to it. */
export function observationRows(people: readonly Simulated[]): Row[] {
  const known = meanOf(
    people.map(({ subject: { outcome } }) =>
      Number(outcome.firstEvent !== null && maceCauses.includes(outcome.firstEvent)),
    ),
  );
  const truly = people.filter(({ subject: { course, observed } }) => {
    const first = firstMace(course);
    return first !== null && first.years <= observed.outcome.administrativeYears;
  });
  const found = meanOf(truly.map(({ subject: { outcome } }) => Number(outcome.firstEvent !== null)));
  const visits = people.flatMap(({ subject }) => subject.observed.visits.slice(0, -1));
  const asked = visits.filter(({ status }) => status === 'missed' || status === 'seen');
  const missed = meanOf(asked.map(({ status }) => Number(status === 'missed')));
  const lost = people.filter(({ subject }) => subject.observed.lossDay !== null);
  const years = people.reduce((sum, { subject }) => sum + subject.outcome.followUpDays / 365.25, 0);
  const rate = { value: lost.length / years, se: Math.sqrt(lost.length) / years };
  return [
    rowOf(
      'observation',
      'share with a known first MACE',
      known,
      { value: 0.17, within: 0.02 },
      'DOMAIN B6: about 17 % under uniform 1 to 5 years',
    ),
    rowOf(
      'observation',
      'share of first MACE that come to be known',
      found,
      { low: 0.9, high: 1 },
      'assumption',
    ),
    rowOf('observation', 'visits missed', missed, { value: 0.05, within: 0.005 }, 'DOMAIN B7'),
    rowOf('observation', 'lost per year of observation', rate, { value: 0.0202, within: 0.003 }, 'DOMAIN B7'),
  ];
}
