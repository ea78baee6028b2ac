import { affordableParameters, type ExpectedOutcome, maximumCoxSnell } from '@myocast/survival/sample-size';
import type { Development } from '../records.ts';
import type { ForecastPlan } from '../train.ts';

/** Of a model about which nothing is known before: 15 % of the highest R², as riley2019 advises. */
const assumedNagelkerke = 0.15;

/** The parameters that the data decided beside those that so many subjects and events afford. */
export function developmentOf({ training, compositeCauses, timed, voice }: ForecastPlan): Development {
  const { subjects, events, effectiveParameters, columns } = training;
  const share = compositeCauses.reduce((sum, cause) => sum + (events[cause] ?? 0), 0) / subjects;
  const affordableParameters = affordable(subjects, share, timed);
  return {
    effectiveParameters,
    columns,
    affordableParameters,
    assumedNagelkerke,
    verdict: verdictOf(effectiveParameters, affordableParameters),
    treesWeight: voice.weight,
  };
}

/**
 * What a reader is to make of it. The penalty has shrunk what the data decided already; beyond what they afford,
 * performance in the training data is still better than elsewhere.
 */
export function verdictOf(effective: number, afford: number | null): string | null {
  if (afford === null) return null;
  if (effective <= afford) return 'within what the subjects and events afford';
  return `WARNING: ${(effective / afford).toFixed(1)} times what the subjects and events afford; expect forecasts of others to be too extreme and performance to fall (shrinkage, optimism), and go by validation on subjects held out`;
}

/** Only events a subject enter; the unit of time does not, so mean follow-up is taken as it. */
function affordable(subjects: number, share: number, timed: boolean): number | null {
  if (!(share > 0) || (!timed && share >= 1)) return null;
  const outcome: ExpectedOutcome = timed
    ? { kind: 'time-to-event', rate: share, meanFollowUp: 1, timepoint: 1 }
    : { kind: 'binary', prevalence: share };
  return affordableParameters(subjects, { outcome, coxSnell: assumedNagelkerke * maximumCoxSnell(outcome) });
}
