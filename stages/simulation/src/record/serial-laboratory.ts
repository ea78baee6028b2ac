import type { Random } from '@myocast/base';
import type { Patient } from '../clinical.ts';
import { rounded } from './draw.ts';

/** One sample of the protocol's series; hours from admission. */
export interface Sample {
  readonly analyte: 'troponin_t' | 'ck' | 'creatinine' | 'hs_crp' | 'nt_probnp';
  readonly hours: number;
  readonly value: number;
  readonly unit: string;
}

/** When each analyte is drawn (assumption: admission, the day of the peak, before the exam), and its error of a sample. */
const schedule = {
  troponin_t: { hours: [0, 6, 12, 24, 48, 72, 120], unit: 'ng/L', cv: 0.06 },
  ck: { hours: [0, 6, 12, 24, 48, 72], unit: 'U/L', cv: 0.05 },
  creatinine: { hours: [0, 24, 72], unit: 'umol/L', cv: 0.05 },
  hs_crp: { hours: [0, 24, 48, 72], unit: 'mg/L', cv: 0.08 },
  nt_probnp: { hours: [0, 72, 144], unit: 'ng/L', cv: 0.1 },
} as const;

/**
 * The series of a patient. A necrosis marker rises from the occlusion to its peak and falls
 * with its half-life: value = peak · (t/T)^a · exp(a (1 - t/T)), steeper for CK. CRP peaks at
 * 48 h, natriuretic peptide falls from the second day, creatinine rises after the
 * contrast. (shapes recalled; the peaks are those of the record)
 */
export function serialSamples(random: Random, { clinical, injury }: Patient): Sample[] {
  const sinceOnset = (clinical.symptom_to_balloon - clinical.door_to_balloon) / 60;
  const peakHour = Math.max(6, 13 + 3 * random.normal() + 0.25 * sinceOnset);
  const contrast = Math.max(0, 0.02 * (clinical.contrast_volume / 150) + random.normal(0, 0.08));
  const curves: { readonly [A in Sample['analyte']]: (hours: number) => number } = {
    troponin_t: (t) => clinical.peak_troponin_t * marker((t + sinceOnset) / peakHour, 0.9),
    ck: (t) => clinical.peak_ck * marker((t + sinceOnset) / peakHour, 2),
    creatinine: (t) => clinical.creatinine * (1 + contrast * Math.min(1, t / 48)),
    hs_crp: (t) => clinical.hs_crp * (1 + (1.5 + 0.6 * injury.latent.crp ** 2) * marker(t / 48, 2)),
    nt_probnp: (t) => clinical.nt_probnp * (t <= 24 ? 1 : Math.exp(-0.006 * (t - 24))),
  };
  return Object.entries(schedule).flatMap(([name, { hours, unit, cv }]) => {
    const analyte = name as Sample['analyte'];
    return hours
      .filter((hour) => hour / 24 < clinical.length_of_stay)
      .map((hour) => {
        const value = curves[analyte](hour) * Math.exp(random.normal(0, cv));
        return { analyte, hours: hour, value: rounded(value, analyte === 'hs_crp' ? 1 : 0), unit };
      });
  });
}

/** 1 at x = 1, and 0 at the start. */
function marker(x: number, power: number): number {
  return x <= 0 ? 0 : x ** power * Math.exp(power * (1 - x));
}
