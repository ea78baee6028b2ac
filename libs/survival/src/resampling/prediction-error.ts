import { type FollowUp, takeFollowUp } from '../follow-up.ts';
import { concordance, type ConcordanceOptions, unoConcordance } from '../performance/concordance.ts';
import { checkDay, knownAtHorizon } from '../performance/known-at-horizon.ts';

/** An error of predictions, in the form that the .632 estimators need. */
export interface PredictionError<Prediction> {
  /** The error among some rows, whose predictions are aligned with them; null where it does not exist */
  readonly among: (prediction: Prediction, rows: Int32Array) => number | null;
  /** The error if outcomes had nothing to do with predictions, from the predictions of all rows */
  readonly withoutInformation: (prediction: Prediction) => number | null;
  /**
   * What each row adds: the error among any rows is the mean of these. Null where the error is not
   * such a mean, as one of pairs is not.
   */
  readonly bySubject: ((prediction: Prediction, rows: Int32Array) => Float64Array) | null;
}

/**
 * Brier score of risks by the days, integrated over them by the trapezoid rule where there are several, with
 * inverse probability of censoring weights from all subjects. Without information the error is the mean over all pairs of
 * an outcome and a prediction.
 *
 * @param days ascending; predictions are [k] of [m] risks by each of them
 * @returns null when a day is beyond the follow-up: nobody is known at it
 * @throws RangeError when lengths differ, the days do not ascend, or there is late entry
 *
 * Source: gerds2007 (docs/references.bib). Agrees with: R pec `pec(cens.model = "marginal")`.
 */
export function brierError(
  followUp: FollowUp,
  days: readonly number[],
): PredictionError<readonly Float64Array[]> | null {
  const shares = trapezoid(days);
  const outcomes = days.map((t) => {
    checkDay('brierError', t);
    return knownAtHorizon('brierError', followUp, t, 'without-event');
  });
  if (outcomes.some((known) => known === null)) return null;
  const mass = caseMass(followUp);
  const { length: n } = mass;
  const total = mass.reduce((sum, weight) => sum + weight, 0);
  const bySubject = (prediction: readonly Float64Array[], rows: Int32Array) => {
    const errors = new Float64Array(rows.length);
    for (const [k, known] of outcomes.entries()) {
      const [risk, share, { cases, controls }] = [prediction[k]!, shares[k]!, known!];
      for (let at = 0; at < rows.length; at++) {
        const row = rows[at]!;
        errors[at]! += share * (cases[row]! * (1 - risk[at]!) ** 2 + controls[row]! * risk[at]! ** 2);
      }
    }
    return errors;
  };
  return {
    bySubject: followUp.weights ? null : bySubject,
    among: (prediction, rows) => {
      const errors = bySubject(prediction, rows);
      let [sum, weights] = [0, 0];
      for (let at = 0; at < rows.length; at++) {
        sum += errors[at]!;
        weights += mass[rows[at]!]!;
      }
      return weights > 0 ? sum / weights : null;
    },
    withoutInformation: (prediction) => {
      let sum = 0;
      for (const [k, known] of outcomes.entries()) {
        const { mean, square } = moments(prediction[k]!, mass, total);
        for (let row = 0; row < n; row++)
          sum += shares[k]! * (known!.cases[row]! * (1 - 2 * mean + square) + known!.controls[row]! * square);
      }
      return sum / total;
    },
  };
}

function moments(risk: Float64Array, mass: Float64Array, total: number) {
  let [mean, square] = [0, 0];
  for (let row = 0; row < risk.length; row++) {
    mean += (mass[row]! * risk[row]!) / total;
    square += (mass[row]! * risk[row]! ** 2) / total;
  }
  return { mean, square };
}

function caseMass({ days, weights }: FollowUp): Float64Array {
  return weights ?? new Float64Array(days.length).fill(1);
}

/** Share of each day in the integral; 1 of a single day. */
function trapezoid(days: readonly number[]): number[] {
  if (days.length === 0 || days.some((day, k) => k > 0 && !(day > days[k - 1]!)))
    throw new RangeError('brierError: expected ascending days, one or more');
  if (days.length === 1) return [1];
  const length = days.at(-1)! - days[0]!;
  return days.map((day, k) => ((days[k + 1] ?? day) - (days[k - 1] ?? day)) / 2 / length);
}

/**
 * 1 - concordance of a score. Without information it is one half. It is an error of pairs: those left out
 * of a resample are compared with each other only.
 *
 * @throws RangeError as the measure
 */
export function concordanceError(
  measure: 'harrell' | 'uno',
  followUp: FollowUp,
  options: Pick<ConcordanceOptions, 'tau' | 'competing'> = {},
): PredictionError<Float64Array> {
  const index = measure === 'uno' ? unoConcordance : concordance;
  return {
    bySubject: null,
    withoutInformation: () => 0.5,
    among: (score, rows) => {
      if (rows.length === 0) return null;
      const found = index(score, takeFollowUp(followUp, rows), options).index;
      return found === null ? null : 1 - found;
    },
  };
}
