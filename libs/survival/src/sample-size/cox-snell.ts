/** What is expected of the overall fit of a model: Cox and Snell's R², 0 to below 1. */

/** Who has the event in the study that is planned. */
export type ExpectedOutcome =
  | { readonly kind: 'binary' /** Share with the event */; readonly prevalence: number }
  | {
      readonly kind: 'time-to-event';
      /** Events per subject and unit of time */
      readonly rate: number;
      /** Mean follow-up in the same unit */
      readonly meanFollowUp: number;
      /** When the overall risk must be known precisely, in the same unit */
      readonly timepoint: number;
    };

/** @throws RangeError when a share, rate or time is out of its range */
export function checkOutcome(caller: string, outcome: ExpectedOutcome): void {
  if (outcome.kind === 'binary') {
    checkShare(caller, 'a prevalence', outcome.prevalence);
    return;
  }
  for (const what of ['rate', 'meanFollowUp', 'timepoint'] as const)
    if (!(outcome[what] > 0 && Number.isFinite(outcome[what])))
      throw new RangeError(`${caller}: expected a ${what} above 0, got ${outcome[what]}`);
}

/** @throws RangeError when the value is not strictly between 0 and 1 */
export function checkShare(caller: string, what: string, value: number): void {
  if (!(value > 0 && value < 1))
    throw new RangeError(`${caller}: expected ${what} between 0 and 1, got ${value}`);
}

/**
 * Highest R² that a model of this outcome can have, 1 - exp(2 lnL₀ / n), with the log-likelihood of no model: binary
 * φ ln φ + (1 - φ) ln(1 - φ); time-to-event e ln e - e with e events a subject (exponential times, mean follow-up as unit).
 *
 * Source: riley2019, section 2 (docs/references.bib). Agrees with: R pmsampsize.
 */
export function maximumCoxSnell(outcome: ExpectedOutcome): number {
  checkOutcome('maximumCoxSnell', outcome);
  if (outcome.kind === 'binary') {
    const { prevalence } = outcome;
    const none = prevalence * Math.log(prevalence) + (1 - prevalence) * Math.log(1 - prevalence);
    return 1 - Math.exp(2 * none);
  }
  const events = outcome.rate * outcome.meanFollowUp;
  return 1 - Math.exp(2 * (events * Math.log(events) - events));
}

/**
 * R² of a published model from its likelihood ratio statistic, 1 - exp(-χ²/n); with the number of parameters it
 * is shrunk by van Houwelingen's 1 - p/χ², as of a model that was made on these subjects.
 *
 * @returns null when the statistic is no larger than the parameters: nothing is left after shrinkage
 * @throws RangeError when the statistic is negative or there are no subjects
 *
 * Source: riley2019 (docs/references.bib).
 */
export function coxSnellFromChiSquare(chiSquare: number, subjects: number, parameters = 0): number | null {
  if (!(chiSquare >= 0 && subjects > 0))
    throw new RangeError(
      `coxSnellFromChiSquare: expected a statistic of 0 or more of subjects, got ${chiSquare} of ${subjects}`,
    );
  const shrinkage = parameters === 0 ? 1 : 1 - parameters / chiSquare;
  return shrinkage > 0 ? shrinkage * -Math.expm1(-chiSquare / subjects) : null;
}

/** R² from a share of the highest one (Nagelkerke's R²). */
export function coxSnellFromNagelkerke(share: number, outcome: ExpectedOutcome): number {
  checkShare('coxSnellFromNagelkerke', "Nagelkerke's R²", share);
  return share * maximumCoxSnell(outcome);
}

/**
 * R² of a time-to-event model from Royston's D: R²_D = D²π/8 / (π²/6 + D²π/8), then O'Quigley's R² and the likelihood
 * ratio of the events.
 *
 * @param events of the study that gave D, of so many subjects
 *
 * Source: riley2019, equations 21 to 23 (docs/references.bib).
 */
export function coxSnellFromD(d: number, events: number, subjects: number): number {
  if (!(d > 0 && events > 0 && subjects >= events))
    throw new RangeError(
      `coxSnellFromD: expected D above 0 with events among subjects, got ${d}, ${events} among ${subjects}`,
    );
  const explained = (Math.PI / 8) * d ** 2;
  const royston = explained / (Math.PI ** 2 / 6 + explained);
  const scale = Math.PI ** 2 / 6;
  const quigley = (-scale * royston) / ((1 - scale) * royston - 1);
  const chiSquare = -events * Math.log1p(-quigley);
  return -Math.expm1(-chiSquare / subjects);
}
