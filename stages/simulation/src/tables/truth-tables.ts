import type { Subject } from '../cohort.ts';
import { causes } from '../outcome/causes.ts';
import { rounded } from '../record/draw.ts';
import { csvLines } from './csv-lines.ts';

/**
 * The truth behind the study: log hazard ratios by cause (`lp_`: of the first year;
 * `lp_cardiac_`: the part that fades), frailty and injury. For checks of the software alone.
 */
export function truthCsv(subjects: readonly Subject[]): string {
  const rows = subjects.map((subject) => {
    const columns = truthOf(subject);
    return [subject.subject, ...Object.values(columns).map((value) => rounded(value, 4))];
  });
  const names = subjects[0] ? Object.keys(truthOf(subjects[0])) : [];
  return csvLines([['subject', ...names], ...rows]);
}

function truthOf(subject: Subject) {
  const { oracleLogHazard, predictors, logFrailty, patient, massIndexGPerM2, pattern } = subject;
  const { injury, bsaM2, exam } = patient;
  return {
    oracle_log_hazard: oracleLogHazard,
    ...perCause((cause) => predictors[cause].cardiac + predictors[cause].personal, 'lp_'),
    ...perCause((cause) => predictors[cause].cardiac, 'lp_cardiac_'),
    log_frailty: logFrailty,
    infarct_percent: injury.infarctPercent,
    mvo_percent: injury.mvoPercent,
    haemorrhage_percent: injury.haemorrhagePercent,
    area_at_risk_percent: injury.areaAtRiskPercent,
    salvage_index: injury.salvageIndex,
    ejection_fraction_percent: injury.ejectionFractionPercent,
    edv_ml: injury.edviMlPerM2 * bsaM2,
    esv_ml: injury.esviMlPerM2 * bsaM2,
    mass_g: massIndexGPerM2 * bsaM2,
    gls_percent: injury.longitudinalStrainPercent,
    gcs_percent: injury.circumferentialStrainPercent,
    la_reservoir_percent: injury.atrialReservoirPercent,
    rv_ejection_fraction_percent: injury.rvEjectionFractionPercent,
    rv_infarct: injury.rvInfarct,
    transmural_segments: pattern.transmuralSegments,
    anteroapical_share: pattern.anteroapicalShare,
    mvo_segments: pattern.mvoSegments,
    border_share: pattern.borderShare,
    breath_hold_artefact: Number(exam.breathHoldArtefact),
    gating_artefact: Number(exam.gatingArtefact),
    poor_nulling: Number(exam.poorNulling),
    band_over_heart: Number(subject.bandOverHeart),
  };
}

function perCause(value: (cause: (typeof causes)[number]) => number, prefix: string) {
  return Object.fromEntries(causes.map((cause) => [`${prefix}${cause}`, value(cause)]));
}

/** What each row of events.csv was, and when. */
export function truthEventsCsv(subjects: readonly Subject[]): string {
  const rows = subjects.flatMap(({ subject, observed }) =>
    observed.suspected.map(({ what, trueDay }, index) => [`${subject}-E${index + 1}`, what, trueDay]),
  );
  return csvLines([['event', 'truth', 'true_day [d]'], ...rows]);
}

/** The whole course to death or five years, also what nobody came to know. */
export function courseCsv(subjects: readonly Subject[]): string {
  const rows = subjects.flatMap(({ subject, course }) =>
    course.map(({ cause, years }) => [subject, cause, rounded(years, 5)]),
  );
  return csvLines([['subject', 'cause', 'years [a]'], ...rows]);
}
