import { checkOutcome, checkShare, type ExpectedOutcome, maximumCoxSnell } from './cox-snell.ts';

export interface DevelopmentPlan {
  readonly outcome: ExpectedOutcome;
  /** Candidate predictor parameters: a category with three levels has two, a spline with four knots three */
  readonly parameters: number;
  /** Cox and Snell's R² that the model is expected to reach in new subjects */
  readonly coxSnell: number;
  /** Least uniform shrinkage factor; 0.9 where absent */
  readonly shrinkage?: number;
  /** Largest optimism of Nagelkerke's R²; 0.05 where absent */
  readonly optimism?: number;
  /** Largest error of the overall risk, half a 95 % interval; 0.05 where absent */
  readonly margin?: number;
}

/** How many subjects a criterion asks for, and what they are. */
export interface SampleSize {
  readonly subjects: number;
  readonly events: number;
}

export interface DevelopmentSampleSize extends SampleSize {
  /** The criterion that asks for most */
  readonly decidedBy: 'shrinkage' | 'optimism' | 'overallRisk';
  readonly criteria: {
    /** Coefficients need no more shrinkage than this factor */
    readonly shrinkage: SampleSize & { readonly shrinkage: number };
    /** Nagelkerke's R² is no more optimistic than allowed, which amounts to this shrinkage factor */
    readonly optimism: SampleSize & { readonly shrinkage: number };
    /** The overall risk is known within the margin */
    readonly overallRisk: SampleSize & { readonly risk: number };
  };
  readonly eventsPerParameter: number;
  readonly maximumCoxSnell: number;
  readonly nagelkerke: number;
}

/**
 * Least sample size to develop a prediction model by three criteria: (i) n = p / ((S - 1) ln(1 - R²/S)) for a
 * shrinkage factor S; (ii) the same with S = R² / (R² + optimism × highest R²); (iii) the overall risk within the
 * margin: binary (1.96/margin)² φ(1 - φ), time-to-event from the interval of a constant rate, rate ± 1.96 √(rate / person-time).
 *
 * 1.96 is taken as it is printed in the paper and programmed elsewhere.
 *
 * @throws RangeError when a number is out of its range or the R² is above the highest one
 *
 * Source: riley2019 (docs/references.bib).
 * Agrees with: R pmsampsize types "b" and "s", whose third number is the larger of the first two where these are precise enough.
 */
export function developmentSampleSize(plan: DevelopmentPlan): DevelopmentSampleSize {
  checkPlan(plan);
  const { outcome, parameters, coxSnell, shrinkage = 0.9, optimism = 0.05, margin = 0.05 } = plan;
  const highest = maximumCoxSnell(outcome);
  const fit = coxSnell / (coxSnell + optimism * highest);
  const sized = (subjects: number): SampleSize => ({
    subjects: Math.ceil(subjects),
    events: Math.ceil(Math.ceil(subjects) * eventsOf(outcome)),
  });
  const criteria = {
    shrinkage: { ...sized(shrinking(parameters, coxSnell, shrinkage)), shrinkage },
    optimism: { ...sized(shrinking(parameters, coxSnell, fit)), shrinkage: fit },
    overallRisk: { ...sized(knowing(outcome, margin)), risk: riskOf(outcome) },
  };
  const names = Object.keys(criteria) as (keyof typeof criteria)[];
  const decidedBy = names.reduce((most, name) =>
    criteria[name].subjects > criteria[most].subjects ? name : most,
  );
  const { subjects, events } = criteria[decidedBy];
  return {
    subjects,
    events,
    decidedBy,
    criteria,
    eventsPerParameter: (subjects * eventsOf(outcome)) / parameters,
    maximumCoxSnell: highest,
    nagelkerke: coxSnell / highest,
  };
}

/**
 * How many parameters so many subjects afford, by the criteria of shrinkage and optimism: the other way round. Whole
 * parameters are those below.
 *
 * @throws RangeError as developmentSampleSize
 */
export function affordableParameters(subjects: number, plan: Omit<DevelopmentPlan, 'parameters'>): number {
  checkPlan({ ...plan, parameters: 1 });
  const { outcome, coxSnell, shrinkage = 0.9, optimism = 0.05 } = plan;
  const fit = coxSnell / (coxSnell + optimism * maximumCoxSnell(outcome));
  return Math.min(subjects / shrinking(1, coxSnell, shrinkage), subjects / shrinking(1, coxSnell, fit));
}

function shrinking(parameters: number, coxSnell: number, shrinkage: number): number {
  return parameters / ((shrinkage - 1) * Math.log1p(-coxSnell / shrinkage));
}

/** Events a subject. */
function eventsOf(outcome: ExpectedOutcome): number {
  return outcome.kind === 'binary' ? outcome.prevalence : outcome.rate * outcome.meanFollowUp;
}

function riskOf(outcome: ExpectedOutcome): number {
  return outcome.kind === 'binary' ? outcome.prevalence : -Math.expm1(-outcome.rate * outcome.timepoint);
}

/**
 * The lower end of a risk 1 - exp(-rate t) is further away than the upper: exp(-rate t) (exp(δt) - 1) = margin for
 * a rate lower by δ = 1.96 √(rate / (n follow-up)).
 */
function knowing(outcome: ExpectedOutcome, margin: number): number {
  if (outcome.kind === 'binary') return (1.96 / margin) ** 2 * outcome.prevalence * (1 - outcome.prevalence);
  const { rate, meanFollowUp, timepoint } = outcome;
  const distance = Math.log1p(margin * Math.exp(rate * timepoint)) / timepoint;
  return ((1.96 / distance) ** 2 * rate) / meanFollowUp;
}

function checkPlan({ outcome, parameters, coxSnell, shrinkage, optimism, margin }: DevelopmentPlan): void {
  const caller = 'developmentSampleSize';
  checkOutcome(caller, outcome);
  if (!(Number.isInteger(parameters) && parameters > 0))
    throw new RangeError(`${caller}: expected one parameter or more, got ${parameters}`);
  const highest = maximumCoxSnell(outcome);
  if (!(coxSnell > 0 && coxSnell < highest))
    throw new RangeError(
      `${caller}: expected an R² above 0 and below the highest, ${highest}, got ${coxSnell}`,
    );
  for (const [what, value] of Object.entries({ shrinkage, optimism, margin }))
    if (value !== undefined) checkShare(caller, what, value);
  const factor = shrinkage ?? 0.9;
  if (coxSnell >= factor)
    throw new RangeError(`${caller}: expected an R² below the shrinkage factor ${factor}, got ${coxSnell}`);
}
