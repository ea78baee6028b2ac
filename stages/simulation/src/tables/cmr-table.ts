import { type SimulationConfig, type Subject, subjectRandom } from '../cohort.ts';
import { type MeasuredCmr, measureCmr } from '../record/measured-cmr.ts';
import { virtualTable } from './csv-lines.ts';

/** Unit and digits of what the core laboratory reports. */
const columns: { readonly [Name in keyof MeasuredCmr]: readonly [unit: string, digits: number] } = {
  edvi: ['mL/m2', 1],
  esvi: ['mL/m2', 1],
  lvef: ['%', 1],
  lv_mass_index: ['g/m2', 1],
  gls: ['%', 1],
  gcs: ['%', 1],
  la_reservoir: ['%', 1],
  la_booster: ['%', 1],
  lavi: ['mL/m2', 1],
  rvef: ['%', 1],
  infarct_size: ['%', 1],
  mvo: ['%', 2],
  rv_infarct: ['', 0],
  area_at_risk: ['%', 1],
  salvage_index: ['', 3],
  haemorrhage: ['%', 2],
  native_t1_remote: ['ms', 0],
  native_t1_infarct: ['ms', 0],
  hypointense_core: ['', 0],
  ecv_remote: ['%', 1],
  t2_infarct: ['ms', 1],
  t2_remote: ['ms', 1],
  t2_star_core: ['ms', 1],
};
const names = Object.keys(columns) as (keyof MeasuredCmr)[];

/** The reading of a subject's exam, always the same. */
export function measuredCmr(config: SimulationConfig, subject: Subject): MeasuredCmr {
  const random = subjectRandom(config, subject.subject, 'reading');
  return measureCmr(random, subject.patient, subject.centre, subject.massIndexGPerM2);
}

/** What a core laboratory measures, with its error, and the state of the exam; empty where the sequence is not there. */
export function cmrCsv(config: SimulationConfig, subjects: readonly Subject[]): string {
  const header = [
    'subject',
    'cmr_day [d]',
    'field [T]',
    'quality',
    'breath_hold_artefact',
    'gating_artefact',
    'poor_nulling',
    ...names.map((name) => (columns[name][0] === '' ? name : `${name} [${columns[name][0]}]`)),
  ];
  const rows = subjects.map((subject) => {
    const { exam } = subject.patient;
    const measured = measuredCmr(config, subject);
    return [
      subject.subject,
      exam.cmrDay,
      subject.centre.fieldT,
      exam.quality,
      Number(exam.breathHoldArtefact),
      Number(exam.gatingArtefact),
      Number(exam.poorNulling),
      ...names.map((name) => measured[name]?.toFixed(columns[name][1]) ?? ''),
    ];
  });
  return virtualTable(header, rows);
}
