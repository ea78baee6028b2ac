import { type Analyte, convert } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';

/** The study variables of one subject, read back from the columns of a predictor table. */
export interface RowValues {
  /** The variable in this unit, null for one without; null where it is missing or does not convert. */
  readonly number: (variable: string, unit: string | null, analyte?: Analyte) => number | null;
  /** Whether the variable has this category; the one without a column is the reference. */
  readonly is: (variable: string, category: string) => boolean | null;
  /** [16] a quantity of the AHA segments, null where not seen; null without such a quantity. */
  readonly segments: (name: string) => readonly (number | null)[] | null;
}

const segmentCount = 16;

/** The variable that a column comes from: `log nt_probnp` from nt_probnp, `culprit=RCA` from culprit. */
export function variableOf(column: string): string {
  return column.replace(/^log /, '').replace(/=.*$/, '');
}

/** How the rows of a table are read: logarithms are undone, and categories put together again. */
export function rowReader(table: PredictorTable): (row: number) => RowValues {
  const { columns, values, observed, segments } = table;
  const p = columns.length;
  const numbers = new Map<string, number[]>();
  const categories = new Map<string, number[]>();
  for (const [j, { name }] of columns.entries()) {
    const kind = name.includes('=') ? categories : numbers;
    kind.set(variableOf(name), [...(kind.get(variableOf(name)) ?? []), j]);
  }
  return (row) => {
    const there = (found: readonly number[] = []) => found.filter((j) => observed[row * p + j] === 1);
    const valueAt = (j: number) => values[row * p + j]!;
    return {
      number: (variable, unit, analyte) => {
        const [j] = there(numbers.get(variable));
        if (j === undefined) return null;
        const { name, unit: given } = columns[j]!;
        const value = name.startsWith('log ') ? withoutNoise(Math.exp(valueAt(j))) : valueAt(j);
        return inUnit(value, plainUnit(given), unit, analyte);
      },
      is: (variable, category) => {
        const own = there(categories.get(variable));
        if (own.length === 0) return null;
        const asked = own.find((j) => columns[j]!.name === `${variable}=${category}`);
        return asked === undefined ? own.every((j) => valueAt(j) === 0) : valueAt(asked) === 1;
      },
      segments: (name) => {
        const column = segments.find((segment) => segment.name === name);
        if (!column) return null;
        return Array.from({ length: segmentCount }, (_, s) => {
          const at = row * segmentCount + s;
          return column.observed[at] === 1 ? column.values[at]! : null;
        });
      },
    };
  };
}

/** The unit below a logarithm: `ln(min)` is min. */
function plainUnit(unit: string | null): string | null {
  return unit === null ? null : unit.replace(/^ln\((.*)\)$/, '$1');
}

/** A number that should have a unit and has none, or has one and should not, could be anything: it is not read. */
function inUnit(
  value: number,
  given: string | null,
  wanted: string | null,
  analyte?: Analyte,
): number | null {
  if (wanted === given) return value;
  if (wanted === null || given === null) return null;
  const converted = convert(value, given, wanted, analyte);
  return converted === null ? null : withoutNoise(converted);
}

/** Twelve digits: a cut at 240 min must not be missed because exp(log(240)) is 240.00000000000006. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
