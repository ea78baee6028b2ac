import { baselineHazards } from '../calibration.ts';
import type { Patient } from '../clinical.ts';
import type { InfarctPattern } from '../pattern.ts';
import { type Cause, causes, maceCauses } from './causes.ts';
import { cardiacEffects, type Covariates, covariatesOf, personalEffects, weigh } from './effects.ts';

/** Ends of the pieces of the hazards, in years (DOMAIN B5). */
export const pieceEndsYears = [0.5, 1, 2, 5] as const;

/** Log hazard ratios of a patient: what the heart adds fades, what the person adds stays. */
export interface Predictor {
  readonly cardiac: number;
  readonly personal: number;
}

/** By cause, before the frailty. */
export type Predictors = { readonly [Name in Cause]: Predictor };

/**
 * Share of the cardiac effect in each piece: the hazard of HF falls four-fold after the first
 * year (CREDO-Kyoto), DOMAIN B6 lets CMR effects decay; the size is an assumption of the simulator.
 */
const cardiacShare = [1.1, 1, 0.75, 0.55] as const;

/** Standard deviation of the log frailty that all causes of a patient share (assumption; DOMAIN B5 asks for one). */
export const frailtySd = 0.4;

/** The pattern is null where there was no exam; its score is then the mean. */
export function predictorsOf(patient: Patient, pattern: InfarctPattern | null): Predictors {
  return predictorsFrom(covariatesOf(patient, pattern));
}

export function predictorsFrom(covariates: Covariates): Predictors {
  return Object.fromEntries(
    causes.map((cause) => [
      cause,
      {
        cardiac: weigh(covariates, cardiacEffects[cause]),
        personal: weigh(covariates, personalEffects[cause]),
      },
    ]),
  ) as Record<Cause, Predictor>;
}

export function logHazardRatio({ cardiac, personal }: Predictor, piece: number): number {
  return personal + cardiacShare[piece]! * cardiac;
}

export type Baseline = { readonly [Name in Cause]: readonly number[] };

/** Hazards a year by cause (in the order of `causes`) and piece, before anything has happened. */
export function hazardTable(
  predictors: Predictors,
  logFrailty: number,
  baseline: Baseline = baselineHazards,
): readonly (readonly number[])[] {
  return causes.map((cause) =>
    baseline[cause].map(
      (hazard, piece) => hazard * Math.exp(logHazardRatio(predictors[cause], piece) + logFrailty),
    ),
  );
}

/** Expected number of events of one cause until a time, were it alone. */
export function cumulativeHazard(hazards: readonly number[], years: number): number {
  let total = 0;
  let start = 0;
  for (const [piece, end] of pieceEndsYears.entries()) {
    total += hazards[piece]! * Math.max(0, Math.min(years, end) - start);
    start = end;
  }
  return total;
}

/** Horizon at which one number stands for the whole hazard of MACE. */
const oracleHorizonYears = 2;

/**
 * The best that any forecast could rank by: log of the cumulative hazard of the
 * first MACE to two years, from the true predictors. The frailty is left out: it
 * is in no record and in no image.
 */
export function oracleLogHazard(predictors: Predictors): number {
  const table = hazardTable(predictors, 0);
  return Math.log(
    maceCauses.reduce((sum, _, row) => sum + cumulativeHazard(table[row]!, oracleHorizonYears), 0),
  );
}
