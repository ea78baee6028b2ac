import type { PublishedScore, ScoredSubjects } from '@myocast/model/scores';
import { compositeFollowUp, type Outcome } from '@myocast/predictors';
import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import {
  compareConcordance,
  compareTimeDependentAuc,
  concordance,
  logitInterval,
  timeDependentAuc,
} from '@myocast/survival/performance';
import { concordanceAcrossCentres } from './across-centres.ts';
import type { OutOfFold } from './cross-validation.ts';
import { absent, observedTo } from './absent.ts';
import type { Estimate } from './records.ts';
import { scoreCalibration } from './score-calibration.ts';
import type { PairedDiscrimination, ScoreJudgement, ScoresRecord } from './score-records.ts';

/** One, two and five years, beside the horizon of the validation. */
const usualDays = [365, 730, 1826];
const fewestEvents = 2;

export interface ScoresInput {
  /** [scores], the results of each in the order of the outcome's rows */
  readonly scored: readonly ScoredSubjects[];
  readonly outcome: Outcome;
  /** [n] */
  readonly centres: readonly string[];
  /** Held-out predictions of the model that the scores are compared with. */
  readonly leading: OutOfFold;
  readonly horizonDays: number | null;
}

/**
 * Published scores beside the leading model. A score is judged on the subjects whose points are known, and nothing
 * is filled in; the model is judged on the same ones, by its held-out predictions. Nothing of a score is fitted, so that
 * every subject is held out from it. Intervals are of the infinitesimal jackknife: on the log odds for
 * Harrell's C, ± 1.96 standard errors for areas and differences.
 *
 * @throws RangeError when a score's results are not as many as the subjects
 *
 * Source: therneau2020 and blanche2013 for the paired differences (docs/references.bib).
 */
export function judgeScores({ scored, outcome, centres, leading, horizonDays }: ScoresInput): ScoresRecord {
  const model = leading.label;
  if (outcome.days === null)
    return { model, whyNot: 'the outcome has no times, and no score forecasts it', judged: [] };
  const followUp = compositeFollowUp(outcome);
  const horizons = [...new Set([...usualDays, ...(horizonDays === null ? [] : [horizonDays])])].sort(
    (a, b) => a - b,
  );
  const days = horizons.filter((day) => observedTo(followUp, day));
  return {
    model,
    whyNot: null,
    judged: scored.map((one) => {
      if (one.results.length !== centres.length)
        throw new RangeError(
          `judgeScores: expected ${centres.length} results of ${one.score.name}, got ${one.results.length}`,
        );
      return judgeScore(one, { outcome, followUp, centres, leading, days });
    }),
  };
}

interface Shared {
  readonly outcome: Outcome;
  readonly followUp: FollowUp;
  readonly centres: readonly string[];
  readonly leading: OutOfFold;
  readonly days: readonly number[];
}

function judgeScore(
  { score, results, completeness }: ScoredSubjects,
  { outcome, followUp, centres, leading, days }: Shared,
): ScoreJudgement {
  const rows: number[] = [];
  const known: number[] = [];
  for (const [row, result] of results.entries()) {
    if (result.kind !== 'complete') continue;
    rows.push(row);
    known.push(result.points);
  }
  const pair = {
    points: Float64Array.from(known),
    risk: takeRows(leading.risk, rows),
    followUp: takeFollowUp(followUp, rows),
  };
  const events = pair.followUp.event.filter((code) => code === 1).length;
  const own = rows.map((row) => centres[row]!);
  const within = (risk: Float64Array) =>
    rows.length === 0
      ? absent('no subject whose points are known')
      : concordanceAcrossCentres(risk, pair.followUp, own);
  return {
    name: score.name,
    label: score.label,
    subjects: rows.length,
    of: results.length,
    events,
    whyNot: whyNotOf(score),
    missing: { ...completeness.missing } as Record<string, number>,
    discrimination: events < fewestEvents ? [] : [harrell(pair), ...days.map((day) => areaAt(pair, day))],
    acrossCentres: { score: within(pair.points), model: within(pair.risk) },
    calibration: scoreCalibration({ score, results, completeness }, outcome),
  };
}

function whyNotOf(score: PublishedScore): string | null {
  return score.kind === 'points' ? null : score.whyNot;
}

interface Pair {
  readonly points: Float64Array;
  readonly risk: Float64Array;
  readonly followUp: FollowUp;
}

function harrell({ points, risk, followUp }: Pair): PairedDiscrimination {
  const of = (values: Float64Array): Estimate => {
    const { index, standardError } = concordance(values, followUp);
    if (index === null) return absent('no pair of subjects can be compared');
    return { value: index, ...logitInterval(index, standardError!) };
  };
  return {
    measure: 'harrell',
    days: null,
    score: of(points),
    model: of(risk),
    difference: differenceOf(compareConcordance('harrell', points, risk, followUp)),
  };
}

function areaAt({ points, risk, followUp }: Pair, days: number): PairedDiscrimination {
  const cases = followUp.event.filter((code, row) => code === 1 && followUp.days[row]! <= days).length;
  const of = (values: Float64Array): Estimate => {
    if (cases < fewestEvents)
      return absent(`expected at least ${fewestEvents} events by day ${days}, found ${cases}`);
    const { area, low, high } = timeDependentAuc(values, followUp, days);
    return area === null ? absent(`no case or no control by day ${days}`) : { value: area, low, high };
  };
  return {
    measure: 'auc',
    days,
    score: of(points),
    model: of(risk),
    difference: differenceOf(
      cases < fewestEvents ? null : compareTimeDependentAuc(points, risk, followUp, days),
    ),
  };
}

function differenceOf(compared: { difference: number; low: number; high: number } | null): Estimate {
  if (compared === null) return absent('one of the two cannot be estimated');
  const { difference: value, low, high } = compared;
  return { value, low, high };
}
