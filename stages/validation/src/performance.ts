import type { Random } from '@myocast/base';
import { aalenJohansen, type FollowUp, incidenceAt, takeFollowUp, takeRows } from '@myocast/survival';
import { brierScore, concordance, unoConcordance } from '@myocast/survival/performance';
import { bootstrapInterval } from '@myocast/survival/resampling';
import { absent, observedTo } from './absent.ts';
import { horizonCalibration } from './horizon-calibration.ts';
import type { Estimate, ModelPerformance } from './records.ts';

export interface PerformanceInput {
  readonly model: string;
  readonly label: string;
  readonly risk: Float64Array;
  readonly incidenceAtHorizon: Float64Array | null;
  readonly followUp: FollowUp;
  readonly horizon: number | null;
  /** False for a yes/no outcome, whose times mean nothing. */
  readonly timed: boolean;
  readonly random: Random;
  readonly bootstraps: number;
}

const fewestEvents = 2;

/**
 * Discrimination, accuracy and calibration-in-the-large of one model on one group of
 * held-out subjects. Intervals are percentiles over resampled subjects, those of intercept and slope excepted; the resamples
 * depend on `random` alone, so models given the same stream are compared on the same ones.
 */
export function performance(input: PerformanceInput): ModelPerformance {
  const { model, label, followUp, horizon, timed } = input;
  const withoutEvents = tooFewEvents(followUp);
  const withoutHorizon =
    horizon === null
      ? 'no horizon was set'
      : input.incidenceAtHorizon === null
        ? 'the model predicts no risk at the horizon'
        : null;
  const atHorizon = (statistic: (data: Sample, t: number) => number | null) =>
    withoutHorizon === null
      ? estimate(
          input,
          (data) => (observedTo(data.followUp, horizon!) ? statistic(data, horizon!) : null),
          null,
        )
      : absent(withoutHorizon);
  return {
    model,
    label,
    harrell: estimate(input, ({ risk, followUp }) => concordance(risk, followUp).index, withoutEvents),
    uno: timed
      ? estimate(
          input,
          ({ risk, followUp }) =>
            unoConcordance(risk, followUp, horizon === null ? {} : { tau: horizon }).index,
          withoutEvents,
        )
      : absent('a yes/no outcome has no censoring times'),
    brier: atHorizon(({ incidence, followUp }, t) => brierScore(incidence!, followUp, t).score),
    ipa: atHorizon(({ incidence, followUp }, t) => brierScore(incidence!, followUp, t).ipa),
    observedOverExpected: atHorizon(observedOverExpected),
    ...horizonCalibration(input.incidenceAtHorizon, followUp, horizon),
  };
}

interface Sample {
  readonly risk: Float64Array;
  readonly incidence: Float64Array | null;
  readonly followUp: FollowUp;
}

function observedOverExpected({ incidence, followUp }: Sample, t: number): number | null {
  const expected = incidence!.reduce((sum, value) => sum + value, 0) / incidence!.length;
  return expected > 0 ? incidenceAt(aalenJohansen(followUp), t) / expected : null;
}

function tooFewEvents({ event }: FollowUp): string | null {
  const events = event.filter((code) => code === 1).length;
  return events < fewestEvents ? `expected at least ${fewestEvents} events, found ${events}` : null;
}

function estimate(
  { risk, incidenceAtHorizon, followUp, random, bootstraps }: PerformanceInput,
  statistic: (data: Sample) => number | null,
  reason: string | null,
): Estimate {
  if (reason !== null) return absent(reason);
  const value = statistic({ risk, incidence: incidenceAtHorizon, followUp });
  if (value === null) return absent('the follow-up of these subjects does not determine it');
  const { low, high, skipped } = bootstrapInterval(
    risk.length,
    (rows) =>
      statistic({
        risk: takeRows(risk, rows),
        incidence: incidenceAtHorizon && takeRows(incidenceAtHorizon, rows),
        followUp: takeFollowUp(followUp, rows),
      }),
    { resamples: bootstraps, random },
  );
  if (low === null)
    return { value, low, high, reason: `no interval: ${skipped} of ${bootstraps} resamples gave none` };
  return skipped > 0
    ? { value, low, high, reason: `${skipped} of ${bootstraps} resamples gave no value` }
    : { value, low, high };
}
