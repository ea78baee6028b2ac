import { graceInHospital } from './grace-in-hospital.ts';
import { exactly } from './risk-tables.ts';
import { itemsOf, pointRange, type PointScore } from './score.ts';
import { above, below, type ScoreTerm } from './terms.ts';

/** Three points for a GRACE above 155; open while GRACE can still lie on both sides. */
const highGrace: ScoreTerm = {
  items: itemsOf(graceInHospital),
  points: (given) => {
    const { low, high } = pointRange(graceInHospital, given);
    return { low: low > 155 ? 3 : 0, high: high > 155 ? 3 : 0 };
  },
};

/** First MACE per 100 person-years, by class. */
const rates = { low: 1.96, intermediate: 5.44, high: 19.7 } as const;

/** 1 - exp(-5 r): the risk by five years of a rate that stays what it is. */
const atFiveYears = (ratePer100: number) => exactly(100 * (1 - Math.exp((-5 * ratePer100) / 100)));

/**
 * The clinical and CMR score of Valencia, 0 to 8 points, for cardiovascular death, infarction or heart failure:
 * exams at one week, as in the trial. Weights, classes and rates are in the abstract; the risk at five years follows
 * from the rates. That GRACE is the one for death in hospital is our reading: its cut of 155 is of that table.
 *
 * Source: marcosgarces2022 (docs/references.bib).
 */
export const valencia: PointScore = {
  kind: 'points',
  name: 'valencia',
  label: 'Valencia clinical-CMR score',
  source: ['marcosgarces2022', 'granger2003'],
  certainty: 'read',
  notes: [
    'The risk at 5 years is derived from the published rates, taken as constant.',
    'GRACE is taken for the one of death in hospital; the abstract does not say.',
    'Segments with obstruction were counted by eye in 17; here they are those of 16 with more than 2 % of their myocardium obstructed.',
  ],
  outcome: 'cardiovascular death, infarction or heart failure',
  horizon: '5 years',
  riskOf: { causes: [['cardiovascular-death', 'recurrent-mi', 'hf-hospitalisation']], days: 1826 },
  terms: [
    above('symptom_to_balloon', 249, 1), // 4.15 h
    highGrace,
    below('lvef', 40, 3),
    above('mvo_segments', 1.5, 1),
  ],
  classes: [
    { name: 'low', from: 0, meaning: `${rates.low} first MACE per 100 person-years` },
    { name: 'intermediate', from: 3, meaning: `${rates.intermediate} first MACE per 100 person-years` },
    { name: 'high', from: 6, meaning: `${rates.high} first MACE per 100 person-years` },
  ],
  risk: (points) => {
    if (points >= 6) return atFiveYears(rates.high);
    return atFiveYears(points >= 3 ? rates.intermediate : rates.low);
  },
};
