import type { PointScore } from './score.ts';
import { bands } from './terms.ts';

/**
 * Killip's class of heart failure at admission, the class as points: I none, II rales or raised neck
 * veins, III pulmonary oedema, IV shock. What was published is a ratio, not a risk: the adjusted odds of
 * death in hospital against class I, of the patients with ST elevation in elmenyar2012.
 *
 * Source: killip1967 (docs/references.bib).
 */
export const killip: PointScore = {
  kind: 'points',
  name: 'killip',
  label: 'Killip class',
  source: ['killip1967', 'elmenyar2012'],
  certainty: 'read',
  notes: ['The protocol of NCT07277400 excludes class IV.'],
  outcome: null,
  horizon: null,
  riskOf: null,
  terms: [bands('killip', 1, [2, 2], [3, 3], [4, 4])],
  classes: [
    { name: 'I', from: 1, meaning: 'no heart failure' },
    {
      name: 'II',
      from: 2,
      meaning: 'rales or raised neck veins; odds of death 2.1 (1.25 to 3.69) times class I',
    },
    { name: 'III', from: 3, meaning: 'pulmonary oedema; odds of death 6.1 (3.41 to 10.86) times class I' },
    { name: 'IV', from: 4, meaning: 'cardiogenic shock; odds of death 28 (15.2 to 54.7) times class I' },
  ],
  risk: () => null,
};
