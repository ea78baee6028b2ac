import { between } from './risk-tables.ts';
import { anyDeath, type PointScore } from './score.ts';
import { above, atLeast, bands, ifYes } from './terms.ts';

/**
 * Zwolle, 0 to 16 points, for death within 30 days of primary PCI: who can leave early.
 * The weights were read in public code alone, not in the paper; they add up to the 16 points that are published.
 *
 * Source: deluca2004 (docs/references.bib).
 */
export const zwolle: PointScore = {
  kind: 'points',
  name: 'zwolle',
  label: 'Zwolle',
  source: ['deluca2004'],
  certainty: 'second-hand',
  notes: [
    'The weights were read in public code, not in the paper.',
    'A risk is known of the low class alone.',
  ],
  outcome: 'death',
  horizon: '30 days',
  riskOf: { causes: anyDeath, days: 30 },
  terms: [
    bands('killip', 0, [2, 4], [3, 9]),
    bands('timi_post', 2, [2, 1], [3, 0]),
    atLeast('age', 60, 2),
    ifYes('three_vessel', 1),
    ifYes('anterior', 1),
    above('symptom_to_balloon', 240, 1),
  ],
  classes: [
    { name: 'low', from: 0, meaning: 'may be discharged early' },
    { name: 'not low', from: 4, meaning: null },
  ],
  risk: (points) => (points <= 3 ? between(0.1, 0.5) : null),
};
