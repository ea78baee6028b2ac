import { type Estimate, type Goal, meanOf, quantileOf, type Row, rowOf, sdOf } from './estimates.ts';
import type { Simulated } from './simulated-people.ts';

type Value = (person: Simulated) => number | null;
type Statistic = 'mean' | 'sd' | 'share' | 'median' | 'lower quartile' | 'upper quartile';

interface Marginal {
  readonly name: string;
  readonly value: Value;
  readonly statistics: readonly (readonly [statistic: Statistic, goal: Goal])[];
  readonly source: string;
  readonly among?: (person: Simulated) => boolean;
}

const clinical =
  (name: keyof Simulated['subject']['patient']['clinical']): Value =>
  ({ subject }) =>
    Number(subject.patient.clinical[name]);
const injury =
  (name: Exclude<keyof Simulated['subject']['patient']['injury'], 'latent'>): Value =>
  ({ subject }) =>
    subject.patient.injury[name];
const exam =
  (holds: (conditions: Simulated['subject']['patient']['exam']) => boolean): Value =>
  ({ subject }) =>
    Number(holds(subject.patient.exam));
const when =
  (value: Value, test: (value: number) => boolean): Value =>
  (person) => {
    const found = value(person);
    return found === null ? null : Number(test(found));
  };
const within = (value: number, distance: number): Goal => ({ value, within: distance });
const normal = (mean: number, sd: number, share = 0.05) =>
  [
    ['mean', within(mean, share * sd)],
    ['sd', within(sd, 2 * share * sd)],
  ] as const;
const share = (value: number, distance = 0.02) => [['share', within(value, distance)]] as const;
const between = (low: number, high: number) => [['share', { low, high }]] as const;

const marginal = (
  name: string,
  value: Value,
  statistics: Marginal['statistics'],
  source: string,
  among?: (person: Simulated) => boolean,
): Marginal => ({ name, value, statistics, source, ...(among ? { among } : {}) });

const female = ({ subject }: Simulated) => subject.patient.clinical.sex === 'female';
const obstructed = ({ subject }: Simulated) => subject.patient.injury.mvoPercent > 0;
const bled = ({ subject }: Simulated) => subject.patient.injury.haemorrhagePercent > 0;
const not = (test: (person: Simulated) => boolean) => (person: Simulated) => !test(person);
const large = ({ subject }: Simulated) => subject.patient.injury.infarctPercent >= 13.55;
const b1 = 'DOMAIN B1';
const b2 = 'DOMAIN B2';
const b3 = 'DOMAIN B3';
const b7 = 'DOMAIN B7';
const lvgfi: Value = ({ subject: { patient, massIndexGPerM2 } }) => {
  const { edviMlPerM2: edv, esviMlPerM2: esv } = patient.injury;
  return (100 * (edv - esv)) / ((edv + esv) / 2 + massIndexGPerM2 / 1.05);
};
const mass: Value = ({ subject }) => subject.massIndexGPerM2;

