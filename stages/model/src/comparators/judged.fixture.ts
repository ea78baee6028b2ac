import { Random } from '@myocast/base';
import type { Outcome } from '@myocast/predictors';
import { takeFollowUp } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { type Planted, planted } from '../planted.fixture.ts';
import type { HeldOutRisk } from './competitor.ts';
import { competitors } from './competitors.ts';

export const train = Array.from({ length: 130 }, (_, row) => row);
export const test = Array.from({ length: 250 }, (_, row) => 130 + row);
export const horizonDays = 900;

/** 130 subjects to fit to and 250 to judge. */
export const judgedCohort = (signal: 'columns' | 'slices', seed: number) =>
  planted(train.length + test.length, signal, new Random(`judged ${seed}`));

/** What one comparator says of the test rows. */
export function fitPredict(
  name: string,
  { table, outcome }: Pick<Planted, 'table' | 'outcome'>,
  rows: readonly number[] = test,
): Promise<HeldOutRisk> {
  const [one] = competitors({
    columns: table.columns,
    horizonDays: outcome.days === null ? null : horizonDays,
    only: [name],
  });
  return one!.fitPredict({ table, outcome, train, test: rows, random: new Random('comparators') });
}

export function harrell({ risk }: HeldOutRisk, { days, cause }: Outcome): number {
  return concordance(risk, takeFollowUp({ days: days!, event: cause }, test)).index!;
}

/** The outcomes dealt out anew, so that nothing predicts them. */
export function shuffled(outcome: Outcome, seed: number): Outcome {
  const order = new Random(`shuffled ${seed}`).permutation(outcome.cause.length);
  return {
    ...outcome,
    days: outcome.days && Float64Array.from(order, (row) => outcome.days![row]!),
    cause: Uint8Array.from(order, (row) => outcome.cause[row]!),
  };
}

/** The same as a yes/no outcome. */
export function withoutTimes(outcome: Outcome): Outcome {
  return { ...outcome, days: null, cause: outcome.cause.map((code) => (code === 1 ? 1 : 0)) };
}
