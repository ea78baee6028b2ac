import { rocAuc } from '@myocast/survival/performance';
import { correlation, latentNames } from '../../stages/simulation/src/record/copula.ts';
import { correlationOf, meanOf, type Row, rowOf } from './estimates.ts';
import type { Simulated } from './simulated-people.ts';

type Value = (person: Simulated) => number;

/** The variables of DOMAIN B4 as they come out, in the order of its matrix; MVO and haemorrhage by their latent variables. */
const variables: { readonly [Name in (typeof latentNames)[number]]: Value } = {
  infarct: ({ subject }) => subject.patient.injury.infarctPercent,
  mvo: ({ subject }) => subject.patient.injury.latent.mvo,
  haemorrhage: ({ subject }) => subject.patient.injury.latent.haemorrhage,
  lvef: ({ subject }) => subject.patient.injury.ejectionFractionPercent,
  esvi: ({ subject }) => subject.patient.injury.esviMlPerM2,
  strain: ({ subject }) => subject.patient.injury.longitudinalStrainPercent,
  risk: ({ subject }) => subject.patient.injury.areaAtRiskPercent,
  troponin: ({ subject }) => Math.log(subject.patient.clinical.peak_troponin_t),
  probnp: ({ subject }) => Math.log(subject.patient.clinical.nt_probnp),
  crp: ({ subject }) => Math.log(subject.patient.clinical.hs_crp),
  delay: ({ subject }) => Math.log(subject.patient.clinical.symptom_to_balloon),
  atrium: ({ subject }) => subject.patient.injury.atrialReservoirPercent,
};

/** All 66 correlations, and those that were read beside them. Within 0.06 counts as equal (rank against product moment). */
export function correlationRows(people: readonly Simulated[]): Row[] {
  const values = latentNames.map((name) => people.map(variables[name]));
  const rows = latentNames.flatMap((first, i) =>
    latentNames.slice(0, i).map((second, j) => {
      const goal = { value: correlation[i]![j]!, within: 0.06 };
      return rowOf(
        'correlation',
        `${second} and ${first}`,
        correlationOf(values[i]!, values[j]!),
        goal,
        'DOMAIN B4',
      );
    }),
  );
  const logCk = people.map(({ subject }) => Math.log(subject.patient.clinical.peak_ck));
  const others = [
    ['CK and infarct size', logCk, values[0]!, 0.75],
    ['CK and MVO', logCk, values[1]!, 0.44],
  ] as const;
  for (const [name, a, b, value] of others)
    rows.push(rowOf('correlation', name, correlationOf(a, b), { value, within: 0.08 }, 'PMC2095742'));
  return rows;
}

/** How well a peak tells who has MVO: DOMAIN B2, n = 128 of whom 54 % had it, hence 0.07 either way. */
export function markerRows(people: readonly Simulated[]): Row[] {
  const positive = Uint8Array.from(people, ({ subject }) => (subject.patient.injury.mvoPercent > 0 ? 1 : 0));
  const markers = [
    ['hs-cTnT', 'peak_troponin_t', 0.77],
    ['CK', 'peak_ck', 0.77],
    ['LDH', 'peak_ldh', 0.79],
    ['hs-CRP', 'hs_crp', 0.68],
    ['NT-proBNP', 'nt_probnp', 0.64],
  ] as const;
  return markers.map(([label, name, value]) => {
    const risk = Float64Array.from(people, ({ subject }) => subject.patient.clinical[name]);
    const { area, standardError } = rocAuc(risk, positive);
    const estimate = { value: area!, se: standardError! };
    return rowOf('marker', `AUC of ${label} for MVO`, estimate, { value, within: 0.07 }, 's12872-016-0415-z');
  });
}

/** Differences between groups that were read. */
export function differenceRows(people: readonly Simulated[]): Row[] {
  const women = ({ subject }: Simulated) => subject.patient.clinical.sex === 'female';
  const difference = (value: Value) => {
    const own = meanOf(people.filter(women).map(value));
    const others = meanOf(people.filter((person) => !women(person)).map(value));
    return { value: own.value - others.value, se: Math.hypot(own.se, others.se) };
  };
  const large = people.filter(({ subject }) => subject.patient.injury.infarctPercent >= 13.55);
  const small = people.filter(({ subject }) => subject.patient.injury.infarctPercent < 13.55);
  const anterior: Value = ({ subject }) => subject.patient.clinical.anterior;
  const obstructed: Value = ({ subject }) => Number(subject.patient.injury.mvoPercent > 0);
  return [
    rowOf(
      'difference',
      'infarct size, women less men',
      difference(variables.infarct),
      { low: -7.8, high: -2.4, value: -5.1 },
      'PMC6610840',
    ),
    rowOf(
      'difference',
      'salvage index, women less men',
      difference(({ subject }) => subject.patient.injury.salvageIndex),
      { low: 0.03, high: 0.16, value: 0.096 },
      'DOMAIN B3; limits assumed',
    ),
    rowOf(
      'difference',
      'anterior, infarct ≥ 13.55 %',
      meanOf(large.map(anterior)),
      { value: 0.54, within: 0.06 },
      'Shengjing',
    ),
    rowOf(
      'difference',
      'anterior, infarct < 13.55 %',
      meanOf(small.map(anterior)),
      { value: 0.296, within: 0.08 },
      'Shengjing',
    ),
    rowOf(
      'difference',
      'MVO, infarct ≥ 13.55 %',
      meanOf(large.map(obstructed)),
      { value: 0.64, within: 0.06 },
      'Shengjing',
    ),
    rowOf(
      'difference',
      'MVO, infarct < 13.55 %',
      meanOf(small.map(obstructed)),
      { value: 0.3, within: 0.08 },
      'Shengjing',
    ),
  ];
}
