import type { UnknownScore } from './score.ts';

/**
 * Leiden MISSION!, for cardiovascular death and hospitalisation for heart failure after primary PCI: age from 70, Killip
 * from II, diabetes, LAD culprit, three vessels, peak troponin T from 3.5 µg/L, LVEF up to 40 %, heart rate at
 * discharge from 70. Areas 0.84, 0.83 and 0.81 at 30 days, 1 and 4 years. The weights were not seen.
 *
 * Source: antoni2012 (docs/references.bib).
 */
export const leiden: UnknownScore = {
  kind: 'weights-unknown',
  name: 'leiden',
  label: 'Leiden MISSION!',
  source: ['antoni2012'],
  certainty: 'not-seen',
  notes: ['The heart rate at discharge is not a variable of NCT07277400.'],
  outcome: null,
  horizon: null,
  riskOf: null,
  items: [
    'age',
    'killip',
    'diabetes',
    'culprit_lad',
    'three_vessel',
    'peak_troponin_t',
    'lvef',
    'discharge_heart_rate',
  ],
  whyNot: 'the abstract names the items and cuts, not their weights',
};
