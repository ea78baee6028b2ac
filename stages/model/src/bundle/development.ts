import { affordableParameters, type ExpectedOutcome, maximumCoxSnell } from '@myocast/survival/sample-size';
import type { Development } from '../records.ts';
import type { ForecastPlan } from '../train.ts';

/** Of a model about which nothing is known before: 15 % of the highest R², as riley2019 advises. */
const assumedNagelkerke = 0.15;

/** The parameters that the data decided beside those that so many subjects and events afford. */
export function developmentOf({ training, compositeCauses, timed, voice }: ForecastPlan): Development {
  const { subjects, events, effectiveParameters, columns } = training;
  const share = compositeCauses.reduce((sum, cause) => sum + (events[cause] ?? 0), 0) / subjects;
  return {
    effectiveParameters,
    columns,
    affordableParameters: affordable(subjects, share, timed),
    assumedNagelkerke,
    treesWeight: voice.weight,
  };
}

/** Only events a subject enter; the unit of time does not, so mean follow-up is taken as it. */
function affordable(subjects: number, share: number, timed: boolean): number | null {
  if (!(share > 0) || (!timed && share >= 1)) return null;
  const outcome: ExpectedOutcome = timed
    ? { kind: 'time-to-event', rate: share, meanFollowUp: 1, timepoint: 1 }
    : { kind: 'binary', prevalence: share };
  return affordableParameters(subjects, { outcome, coxSnell: assumedNagelkerke * maximumCoxSnell(outcome) });
}
