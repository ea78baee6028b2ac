import { checkFollowUp, type FollowUp, stepAt } from '../follow-up.ts';

/** A complete column that serves to impute others. */
export interface OutcomePredictor {
  readonly name: string;
  /** [n] */
  readonly values: Float64Array;
}

/**
 * What the outcome says about a missing covariate: for every cause whether the subject had it, and
 * the Nelson-Aalen cumulative hazard of the cause over the subject's time under observation. Left out of the imputation, the
 * outcome makes covariates look less related to it than they are. That a regression on the two is enough holds for modest
 * effects; coefficients of strong ones come out some percent too weak.
 *
 * The hazard of a cause is Σ events / at risk over the days from the entry (left out) to the subject's own day (included);
 * other causes end the observation.
 *
 * @throws RangeError when lengths differ, a time is negative, or there are case weights, for which the models of the
 * imputation have no place
 *
 * Source: white2009; competing events bartlett2016 (docs/references.bib).
 * Agrees with: R survival `survfit(Surv(days, event == cause) ~ 1)$cumhaz`.
 */
export function outcomePredictors(followUp: FollowUp): readonly OutcomePredictor[] {
  checkFollowUp('outcomePredictors', followUp);
  if (followUp.weights?.some((weight) => weight !== 1))
    throw new RangeError('outcomePredictors: expected no case weights, got some');
  const { days, event, entryDays } = followUp;
  const causes = [...new Set(event)].filter((code) => code > 0).sort((a, b) => a - b);
  return causes.flatMap((cause) => {
    const { steps, hazard } = nelsonAalen(followUp, cause);
    const by = (day: number) => stepAt(steps, hazard, day, 0);
    return [
      { name: `event ${cause}`, values: Float64Array.from(event, (code) => (code === cause ? 1 : 0)) },
      {
        name: `cumulative hazard ${cause}`,
        values: days.map((day, row) => by(day) - (entryDays ? by(entryDays[row]!) : 0)),
      },
    ];
  });
}

function nelsonAalen({ days, event, entryDays }: FollowUp, cause: number) {
  const exits = Float64Array.from(days).sort();
  const entries = Float64Array.from(entryDays ?? []).sort();
  const failures = days.filter((_, row) => event[row] === cause).sort();
  const steps = Float64Array.from(new Set(failures));
  let [sum, gone, entered, failed] = [0, 0, 0, 0];
  const hazard = steps.map((day) => {
    while (gone < exits.length && exits[gone]! < day) gone++;
    while (entered < entries.length && entries[entered]! < day) entered++;
    const from = failed;
    while (failed < failures.length && failures[failed]! <= day) failed++;
    sum += (failed - from) / ((entryDays && day > 0 ? entered : exits.length) - gone);
    return sum;
  });
  return { steps, hazard };
}
