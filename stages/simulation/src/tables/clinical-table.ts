import { type SimulationConfig, type Subject, subjectRandom } from '../cohort.ts';
import type { Clinical } from '../clinical.ts';
import { isMissing, type Mechanism } from '../missingness.ts';
import { virtualTable } from './csv-lines.ts';

/** A column of the clinical table: what it shows, why and how often the cell is empty (DOMAIN B7). */
interface Column {
  readonly header: string;
  readonly value: (subject: Subject) => string | number;
  readonly mechanism: Mechanism;
  readonly rate: number;
}

const seldom = 0.03;
const sometimes = 0.05;

/** A value of the record under its own name, with the unit in brackets. */
function own(header: string, mechanism: Mechanism = 'never', rate = seldom): Column {
  const name = header.split(' ')[0] as keyof Clinical;
  return { header, value: ({ patient }) => patient.clinical[name], mechanism, rate };
}

/** A value as an assay of the centre gives it. */
function assay(
  header: string,
  factor: 'troponinFactor' | 'probnpFactor',
  mechanism: Mechanism,
  rate: number,
  digits = 0,
): Column {
  const name = header.split(' ')[0] as keyof Clinical;
  const value = ({ patient, centre }: Subject) =>
    Number(((patient.clinical[name] as number) * centre[factor]).toFixed(digits));
  return { header, value, mechanism, rate };
}

const columns: readonly Column[] = [
  own('age [a]'),
  own('sex'),
  own('bmi [kg/m2]', 'random'),
  own('hypertension'),
  own('diabetes'),
  own('dyslipidaemia', 'random'),
  own('smoker', 'random'),
  own('heart_rate [/min]'),
  own('systolic_bp [mmHg]'),
  own('killip'),
  own('anterior'),
  own('culprit'),
  own('symptom_to_balloon [min]', 'delay', sometimes),
  own('timi_pre', 'random'),
  own('timi_post', 'random'),
  own('multivessel'),
  own('creatinine [umol/L]', 'sick'),
  own('glucose [mmol/L]', 'sick', sometimes),
  own('ldl_c [mmol/L]', 'sick', sometimes),
  own('hs_crp [mg/L]', 'sick', 0.12),
  assay('nt_probnp [ng/L]', 'probnpFactor', 'suspicion', 0.15),
  assay('peak_troponin_t [ng/L]', 'troponinFactor', 'sick', sometimes),
  own('haemoglobin [g/L]', 'sick'),
  own('wbc [10^9/L]', 'sick'),
  own('peak_ck [U/L]', 'sick', sometimes),
  {
    header: 'height [cm]',
    value: ({ patient }) => patient.clinical.heightCm,
    mechanism: 'random',
    rate: seldom,
  },
  own('prior_stroke'),
  own('family_history', 'random', sometimes),
  own('atrial_fibrillation'),
  own('diastolic_bp [mmHg]', 'random'),
  own('cardiac_arrest'),
  own('door_to_balloon [min]', 'random', sometimes),
  own('st_resolution_complete', 'random', 0.1),
  own('three_vessel'),
  own('non_culprit'),
  own('residual_syntax', 'random', 0.08),
  own('radial_access'),
  own('thrombectomy'),
  own('gp_inhibitor'),
  own('stents'),
  own('stent_length [mm]'),
  own('stent_diameter [mm]'),
  own('contrast_volume [mL]', 'random', 0.1),
  own('egfr [mL/min/1.73m2]', 'sick'),
  own('hba1c [%]', 'sick', 0.2),
  assay('peak_troponin_i [ug/L]', 'troponinFactor', 'sick', 0.2, 1),
  own('neutrophils [10^9/L]', 'sick', sometimes),
  own('lymphocytes [10^9/L]', 'sick', sometimes),
  own('peak_ldh [U/L]', 'sick', 0.15),
  own('aspirin'),
  own('p2y12_inhibitor'),
  own('statin'),
  own('statin_high_dose'),
  own('beta_blocker'),
  own('beta_blocker_high_dose'),
  own('acei_arb'),
  own('acei_arb_high_dose'),
  own('mra'),
  own('sglt2_inhibitor'),
  own('loop_diuretic'),
  own('heart_failure_in_hospital'),
  own('length_of_stay [d]', 'random'),
  { header: 'pci_to_cmr [d]', value: ({ patient }) => patient.exam.cmrDay, mechanism: 'never', rate: 0 },
];

/** The clinical table as a centre would send it: rounded, with its assays, and with holes. */
export function clinicalCsv(config: SimulationConfig, subjects: readonly Subject[]): string {
  const rows = subjects.map((subject) => {
    const random = subjectRandom(config, subject.subject, 'missing');
    const cells = columns.map(({ mechanism, rate, value }) =>
      isMissing(random, mechanism, rate, subject) ? '' : value(subject),
    );
    return [subject.subject, subject.centre.name, subject.cmrDate, ...cells];
  });
  const header = ['subject', 'centre', 'cmr_date', ...columns.map((column) => column.header)];
  return virtualTable(header, rows);
}
