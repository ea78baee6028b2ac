import { Random } from '@myocast/base';
import type { ForecastCompetitor } from '@myocast/model';
import { compositeFollowUp, type Outcome, type PredictorTable } from '@myocast/predictors';
import { takeFollowUp } from '@myocast/survival';
import { coxLinearPredictor, coxSurvival, fitCox } from '@myocast/survival/regression';
import type { OutOfFold } from './cross-validation.ts';
import type { ValidationInput } from './validation-record.ts';

export const horizonDays = 730;

/** Two predictors, of which the first drives the composite; a competing cause; 4 centres. */
export function cohort(n: number, seed: string): { table: PredictorTable; outcome: Outcome } {
  const random = new Random(seed);
  const x = Float64Array.from({ length: 2 * n }, () => random.normal());
  const days = new Float64Array(n);
  const cause = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    const times = [
      random.uniform(400, 1500),
      random.exponential(Math.exp(1.2 * x[2 * row]!) / 1500),
      random.exponential(1 / 6000),
    ];
    days[row] = Math.ceil(Math.min(...times));
    cause[row] = times.indexOf(Math.min(...times));
  }
  return {
    table: {
      subjects: Array.from(days, (_, row) => `S${row}`),
      centres: Array.from(days, (_, row) => 'ABCD'[row % 4]!),
      columns: ['x', 'noise'].map((name) => ({
        name,
        label: name,
        unit: null,
        kind: 'continuous',
        source: 'clinical',
      })),
      values: x,
      observed: new Uint8Array(2 * n).fill(1),
      segments: [],
      slices: [],
    },
    outcome: {
      days,
      cause,
      causes: ['death', 'other-death'],
      compositeCauses: ['death'],
      compositeName: 'MACE',
    },
  };
}

/** The simplest honest competitor; keeps the coefficients it found, by held-out rows. */
export function simpleCox(fitted: Map<string, number[]> = new Map()): ForecastCompetitor {
  return {
    name: 'cox',
    label: 'Cox',
    fitPredict: async ({ table, outcome, train, test }) => {
      const take = (rows: readonly number[]) =>
        Float64Array.from(rows.flatMap((row) => [table.values[2 * row]!, table.values[2 * row + 1]!]));
      const fit = fitCox(
        {
          names: ['x', 'noise'],
          predictors: take(train),
          followUp: takeFollowUp(compositeFollowUp(outcome), train),
        },
        { ties: 'efron', ridge: 1 },
      );
      if (!fit.ok) throw new Error(fit.issues[0]!.message);
      fitted.set(test.join(), [...fit.value.coefficients]);
      const risk = coxLinearPredictor(fit.value, take(test));
      return {
        risk,
        incidenceAtHorizon: coxSurvival(fit.value, risk, horizonDays).map((value) => 1 - value),
      };
    },
  };
}

export function inputFor(
  { table, outcome }: ReturnType<typeof cohort>,
  predictions: readonly OutOfFold[],
): ValidationInput {
  return {
    study: 'test',
    dataSet: 'hash',
    design: 'each centre held out once',
    outcome,
    centres: table.centres,
    predictions,
    horizonDays: outcome.days ? horizonDays : null,
    seed: 1,
    random: new Random(1),
    bootstraps: 100,
    softwareVersion: '0.1.0',
  };
}
