import type { Random } from '@myocast/base';
import { stringify } from 'csv-stringify/sync';
import { type SimulationConfig, type Subject, subjectRandom } from './cohort.ts';
import { causes } from './outcome.ts';

/** A column of the clinical table: what it shows, and how often the cell is empty (DOMAIN B7). */
interface Column {
  readonly header: string;
  readonly value: (subject: Subject) => string | number;
  readonly missing: number;
}

const always = 0;
const seldom = 0.03;
const sometimes = 0.05;

const clinicalColumns: readonly Column[] = [
  column('age [a]', (s) => s.patient.clinical.age, always),
  column('sex', (s) => s.patient.clinical.sex, always),
  column('bmi [kg/m2]', (s) => s.patient.clinical.bmi, seldom),
  column('hypertension', (s) => s.patient.clinical.hypertension, always),
  column('diabetes', (s) => s.patient.clinical.diabetes, always),
  column('dyslipidaemia', (s) => s.patient.clinical.dyslipidaemia, seldom),
  column('smoker', (s) => s.patient.clinical.smoker, seldom),
  column('heart_rate [/min]', (s) => s.patient.clinical.heart_rate, always),
  column('systolic_bp [mmHg]', (s) => s.patient.clinical.systolic_bp, always),
  column('killip', (s) => s.patient.clinical.killip, always),
  column('anterior', (s) => s.patient.clinical.anterior, always),
  column('culprit', (s) => s.patient.clinical.culprit, always),
  column('symptom_to_balloon [min]', (s) => s.patient.clinical.symptom_to_balloon, sometimes),
  column('timi_pre', (s) => s.patient.clinical.timi_pre, seldom),
  column('timi_post', (s) => s.patient.clinical.timi_post, seldom),
  column('multivessel', (s) => s.patient.clinical.multivessel, always),
  column('creatinine [umol/L]', (s) => s.patient.clinical.creatinine, seldom),
  column('glucose [mmol/L]', (s) => s.patient.clinical.glucose, sometimes),
  column('ldl_c [mmol/L]', (s) => s.patient.clinical.ldl_c, sometimes),
  column('hs_crp [mg/L]', (s) => s.patient.clinical.hs_crp, 0.12),
  column('nt_probnp [ng/L]', (s) => Math.round(s.patient.clinical.nt_probnp * s.centre.probnpFactor), 0.15),
  column(
    'peak_troponin_t [ng/L]',
    (s) => Math.round(s.patient.clinical.peak_troponin_t * s.centre.troponinFactor),
    sometimes,
  ),
  column('haemoglobin [g/L]', (s) => s.patient.clinical.haemoglobin, seldom),
  column('wbc [10^9/L]', (s) => s.patient.clinical.wbc, seldom),
  column('peak_ck [U/L]', (s) => s.patient.clinical.peak_ck, sometimes),
];

function column(header: string, value: Column['value'], missing: number): Column {
  return { header, value, missing };
}

/** The clinical table as a centre would send it: rounded, with its assays, and with holes. */
export function clinicalCsv(config: SimulationConfig, subjects: readonly Subject[]): string {
  const rows = subjects.map((subject) => {
    const random = subjectRandom(config, subject.subject).fork('missing');
    const cells = clinicalColumns.map((entry) =>
      isMissing(random, entry.missing, subject) ? '' : entry.value(subject),
    );
    return [subject.subject, subject.centre.name, subject.cmrDate, ...cells];
  });
  const header = ['subject', 'centre', 'cmr_date', ...clinicalColumns.map((entry) => entry.header)];
  return stringify([header, ...rows]);
}

/** At random given the centre and the Killip class: blood is drawn by protocol more often in the sicker. */
function isMissing(random: Random, rate: number, { centre, patient }: Subject): boolean {
  const byKillip = patient.clinical.killip > 1 ? 0.6 : 1.1;
  return random.chance(Math.min(0.6, rate * centre.missingFactor * byKillip));
}

export function followUpCsv(subjects: readonly Subject[]): string {
  const rows = subjects.map(({ subject, outcome }) => [
    subject,
    outcome.followUpDays,
    outcome.firstEvent ?? '',
  ]);
  return stringify([['subject', 'follow_up_days [d]', 'first_event'], ...rows]);
}

/** The truth behind the study: log hazards (of the first year) and injury. For checks of the software alone. */
export function truthCsv(subjects: readonly Subject[]): string {
  const header = [
    'subject',
    'oracle_log_hazard',
    ...causes.map((cause) => `lp_${cause}`),
    'infarct_percent',
    'mvo_percent',
    'area_at_risk_percent',
    'ejection_fraction_percent',
    'edv_ml',
    'esv_ml',
    'transmural_segments',
    'anteroapical_share',
    'mvo_segments',
    'border_share',
  ];
  const rows = subjects.map(({ subject, oracleLogHazard, predictors, patient, pattern }) => {
    const { injury, bsaM2 } = patient;
    return [
      oracleLogHazard,
      ...causes.map((cause) => predictors[cause].cardiac + predictors[cause].personal),
      injury.infarctPercent,
      injury.mvoPercent,
      injury.areaAtRiskPercent,
      injury.ejectionFractionPercent,
      injury.edviMlPerM2 * bsaM2,
      injury.esviMlPerM2 * bsaM2,
      pattern.transmuralSegments,
      pattern.anteroapicalShare,
      pattern.mvoSegments,
      pattern.borderShare,
    ].reduce<(string | number)[]>((row, value) => [...row, Math.round(value * 1e4) / 1e4], [subject]);
  });
  return stringify([header, ...rows]);
}
