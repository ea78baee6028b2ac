import { fromZero } from './risk-tables.ts';
import { anyDeath, type PointScore } from './score.ts';
import { above, anyOf, bands, below } from './terms.ts';

/** Each number of points is a class of its own; above 8 is one. */
const groups = ['0', '1', '2', '3', '4', '5', '6', '7', '8', 'above 8'];

/**
 * TIMI risk score for ST elevation, 0 to 14 points, made of patients with fibrinolysis; 30-day mortality
 * by points. The table is the same in several calculators (globalrph.com among them).
 *
 * Source: morrow2000 (docs/references.bib).
 */
export const timiStemi: PointScore = {
  kind: 'points',
  name: 'timi-stemi',
  label: 'TIMI, ST elevation',
  source: ['morrow2000'],
  certainty: 'read',
  notes: [
    'Made of patients with fibrinolysis within 6 hours.',
    'A body weight below 67 kg is common in China and says less there.',
    'NCT07277400 records neither angina nor left bundle branch block: a point each stays open where diabetes and hypertension are a no, and where the infarct is not anterior.',
  ],
  outcome: 'death',
  horizon: '30 days',
  riskOf: { causes: anyDeath, days: 30 },
  terms: [
    bands('age', 0, [65, 2], [75, 3]),
    anyOf(['diabetes', 'hypertension', 'angina'], 1),
    below('systolic_bp', 100, 3),
    above('heart_rate', 100, 2),
    bands('killip', 0, [2, 2]),
    below('weight', 67, 1),
    anyOf(['anterior', 'lbbb'], 1),
    above('symptom_to_balloon', 240, 1),
  ],
  classes: groups.map((name, from) => ({ name, from, meaning: null })),
  risk: fromZero(0.8, 1.6, 2.2, 4.4, 7.3, 12.4, 16.1, 23.4, 26.8, 35.9),
};