/** DOMAIN B1, B2, B3 and B7: what each variable of the enrolled should look like. */
export const marginals: readonly Marginal[] = [
  marginal('age', clinical('age'), normal(58.5, 11.5), b1),
  marginal('male', (p) => Number(!female(p)), share(0.84), b1),
  marginal('BMI', clinical('bmi'), normal(24.2, 3), b1),
  marginal('hypertension', clinical('hypertension'), share(0.46), b1),
  marginal('diabetes', clinical('diabetes'), share(0.19), b1),
  marginal('dyslipidaemia', clinical('dyslipidaemia'), between(0.57, 0.71), b1),
  marginal('smoker', clinical('smoker'), between(0.45, 0.52), b1),
  marginal('prior stroke', clinical('prior_stroke'), between(0.05, 0.12), b1),
  marginal('heart rate', clinical('heart_rate'), normal(76, 14), b1),
  marginal('systolic pressure', clinical('systolic_bp'), normal(124, 20), b1),
  marginal('diastolic pressure', clinical('diastolic_bp'), normal(76, 12), b1),
  marginal(
    'Killip I',
    when(clinical('killip'), (k) => k === 1),
    share(0.82),
    b1,
  ),
  marginal(
    'Killip II',
    when(clinical('killip'), (k) => k === 2),
    share(0.13),
    b1,
  ),
  marginal(
    'Killip III',
    when(clinical('killip'), (k) => k === 3),
    share(0.05, 0.01),
    b1,
  ),
  marginal('cardiac arrest', clinical('cardiac_arrest'), between(0.005, 0.022), b1),
  marginal('symptom to balloon', clinical('symptom_to_balloon'), [['median', within(210, 8)]], b1),
  marginal(
    'log symptom to balloon',
    (p) => Math.log(p.subject.patient.clinical.symptom_to_balloon),
    [['sd', within(0.65, 0.05)]],
    b1,
  ),
  marginal('anterior', clinical('anterior'), share(0.48), b1),
  marginal('LAD culprit', (p) => Number(p.subject.patient.clinical.culprit === 'LAD'), share(0.47), b1),
  marginal('RCA culprit', (p) => Number(p.subject.patient.clinical.culprit === 'RCA'), share(0.4), b1),
  marginal(
    'TIMI 0-1 before',
    when(clinical('timi_pre'), (k) => k <= 1),
    share(0.72),
    b1,
  ),
  marginal(
    'TIMI 3 after',
    when(clinical('timi_post'), (k) => k === 3),
    share(0.92),
    b1,
  ),
  marginal('multivessel', clinical('multivessel'), share(0.5), b1),
  marginal('three vessels', clinical('three_vessel'), share(0.18), b1),
  marginal('complete ST resolution', clinical('st_resolution_complete'), between(0.5, 0.64), b1),
  ...(
    [
      ['aspirin', 0.99],
      ['p2y12_inhibitor', 0.99],
      ['statin', 0.97],
      ['beta_blocker', 0.85],
      ['acei_arb', 0.75],
      ['sglt2_inhibitor', 0.15],
      ['mra', 0.15],
    ] as const
  ).map(([name, goal]) => marginal(name.replaceAll('_', ' '), clinical(name), share(goal), b1)),
  marginal('WBC', clinical('wbc'), [['median', within(9.6, 0.3)]], b2),
  marginal('neutrophils', clinical('neutrophils'), normal(7.4, 3, 0.1), b2),
  marginal(
    'lymphocytes',
    clinical('lymphocytes'),
    [
      ['lower quartile', within(1.2, 0.08)],
      ['median', within(1.6, 0.08)],
      ['upper quartile', within(2.1, 0.12)],
    ],
    b2,
  ),
  marginal(
    'neutrophil-lymphocyte ratio',
    (p) => p.subject.patient.clinical.neutrophils / p.subject.patient.clinical.lymphocytes,
    [['median', within(4.5, 0.4)]],
    b2,
  ),
  marginal('haemoglobin', clinical('haemoglobin'), normal(142, 17), b2),
  marginal('creatinine', clinical('creatinine'), normal(79, 20, 0.1), b2),
  marginal('eGFR', clinical('egfr'), normal(90, 22, 0.1), b2),
  marginal('glucose', clinical('glucose'), normal(8, 3.3), b2),
  marginal('LDL cholesterol', clinical('ldl_c'), normal(2.9, 0.9), b2),
  marginal('hs-CRP', clinical('hs_crp'), [['median', within(8.9, 0.6)]], b2),
  marginal('NT-proBNP', clinical('nt_probnp'), [['median', within(822, 60)]], b2),
  marginal(
    'peak CK',
    clinical('peak_ck'),
    [
      ['lower quartile', within(1002, 100)],
      ['median', within(2133, 120)],
      ['upper quartile', within(4077, 300)],
    ],
    b2,
  ),
  marginal('peak troponin T', clinical('peak_troponin_t'), [['median', within(4900, 250)]], b2),
  marginal(
    'peak troponin I, infarct ≥ 13.55 %',
    clinical('peak_troponin_i'),
    [['median', within(50.6, 8)]],
    'Shengjing',
    large,
  ),
  marginal(
    'peak troponin I, infarct < 13.55 %',
    clinical('peak_troponin_i'),
    [['median', within(16.6, 4)]],
    'Shengjing',
    not(large),
  ),
  marginal(
    'infarct size',
    injury('infarctPercent'),
    [
      ['lower quartile', within(8.2, 0.5)],
      ['median', within(17.6, 0.7)],
      ['upper quartile', within(29.9, 0.9)],
      ['mean', within(20, 0.6)],
      ['sd', within(14, 0.6)],
    ],
    b3,
  ),
  marginal(
    'MVO present',
    when(injury('mvoPercent'), (v) => v > 0),
    share(0.44),
    b3,
  ),
  marginal(
    'MVO extent if present',
    injury('mvoPercent'),
    [
      ['median', within(2.1, 0.2)],
      ['mean', within(4.7, 0.5)],
    ],
    b3,
    obstructed,
  ),
  marginal('infarct size with MVO', injury('infarctPercent'), [['mean', within(27, 2)]], b3, obstructed),
  marginal(
    'infarct size without MVO',
    injury('infarctPercent'),
    [['mean', within(12, 2)]],
    b3,
    not(obstructed),
  ),
  marginal(
    'haemorrhage present',
    when(injury('haemorrhagePercent'), (v) => v > 0),
    between(0.31, 0.36),
    b3,
  ),
  marginal(
    'haemorrhage extent if present',
    injury('haemorrhagePercent'),
    [
      ['mean', within(8.5, 1)],
      ['sd', within(6.1, 1)],
    ],
    'PMC6130225',
    bled,
  ),
  marginal('area at risk', injury('areaAtRiskPercent'), normal(35, 12, 0.1), b3),
  marginal(
    'salvage index',
    injury('salvageIndex'),
    [
      ['mean', { low: 0.43, high: 0.48 }],
      ['sd', within(0.22, 0.03)],
    ],
    b3,
  ),
  marginal('LVEF', injury('ejectionFractionPercent'), normal(50, 11), b3),
  marginal('EDVi', injury('edviMlPerM2'), normal(80, 18, 0.1), b3),
  marginal('ESVi', injury('esviMlPerM2'), normal(41, 16), b3),
  marginal('LV mass index, men', mass, normal(65, 14, 0.1), b3, not(female)),
  marginal('LV mass index, women', mass, normal(52, 11, 0.1), b3, female),
  marginal(
    'LV global function index',
    lvgfi,
    [
      ['lower quartile', within(25.7, 2)],
      ['median', within(31.2, 2)],
      ['upper quartile', within(36.6, 2)],
    ],
    'JCMR 2015 17:62',
  ),
  marginal('GLS', injury('longitudinalStrainPercent'), normal(-13.5, 3.8), b3),
  marginal('GCS', injury('circumferentialStrainPercent'), normal(-15.5, 4.5), b3),
  marginal('LA reservoir', injury('atrialReservoirPercent'), normal(28, 8), b3),
  marginal('LA booster', injury('atrialBoosterPercent'), normal(12.5, 4.5), b3),
  marginal('LAVI', injury('atrialVolumeIndexMlPerM2'), [['mean', { low: 39, high: 44 }]], b3),
  marginal('RVEF', injury('rvEjectionFractionPercent'), normal(57, 8), b3),
  marginal('RV infarct', injury('rvInfarct'), between(0.15, 0.2), b3),
  marginal('hypointense T1 core', injury('hypointenseCore'), share(0.56), b3),
  marginal(
    'remote ECV',
    injury('remoteEcvPercent'),
    [
      ['lower quartile', within(24.3, 0.5)],
      ['median', within(26.4, 0.5)],
      ['upper quartile', within(29.3, 0.5)],
    ],
    'MARINA',
  ),
  marginal(
    'cine missing',
    exam((e) => !e.cine),
    share(0.01, 0.005),
    b7,
  ),
  marginal(
    'LGE missing',
    exam((e) => !e.lge),
    share(0.03, 0.006),
    b7,
  ),
  marginal(
    'T2-STIR missing',
    exam((e) => !e.t2Stir),
    share(0.12, 0.015),
    b7,
  ),
  marginal(
    'T1 map missing',
    exam((e) => !e.t1Map),
    share(0.35, 0.1),
    b7,
  ),
  marginal(
    'T2* map missing',
    exam((e) => !e.t2StarMap),
    share(0.4, 0.1),
    b7,
  ),
  marginal(
    'breath-hold artefact',
    exam((e) => e.breathHoldArtefact),
    share(0.15, 0.015),
    b7,
  ),
  marginal(
    'gating artefact',
    exam((e) => e.gatingArtefact),
    share(0.08, 0.01),
    b7,
  ),
  marginal(
    'poor nulling',
    exam((e) => e.poorNulling),
    share(0.07, 0.01),
    b7,
  ),
];

export function marginalRows(asked: Marginal, people: readonly Simulated[]): Row[] {
  const values = people
    .filter(asked.among ?? (() => true))
    .map((person) => asked.value(person))
    .filter((value) => value !== null);
  return asked.statistics.map(([statistic, goal]) =>
    rowOf('marginal', `${asked.name}, ${statistic}`, estimate(statistic, values), goal, asked.source),
  );
}

function estimate(statistic: Statistic, values: readonly number[]): Estimate {
  if (statistic === 'median') return quantileOf(values, 0.5);
  if (statistic === 'lower quartile') return quantileOf(values, 0.25);
  if (statistic === 'upper quartile') return quantileOf(values, 0.75);
  if (statistic === 'sd') return { value: sdOf(values), se: sdOf(values) / Math.sqrt(2 * values.length) };
  return meanOf(values);
}
