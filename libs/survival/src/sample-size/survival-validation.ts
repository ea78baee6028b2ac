import type { Random } from '@myocast/base';
import { calibrationSlope } from '../calibration/calibration-slope.ts';
import { observedExpected } from '../calibration/observed-expected.ts';
import { pseudoValues } from '../calibration/pseudo-values.ts';
import { normalQuantile } from '../follow-up.ts';
import { meanOf, standardDeviation } from '../numerics/mean.ts';
import { unoConcordance } from '../performance/concordance.ts';
import { checkShare } from './cox-snell.ts';
import {
  checkCohort,
  type ExpectedCohort,
  simulateCohort,
  type SimulatedCohort,
} from './simulated-cohort.ts';
import { largest, type MeasureSize, ratioError, usualWidths, type ValidationTargets } from './validation.ts';

export interface SurvivalValidationPlan extends ValidationTargets {
  readonly cohort: ExpectedCohort;
  /** Treatment threshold of the net benefit; none where absent */
  readonly threshold?: number;
  readonly random: Random;
  /** Cohorts that are simulated, and the size of each; 50 of 2,000 where absent */
  readonly simulations?: number;
  readonly subjects?: number;
}

/** What one measure needs, and what to expect of it. */
export interface SimulatedMeasureSize extends MeasureSize {
  /** Mean over the simulated cohorts */
  readonly expected: number;
  /** Standard error of the number of subjects, due to the simulation; null for one cohort */
  readonly simulationError: number | null;
  /** Simulated cohorts that did not determine the measure */
  readonly skipped: number;
}

export interface SurvivalValidationSampleSize {
  readonly subjects: number;
  /** By the horizon */
  readonly events: number;
  readonly measures: {
    readonly [name in SurvivalMeasure]: SimulatedMeasureSize | null;
  };
  /** Share of the simulated subjects with the event by the horizon, seen before their censoring */
  readonly eventShare: number;
}

export type SurvivalMeasure = 'observedExpected' | 'slope' | 'concordance' | 'netBenefit';

/**
 * Least sample size to validate a time-to-event model at a horizon by simulation: cohorts as expected, whose predictions
 * are calibrated, give the standard error of each measure; it falls as 1/√n, which gives the size for the
 * width aimed at. Measures: ln(observed/expected), with Kaplan-Meier; calibration slope by pseudo-values;
 * Uno's C by the horizon; standardised net benefit by pseudo-values.
 *
 * A measure that no simulated cohort determines, such as where all are lost before the horizon, is null.
 *
 * @throws RangeError when a number is out of its range
 *
 * Source: riley2022 (docs/references.bib).
 */
export function survivalValidationSampleSize(plan: SurvivalValidationPlan): SurvivalValidationSampleSize {
  const { cohort, threshold, random, simulations = 50, subjects = 2000 } = plan;
  const caller = 'survivalValidationSampleSize';
  checkCohort(caller, cohort);
  if (threshold !== undefined) checkShare(caller, 'a threshold', threshold);
  if (!(simulations >= 1 && subjects >= 10))
    throw new RangeError(
      `${caller}: expected simulations of 10 subjects or more, got ${simulations} of ${subjects}`,
    );
  const found: Found[] = [];
  let seen = 0;
  for (let simulation = 0; simulation < simulations; simulation++) {
    const simulated = simulateCohort(subjects, cohort, random.fork(simulation));
    seen += eventsBy(simulated, cohort.horizon);
    found.push(measuresOf(simulated, cohort.horizon, threshold));
  }
  const eventShare = seen / (simulations * subjects);
  const widths = { ...usualWidths, ...plan };
  const errors = {
    observedExpected: ratioError(widths.observedExpectedWidth),
    slope: widths.slopeWidth / (2 * normalQuantile),
    concordance: widths.concordanceWidth / (2 * normalQuantile),
    netBenefit: widths.netBenefitWidth / (2 * normalQuantile),
  };
  const sized = (name: SurvivalMeasure) =>
    sizeOf(
      found.map((one) => one[name]),
      errors[name],
      subjects,
      eventShare,
    );
  const measures = {
    observedExpected: sized('observedExpected'),
    slope: sized('slope'),
    concordance: sized('concordance'),
    netBenefit: threshold === undefined ? null : sized('netBenefit'),
  };
  return { ...largest(Object.values(measures)), measures, eventShare };
}

interface Estimated {
  readonly estimate: number;
  readonly standardError: number;
}

type Found = { readonly [name in SurvivalMeasure]: Estimated | null };

function sizeOf(
  estimates: readonly (Estimated | null)[],
  error: number,
  subjects: number,
  eventShare: number,
): SimulatedMeasureSize | null {
  const known = estimates.filter((estimate) => estimate !== null);
  const sizes = known.map(({ standardError }) => (subjects * standardError ** 2) / error ** 2);
  const size = meanOf(sizes);
  if (size === null) return null;
  const between = standardDeviation(sizes);
  const needed = Math.ceil(size);
  return {
    subjects: needed,
    events: Math.ceil(needed * eventShare),
    standardError: error,
    expected: meanOf(known.map(({ estimate }) => estimate))!,
    simulationError: between === null ? null : between / Math.sqrt(sizes.length),
    skipped: estimates.length - known.length,
  };
}

function eventsBy({ followUp: { days, event } }: SimulatedCohort, horizon: number): number {
  return days.reduce((sum, day, row) => sum + (event[row] === 1 && day <= horizon ? 1 : 0), 0);
}

function measuresOf({ followUp, risk }: SimulatedCohort, horizon: number, threshold?: number): Found {
  const { ratio, observed, standardError } = observedExpected(risk, followUp, horizon);
  const slope = calibrationSlope(risk, followUp, horizon);
  const rank = unoConcordance(risk, followUp, { tau: horizon });
  return {
    observedExpected:
      ratio === null || !observed ? null : { estimate: ratio, standardError: standardError! / observed },
    slope: slope.ok ? slope.value : null,
    concordance: rank.index === null ? null : { estimate: rank.index, standardError: rank.standardError! },
    netBenefit:
      threshold === undefined ? null : netBenefitOf(risk, pseudoValues(followUp, horizon), threshold),
  };
}

/** Σ treated (y - w (1 - y)) / Σ y with pseudo-values y; the error is that of a ratio of means. */
function netBenefitOf(risk: Float64Array, outcome: Float64Array | null, threshold: number): Estimated | null {
  if (outcome === null) return null;
  const weight = threshold / (1 - threshold);
  const gain = outcome.map((y, row) => (risk[row]! >= threshold ? y - weight * (1 - y) : 0));
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const events = sum(outcome);
  if (!(events > 0)) return null;
  const estimate = sum(gain) / events;
  const squares = sum(gain.map((value, row) => (value - estimate * outcome[row]!) ** 2));
  return { estimate, standardError: Math.sqrt(squares) / events };
}
