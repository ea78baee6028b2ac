import { compositeFollowUp, type PredictorColumn, type PredictorTable } from '@myocast/predictors';
import type { FollowUp } from '@myocast/survival';
import { causeSpecificRisk, fitCauseSpecific } from '@myocast/survival/regression';
import type { ForecastCompetitor } from '../comparators/competitor.ts';
import { coverage, leastCoverage } from './coverage.ts';
import { type GivenItems, itemNames } from './items.ts';
import { publishedScores } from './published-scores.ts';
import type { PointScore } from './score.ts';
import { fedItems, scoreInputs, type ScoreInputs } from './score-inputs.ts';
import { type Completeness, pointsOrMiddle, scoreSubjects } from './score-subjects.ts';

/** A published score as a competitor of the forecast. */
export interface ScoreCompetitor extends ForecastCompetitor {
  readonly score: PointScore;
  /** Of how many subjects the points are known, and of how many their middle is used: for the record. */
  readonly completeness: (table: PredictorTable) => Completeness;
}

export interface ScoreCompetitorConfig {
  /** Of the predictor table. */
  readonly columns: readonly PredictorColumn[];
  /** Days at which incidences are given; null for an outcome without times, which no score forecasts. */
  readonly horizonDays: number | null;
  /** What is known of every subject of the study (`studyFacts`). */
  readonly facts?: GivenItems;
  /**
   * Items of the same subjects from their whole record (`wholeRecord`, `scoreInputs`): they fill what the predictors do
   * not hold. Without them a score is at a disadvantage that its authors did not mean.
   */
  readonly record?: ScoreInputs;
}

/**
 * The published scores that the columns (and the record) can tell, as competitors of the forecast. The risk is the points, and
 * where items are missing the middle of the points that are still possible; `completeness` counts how often.
 * Nothing of a score is fitted. The incidence at the horizon is fitted on the training rows:
 * Cox regression of the hazards of the composite and of what competes with it, on the points alone.
 */
export function scoreCompetitors({
  columns,
  horizonDays,
  facts = {},
  record,
}: ScoreCompetitorConfig): ScoreCompetitor[] {
  if (horizonDays === null) return [];
  const fed = fedItems(columns, facts);
  const notFed = (record?.notFed ?? itemNames).filter((name) => !fed.has(name));
  const given = reader(facts, record);
  return publishedScores
    .filter((score) => score.kind === 'points')
    .filter((score) => coverage(score, notFed) >= leastCoverage)
    .map((score) => ({
      name: `score-${score.name}`,
      label: score.label,
      score,
      completeness: (table) => scoreSubjects(score, given(table)).completeness,
      async fitPredict({ table, outcome, train, test }) {
        const { results } = scoreSubjects(score, given(table));
        const points = (rows: readonly number[]) =>
          Float64Array.from(rows, (row) => pointsOrMiddle(results[row]!)!);
        const risk = points(test);
        if (outcome.days === null)
          throw new RangeError('scoreCompetitors: expected an outcome with times, got a yes/no one');
        const followUp = compositeFollowUp(outcome, train);
        const incidence = (days: number) => recalibrated(points(train), followUp, risk, days);
        return { risk, incidenceAtHorizon: incidence(horizonDays), incidence };
      },
    }));
}

/** The items of a table's subjects, each once: every competitor and every split reads the same ones. */
function reader(facts: GivenItems, record?: ScoreInputs): (table: PredictorTable) => readonly GivenItems[] {
  const recorded = new Map(record?.subjects.map((subject, row) => [subject, record.given[row]!]));
  const known = new WeakMap<PredictorTable, readonly GivenItems[]>();
  return (table) => {
    const before = known.get(table);
    if (before) return before;
    const { given, subjects } = scoreInputs(table, facts);
    const all = given.map((items, row) => ({ ...items, ...recorded.get(subjects[row]!) }));
    known.set(table, all);
    return all;
  };
}

/**
 * Cumulative incidence of the composite at the horizon, [m]. The coefficient has a Gaussian prior
 * of variance 0.5 per standard deviation of the points, as the other regressions have: it is finite for
 * any split, and 0 where the points do not vary. Without an event in training nothing is expected.
 */
function recalibrated(
  points: Float64Array,
  followUp: FollowUp,
  of: Float64Array,
  horizonDays: number,
): Float64Array {
  if (!followUp.event.includes(1)) return new Float64Array(of.length);
  const fitted = fitCauseSpecific(
    { names: ['points'], predictors: points, followUp },
    { ties: 'efron', ridge: 2 },
  );
  if (!fitted.ok)
    throw new RangeError(`scoreCompetitors: ${fitted.issues[0]!.path}: ${fitted.issues[0]!.message}`);
  const { incidence } = causeSpecificRisk(fitted.value, of, Float64Array.of(horizonDays));
  return incidence[0]!;
}
