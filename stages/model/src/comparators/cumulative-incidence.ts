import { type FollowUp, nelsonAalen } from '@myocast/survival';

/** A cumulative hazard at linear predictor 0, on its days with events. */
export interface Baseline {
  readonly days: Float64Array;
  readonly cumulativeHazard: Float64Array;
}

/** Cumulative incidence by a day, [n], of subjects with these linear predictors. */
export type IncidenceOf = (linearPredictor: Float64Array, days: number) => Float64Array;

/**
 * Cumulative incidence under proportional hazards of the composite, beside causes that compete with it:
 * the sum over its event days t of
 *
 *   exp(-G(t-)) (exp(-H(t-) e^x) - exp(-H(t) e^x))
 *
 * with H the composite's baseline and G the cumulative hazard (Nelson-Aalen) of the competing causes
 * among the training rows, alike for all subjects. It is at most 1, and without competing events 1 - exp(-H(t) e^x).
 * It stays what it is on the last event day after that.
 */
export function incidenceBeside({ days, cumulativeHazard }: Baseline, followUp: FollowUp): IncidenceOf {
  const competing = nelsonAalen({
    days: followUp.days,
    event: followUp.event.map((code) => (code === 2 ? 1 : 0)),
  });
  let place = 0;
  const spared = days.map((day) => {
    while (place < competing.days.length && competing.days[place]! < day) place++;
    return place === 0 ? 1 : Math.exp(-competing.hazard[place - 1]!);
  });
  return (linearPredictor, until) =>
    linearPredictor.map((value) => {
      const relative = Math.exp(value);
      let incidence = 0;
      let before = 1;
      for (const [k, day] of days.entries()) {
        if (day > until) break;
        const now = Math.exp(-cumulativeHazard[k]! * relative);
        incidence += spared[k]! * (before - now);
        before = now;
      }
      return incidence;
    });
}
