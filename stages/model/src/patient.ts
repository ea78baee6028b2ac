import { accepted, type Checked, type Issue, issue } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import type { ForecastPlan } from './train.ts';

/** One subject as it is typed in: any of the model's predictors, and no images. */
export interface Patient {
  readonly subject: string;
  /** A number, or a text for a category. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * A predictor table of these patients. A value is found by the name of its column,
 * by the variable whose natural logarithm the column is (`nt_probnp` for
 * `log nt_probnp`), or by a category (`culprit: "RCA"` for `culprit=RCA`; a
 * category without a column is the reference). What the model does not know, or
 * cannot read, is an issue and not used.
 */
export function patientTable(plan: ForecastPlan, patients: readonly Patient[]): Checked<PredictorTable> {
  const columns = plan.scaler.columns;
  const cells: (number | null)[] = [];
  const issues: Issue[] = [];
  for (const { subject, values } of patients) {
    const row = columns.map((): number | null => null);
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === '') continue;
      const problem = place(columns, row, name, value);
      if (problem) issues.push(issue(problem.kind, `${subject}: ${name}`, problem.message));
    }
    cells.push(...row);
  }
  return accepted(
    {
      subjects: patients.map(({ subject }) => subject),
      centres: patients.map(() => ''),
      columns: columns.map(({ name, source }) => ({
        name,
        label: name,
        unit: null,
        kind: 'continuous',
        source,
      })),
      values: Float64Array.from(cells, (cell) => cell ?? 0),
      observed: Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)),
      segments: [],
      slices: patients.map(() => []),
    },
    issues,
  );
}

type Problem = Pick<Issue, 'kind' | 'message'>;

/** Writes the value to the columns it belongs to, or says why it cannot. */
function place(
  columns: ForecastPlan['scaler']['columns'],
  row: (number | null)[],
  name: string,
  value: unknown,
): Problem | null {
  const own = columns.findIndex((column) => column.name === name);
  const log = columns.findIndex((column) => column.name === `log ${name}`);
  const categories = columns.flatMap((column, j) => (column.name.startsWith(`${name}=`) ? [j] : []));
  if (own < 0 && log < 0 && categories.length === 0)
    return { kind: 'unknown-column', message: 'expected a predictor of the model, found none of this name' };
  if (own < 0 && log < 0) {
    for (const j of categories) row[j] = columns[j]!.name === `${name}=${String(value)}` ? 1 : 0;
    return null;
  }
  return placeNumber(row, value, own, log);
}

/** Writes a number to the column `own`, or its logarithm to the column `log` where there is no other. */
function placeNumber(row: (number | null)[], value: unknown, own: number, log: number): Problem | null {
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return { kind: 'bad-value', message: `expected a number, found ${JSON.stringify(value)}` };
  if (own < 0 && number <= 0)
    return { kind: 'bad-value', message: `expected a number above 0, found ${number}` };
  row[own >= 0 ? own : log] = own >= 0 ? number : Math.log(number);
  return null;
}
