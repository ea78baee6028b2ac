import type { Random } from '@myocast/base';
import type { Patient } from '../clinical.ts';
import type { Cause } from './causes.ts';

/** What is asked of a suspected event, for the committee that judges it (DOMAIN E1); empty where not known. */
export const evidenceFields = [
  'ischaemic_symptoms',
  'troponin_times_url',
  'troponin_rise_and_fall',
  'new_ecg_changes',
  'imaging_loss_of_viable_myocardium',
  'coronary_thrombus',
  'admission_hours',
  'unscheduled',
  'hf_primary_diagnosis',
  'hf_symptoms',
  'hf_signs',
  'nt_probnp_ng_per_l',
  'intravenous_hf_therapy',
  'planned_at_index',
  'diameter_stenosis_percent',
  'ischaemia_shown',
  'culprit_vessel',
  'death_certificate',
  'witnessed',
] as const;
export type Evidence = { readonly [Field in (typeof evidenceFields)[number]]?: string | number };

/** True events, and what looks like one: staged PCI of the plan, the PCI that treats an infarction, and others. */
export type Suspicion = Cause | 'staged-pci' | 'pci-of-infarction' | 'no-infarction' | 'no-heart-failure';

/** As which of the events it is reported. */
export const reportedAs: { readonly [What in Suspicion]: string } = {
  'cardiovascular-death': 'death',
  'non-cardiovascular-death': 'death',
  'recurrent-mi': 'recurrent-mi',
  'no-infarction': 'recurrent-mi',
  'hf-hospitalisation': 'hf-hospitalisation',
  'no-heart-failure': 'hf-hospitalisation',
  'unplanned-revascularisation': 'revascularisation',
  'staged-pci': 'revascularisation',
  'pci-of-infarction': 'revascularisation',
};

/** Certificates that name no cause (assumption). */
const certificateWithoutCause = 0.08;

/** The evidence as a site would send it; one field in twenty is empty. Values chosen to meet, or to fail, the definitions. */
export function drawEvidence(random: Random, what: Suspicion, { clinical }: Patient): Evidence {
  const full = evidenceOf[what](random, clinical);
  return Object.fromEntries(Object.entries(full).filter(() => !random.chance(0.05)));
}

type Draw = (random: Random, clinical: Patient['clinical']) => Evidence;
const times = (random: Random, median: number) =>
  Math.round(10 * median * Math.exp(random.normal(0, 0.8))) / 10;
const flag = (random: Random, share: number) => (random.chance(share) ? 1 : 0);

function death(causesNamed: readonly string[]): Draw {
  return (random) => ({
    death_certificate: random.chance(certificateWithoutCause) ? 'unknown' : random.choice(causesNamed),
    witnessed: flag(random, 0.6),
  });
}

const revascularisation = (planned: number): Draw => {
  return (random) => {
    const unplanned = planned === 0;
    return {
      planned_at_index: planned,
      unscheduled: unplanned ? flag(random, 0.6) : 0,
      diameter_stenosis_percent: Math.round(unplanned ? random.uniform(70, 100) : random.uniform(55, 95)),
      ischaemia_shown: flag(random, unplanned ? 0.8 : 0.35),
      culprit_vessel: unplanned ? flag(random, 0.45) : 0,
    };
  };
};

const evidenceOf: { readonly [What in Suspicion]: Draw } = {
  'cardiovascular-death': death(['sudden death', 'heart failure', 'myocardial infarction', 'stroke']),
  'non-cardiovascular-death': death(['malignancy', 'infection', 'respiratory failure', 'accident']),
  'recurrent-mi': (random) => ({
    ischaemic_symptoms: flag(random, 0.92),
    troponin_times_url: Math.max(1.5, times(random, 30)),
    troponin_rise_and_fall: 1,
    new_ecg_changes: flag(random, 0.7),
    imaging_loss_of_viable_myocardium: flag(random, 0.3),
    coronary_thrombus: flag(random, 0.5),
    admission_hours: Math.round(random.uniform(48, 240)),
    unscheduled: 1,
  }),
  'no-infarction': (random) => ({
    ischaemic_symptoms: flag(random, 0.7),
    troponin_times_url: Math.min(0.9, times(random, 0.4)),
    troponin_rise_and_fall: 0,
    new_ecg_changes: flag(random, 0.1),
    imaging_loss_of_viable_myocardium: 0,
    coronary_thrombus: 0,
    admission_hours: Math.round(random.uniform(6, 72)),
    unscheduled: 1,
  }),
  'hf-hospitalisation': (random, { nt_probnp }) => ({
    admission_hours: Math.round(random.uniform(30, 300)),
    unscheduled: 1,
    hf_primary_diagnosis: 1,
    hf_symptoms: 1 + random.integer(3),
    hf_signs: 2 + random.integer(3),
    nt_probnp_ng_per_l: Math.round(Math.max(900, 2 * nt_probnp * Math.exp(random.normal(0, 0.6)))),
    intravenous_hf_therapy: 1,
  }),
  // An outpatient visit, or breathlessness of another cause.
  'no-heart-failure': (random, { nt_probnp }) => ({
    admission_hours: Math.round(random.uniform(2, 20)),
    unscheduled: flag(random, 0.5),
    hf_primary_diagnosis: 0,
    hf_symptoms: 1 + random.integer(2),
    hf_signs: random.integer(2),
    nt_probnp_ng_per_l: Math.round(Math.min(600, 0.4 * nt_probnp)),
    intravenous_hf_therapy: 0,
  }),
  'unplanned-revascularisation': revascularisation(0),
  'staged-pci': revascularisation(1),
  'pci-of-infarction': revascularisation(0),
};
