import type { Random } from '@myocast/base';
import { baselineHazards } from './calibration.ts';
import type { Patient } from './clinical.ts';
import { type InfarctPattern, patternScore } from './pattern.ts';

/** The five causes in the order of their codes; the first four are MACE. */
export const causes = [
  'cardiovascular-death',
  'recurrent-mi',
  'hf-hospitalisation',
  'unplanned-revascularisation',
  'non-cardiovascular-death',
] as const;
export type Cause = (typeof causes)[number];
export const maceCauses = causes.slice(0, 4) as readonly Cause[];

/** Ends of the pieces of the hazards, in years (DOMAIN B5). */
export const pieceEndsYears = [0.5, 1, 2, 5] as const;

/** Log hazard ratios of a patient: what the heart adds fades after a year, what the person adds stays. */
export interface Predictor {
  readonly cardiac: number;
  readonly personal: number;
}

/** By cause, before the frailty. */
export type Predictors = { readonly [Name in Cause]: Predictor };

/**
 * After year 1 the effect of the injury is 0.6 of what it was: the hazard of HF
 * falls four-fold after the first year (CREDO-Kyoto), DOMAIN B6 lets CMR effects
 * decay; the size of the factor is an assumption of the simulator.
 */
export const lateCardiacFactor = 0.6;

/** Standard deviation of the log frailty that all causes of a patient share (assumption; DOMAIN B5 asks for one). */
export const frailtySd = 0.35;

/**
 * Factors on the published effects below, so that the oracle's Harrell C of the
 * first MACE lies in 0.77 to 0.82 (DOMAIN B6: SD 1.0 to 1.2 of the composite).
 * Published ratios are attenuated by measurement error; these are of the truth.
 */
const scale = { injury: 2.5, ischaemia: 2.5 } as const;

/**
 * Log hazards. Injury drives cardiovascular death and heart failure, and part of
 * it is the pattern; age and risk factors drive re-infarction and
 * revascularisation, on which MVO has no effect (dewaha2017). Per standard
 * deviation and halved for collinearity: IS 0.25, MVO 0.19, LVEF 0.26 (DOMAIN B6).
 */
export function predictorsOf(patient: Patient, pattern: InfarctPattern): Predictors {
  const { clinical, injury } = patient;
  const size = (injury.infarctPercent - 20) / 14;
  const mvo = (Math.log1p(injury.mvoPercent) - 0.6) / 0.8;
  const weakness = (50 - injury.ejectionFractionPercent) / 11;
  const damage =
    scale.injury * (0.25 * size + 0.19 * mvo + 0.26 * weakness + 0.4 * patternScore(pattern, patient));
  const age = (clinical.age - 58.5) / 11.5;
  const kidney = (clinical.creatinine - 79) / 20;
  const congestion = clinical.killip > 1 ? 1 : 0;
  const ldl = (clinical.ldl_c - 2.9) / 0.9;
  // Per SD of age ln 1.37 to ln 2.13 a decade; diabetes ln 1.37; more vessels ln 1.85 (EHJ ehu505, PMC5843132).
  // The same burden of plaque counts half for death and heart failure. Killip ≥ II ln 2.64 of late death, halved beside the injury (Ogaki). LDL, smoking, creatinine: (recalled).
  const plaque =
    scale.ischaemia *
    (0.31 * clinical.diabetes + 0.62 * clinical.multivessel + 0.25 * ldl + 0.3 * clinical.smoker);
  return {
    'cardiovascular-death': {
      cardiac: damage + 0.25 * congestion,
      personal: 0.65 * age + 0.5 * plaque + 0.2 * kidney + 0.25 * congestion,
    },
    'recurrent-mi': { cardiac: 0, personal: plaque + 0.5 * age + 0.2 * kidney + 0.25 * congestion },
    'hf-hospitalisation': {
      cardiac: 1.1 * damage + 0.35 * congestion,
      personal: 0.4 * age + 0.5 * plaque + 0.15 * kidney + 0.25 * congestion,
    },
    'unplanned-revascularisation': { cardiac: 0, personal: plaque + 0.25 * age + 0.1 * kidney },
    'non-cardiovascular-death': {
      cardiac: 0,
      personal: 0.9 * age + 0.3 * clinical.smoker + 0.1 * kidney + 0.2 * clinical.diabetes,
    },
  };
}

/** The log hazard ratio in piece 0, 1 (the first year) or 2, 3. */
export function logHazardRatio({ cardiac, personal }: Predictor, piece: number): number {
  return personal + (piece < 2 ? 1 : lateCardiacFactor) * cardiac;
}

/** Hazard of a cause at the four pieces, per year. */
export function hazardsPerYear(predictor: Predictor, cause: Cause, logFrailty: number): readonly number[] {
  return baselineHazards[cause].map(
    (baseline, piece) => baseline * Math.exp(logHazardRatio(predictor, piece) + logFrailty),
  );
}

function cumulativeHazard(hazards: readonly number[], years: number): number {
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
  return Math.log(
    maceCauses.reduce(
      (sum, cause) => sum + cumulativeHazard(hazardsPerYear(predictors[cause], cause, 0), oracleHorizonYears),
      0,
    ),
  );
}

/** Time to each cause, in years, were it the only one; Infinity beyond five years. */
export function latentTimes(random: Random, predictors: Predictors): { readonly [Name in Cause]: number } {
  const logFrailty = random.normal(0, frailtySd);
  return Object.fromEntries(
    causes.map((cause) => [
      cause,
      invert(hazardsPerYear(predictors[cause], cause, logFrailty), random.exponential()),
    ]),
  ) as Record<Cause, number>;
}

function invert(hazards: readonly number[], goal: number): number {
  let start = 0;
  let rest = goal;
  for (const [piece, end] of pieceEndsYears.entries()) {
    const inPiece = hazards[piece]! * (end - start);
    if (rest <= inPiece) return start + rest / hazards[piece]!;
    rest -= inPiece;
    start = end;
  }
  return Number.POSITIVE_INFINITY;
}

export interface Outcome {
  readonly followUpDays: number;
  /** First event of any cause; null when there was none until the end of observation. */
  readonly firstEvent: Cause | null;
  /** Administrative end of the follow-up, which fixes the date of the CMR exam. */
  readonly administrativeYears: number;
}

const daysPerYear = 365.25;

/** First of the five causes, or the end: administrative, uniform on 1 to 5 years, or lost, 2 % a year (DOMAIN B7). */
export function createOutcome(random: Random, predictors: Predictors): Outcome {
  const times = latentTimes(random.fork('events'), predictors);
  const administrativeYears = random.uniform(1, 5);
  const end = Math.min(administrativeYears, random.exponential(-Math.log(1 - 0.02)));
  const first = causes.reduce((best, cause) => (times[cause] < times[best] ? cause : best));
  const happened = times[first] <= end;
  return {
    followUpDays: Math.max(1, Math.ceil((happened ? times[first] : end) * daysPerYear)),
    firstEvent: happened ? first : null,
    administrativeYears,
  };
}
