import type { PointScore } from './score.ts';
import { above, anyOf, atLeast, bands, ifYes } from './terms.ts';

/**
 * PAMI, 0 to 15 points, for death after primary angioplasty. The weights are recalled, not
 * read; they add up to the 15 points that are published. Neither classes nor risks were seen.
 *
 * Source: addala2004 (docs/references.bib).
 */
export const pami: PointScore = {
  kind: 'points',
  name: 'pami',
  label: 'PAMI',
  source: ['addala2004'],
  certainty: 'recalled',
  notes: ['The weights are recalled: check them against the paper before relying on them.'],
  outcome: null,
  horizon: null,
  riskOf: null,
  terms: [
    bands('age', 0, [65, 3], [76, 7]),
    atLeast('killip', 2, 2),
    above('heart_rate', 100, 2),
    ifYes('diabetes', 2),
    anyOf(['anterior', 'lbbb'], 2),
  ],
  classes: [],
  risk: () => null,
};
