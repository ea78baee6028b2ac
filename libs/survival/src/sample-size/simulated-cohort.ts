import type { Random } from '@myocast/base';
import type { FollowUp } from '../follow-up.ts';
import { checkShare } from './cox-snell.ts';

/**
 * A cohort as it is expected: log hazards are normal, times to the event Weibull, losses exponential, and everybody
 * who is left is censored at the end.
 */
export interface ExpectedCohort {
  /** Share with the event by the horizon, if nobody were lost */
  readonly risk: number;
  readonly horizon: number;
  /** Standard deviation of the log hazard */
  readonly spread: number;
  /** Weibull shape; 1, a constant hazard, where absent */
  readonly shape?: number;
  /** Share lost by the horizon, of those without the event; 0 where absent */
  readonly lost?: number;
  /** End of follow-up for all; the horizon where absent */
  readonly end?: number;
}

/** Subjects with their true log hazards and risks by the horizon: predictions that are calibrated. */
export interface SimulatedCohort {
  readonly followUp: FollowUp;
  readonly logHazard: Float64Array;
  readonly risk: Float64Array;
}

/** @throws RangeError when a number is out of its range */
export function checkCohort(caller: string, cohort: ExpectedCohort): void {
  const { risk, horizon, spread, shape = 1, lost = 0, end = horizon } = cohort;
  checkShare(caller, 'a risk', risk);
  checkPositive(caller, { spread, horizon, shape });
  if (!(end >= horizon))
    throw new RangeError(`${caller}: expected an end of follow-up not before ${horizon}, got ${end}`);
  if (!(lost >= 0 && lost < 1))
    throw new RangeError(`${caller}: expected a share lost of 0 or more and below 1, got ${lost}`);
}

function checkPositive(caller: string, values: { readonly [name: string]: number }): void {
  for (const [name, value] of Object.entries(values))
    if (!(value > 0 && Number.isFinite(value)))
      throw new RangeError(`${caller}: expected a ${name} above 0, got ${value}`);
}

export function simulateCohort(subjects: number, cohort: ExpectedCohort, random: Random): SimulatedCohort {
  const { risk, horizon, spread, shape = 1, lost = 0, end = horizon } = cohort;
  const hazard = hazardByHorizon(risk, spread);
  const lossRate = -Math.log1p(-lost) / horizon;
  const days = new Float64Array(subjects);
  const event = new Uint8Array(subjects);
  const logHazard = new Float64Array(subjects);
  for (let row = 0; row < subjects; row++) {
    const own = spread * random.normal();
    const failure = horizon * (random.exponential() / (hazard * Math.exp(own))) ** (1 / shape);
    const loss = random.exponential() / lossRate; // infinite where nobody is lost
    const censoring = Math.min(loss, end);
    logHazard[row] = own;
    days[row] = Math.min(failure, censoring);
    event[row] = failure <= censoring ? 1 : 0;
  }
  return {
    followUp: { days, event },
    logHazard,
    risk: logHazard.map((own) => -Math.expm1(-hazard * Math.exp(own))),
  };
}

/** The cumulative hazard by the horizon of a subject with log hazard 0, such that the mean risk comes out. */
export function hazardByHorizon(risk: number, spread: number): number {
  let [low, high] = [-60, 20]; // of its logarithm
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (meanOverNormal((z) => -Math.expm1(-Math.exp(middle + spread * z))) < risk) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Mean of a smooth function of a standard normal variable, at 321 equally spaced points. */
export function meanOverNormal(of: (z: number) => number): number {
  let [sum, mass] = [0, 0];
  for (let at = -160; at <= 160; at++) {
    const z = at / 16;
    const density = Math.exp((-z * z) / 2);
    sum += density * of(z);
    mass += density;
  }
  return sum / mass;
}
