import type { PredictorTable } from '@myocast/predictors';
import { type FollowUp, takeFollowUp, takeRows } from '@myocast/survival';
import { observedExpected } from '@myocast/survival/calibration';
import { concordance, logitInterval } from '@myocast/survival/performance';
import { absent } from './absent.ts';
import type { OutOfFold } from './cross-validation.ts';
import type { Estimate, SubgroupPerformance } from './records.ts';

const fewestEvents = 2;
const olderFrom = 65;

/** Subjects of one kind. */
export interface Subgroup {
  /** `Sex`, `Age`, `Infarct location`. */
  readonly by: string;
  readonly name: string;
  readonly rows: readonly number[];
}

/**
 * Subjects by sex, by age below 65 years or not, and by infarct location, as far as the table has the columns.
 * Those whose value is missing are a group of their own.
 */
export function subgroupsOf({ columns, values, observed }: PredictorTable): readonly Subgroup[] {
  const p = columns.length;
  const n = p === 0 ? 0 : values.length / p;
  const parts = (
    by: string,
    name: string,
    names: readonly [yes: string, no: string],
    holds: (value: number) => boolean,
  ): Subgroup[] => {
    const j = columns.findIndex((column) => column.name === name);
    if (j < 0) return [];
    const rows = (wanted: (row: number) => boolean) =>
      Array.from({ length: n }, (_, row) => row).filter(wanted);
    const known = (row: number) => observed[row * p + j] === 1;
    const yes = (row: number) => known(row) && holds(values[row * p + j]!);
    return [
      { by, name: names[0], rows: rows(yes) },
      { by, name: names[1], rows: rows((row) => known(row) && !yes(row)) },
      { by, name: 'not known', rows: rows((row) => !known(row)) },
    ].filter((group) => group.rows.length > 0);
  };
  const one = (value: number) => value === 1;
  return [
    ...parts('Sex', 'sex=female', ['female', 'male'], one),
    ...parts('Sex', 'sex=male', ['male', 'female'], one),
    ...parts('Age', 'age', [`${olderFrom} or older`, `below ${olderFrom}`], (age) => age >= olderFrom),
    ...parts('Infarct location', 'anterior', ['anterior', 'not anterior'], one),
  ];
}

/**
 * Harrell's C and observed over expected events at the horizon of one model in each subgroup. Their intervals are
 * closed: of the infinitesimal jackknife on the log odds, and of the observed risk on the log scale.
 */
export function subgroupPerformance(
  { risk, incidenceAtHorizon }: OutOfFold,
  followUp: FollowUp,
  horizon: number | null,
  subgroups: readonly Subgroup[],
): readonly SubgroupPerformance[] {
  return subgroups.map(({ by, name, rows }) => {
    const own = takeFollowUp(followUp, rows);
    return {
      by,
      name,
      subjects: rows.length,
      events: own.event.filter((code) => code === 1).length,
      harrell: harrellOf(takeRows(risk, rows), own),
      observedOverExpected:
        incidenceAtHorizon === null || horizon === null
          ? absent('the model predicts no risk at the horizon')
          : ratioOf(takeRows(incidenceAtHorizon, rows), own, horizon),
    };
  });
}

function harrellOf(risk: Float64Array, followUp: FollowUp): Estimate {
  const events = followUp.event.filter((code) => code === 1).length;
  if (events < fewestEvents) return absent(`expected at least ${fewestEvents} events, found ${events}`);
  const { index, standardError } = concordance(risk, followUp);
  if (index === null) return absent('no pair of subjects can be compared');
  return { value: index, ...logitInterval(index, standardError!) };
}

function ratioOf(incidence: Float64Array, followUp: FollowUp, horizon: number): Estimate {
  const { ratio, ratioLow, ratioHigh } = observedExpected(incidence, followUp, horizon);
  if (ratio === null) return absent('the follow-up of these subjects does not determine it');
  return { value: ratio, low: ratioLow, high: ratioHigh };
}
