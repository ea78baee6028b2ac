import type { FollowUp } from '../follow-up.ts';
import { sharedTable } from './shared-table.ts';

/** A cohort with entries, weights and clusters by the row number, as in reference/survival/estimators.R. */
export interface LateCohort {
  readonly late: FollowUp;
  /** The same rows from day 0 on. */
  readonly plain: FollowUp;
  readonly counts: Float64Array;
  readonly shares: Float64Array;
  readonly cluster: Int32Array;
  /** A column of the rows that are left. */
  readonly column: (name: string) => Float64Array;
}

/** Deaths after myocardial infarction. */
export function lateWhas500(): LateCohort {
  const table = sharedTable('whas500.csv');
  return lateCohort(table.numbers('lenfol'), table.numbers('fstat'), [37, 300], (name) =>
    table.numbers(name),
  );
}

/** Months to progression, death competing. */
export function lateMgus2(): LateCohort {
  const table = sharedTable('mgus2.csv');
  const [progressed, death] = [table.numbers('pstat'), table.numbers('death')];
  const [toProgression, toEnd] = [table.numbers('ptime'), table.numbers('futime')];
  return lateCohort(
    toEnd.map((end, row) => (progressed[row] === 1 ? toProgression[row]! : end)),
    progressed.map((yes, row) => (yes === 1 ? 1 : 2 * death[row]!)),
    [7, 40],
    (name) => table.numbers(name),
  );
}

function lateCohort(
  days: Float64Array,
  event: Float64Array,
  [step, modulus]: readonly [number, number],
  column: (name: string) => Float64Array,
): LateCohort {
  const rows = [...days.keys()].filter((row) => (step * row) % modulus < days[row]!);
  const of = (value: (row: number) => number) => Float64Array.from(rows, value);
  const plain = { days: of((row) => days[row]!), event: Uint8Array.from(rows, (row) => event[row]!) };
  return {
    plain,
    late: { ...plain, entryDays: of((row) => (step * row) % modulus) },
    counts: of((row) => 1 + (row % 3)),
    shares: of((row) => 0.5 + (row % 4) / 2),
    cluster: Int32Array.from(rows, (row) => row % 50),
    column: (name) => {
      const values = column(name);
      return of((row) => values[row]!);
    },
  };
}
