import { accepted, type Checked, convert, type Issue, issue, unitWords } from '@myocast/base';
import type { PredictorTable } from '@myocast/predictors';
import { nearestName } from './nearest-name.ts';
import type { PredictorDefinition } from './records.ts';

/** One subject as it is typed in: any of the model's predictors, and no images. */
export interface Patient {
  readonly subject: string;
  /** A number in the model's unit, `{ value, unit }` in another, or a text for a category. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * A predictor table of these patients. A value is found by its variable (`nt_probnp` for the
 * column `log nt_probnp`, `culprit: "RCA"` for `culprit=RCA`; the category without a column is the
 * reference) or by the name of its column, which takes the number as it is. A value with a unit is
 * converted to the model's; between mass and molar concentration for the analytes whose molar mass is known.
 *
 * What the model does not know, cannot convert, or does not hold for plausible (by the protocol's limits) is
 * an issue and not used.
 */
export function patientTable(
  predictors: readonly PredictorDefinition[],
  patients: readonly Patient[],
): Checked<PredictorTable> {
  const cells: (number | null)[] = [];
  const issues: Issue[] = [];
  for (const { subject, values } of patients) {
    const row = predictors.map((): number | null => null);
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === '') continue;
      const problem = place(predictors, row, name, value);
      if (problem) issues.push(issue(problem.kind, `${subject}: ${name}`, problem.message));
    }
    cells.push(...row);
  }
  return accepted(
    {
      subjects: patients.map(({ subject }) => subject),
      centres: patients.map(() => ''),
      columns: predictors.map(({ column, label, unit, logarithm, kind, source }) => ({
        name: column,
        label: logarithm ? `${label} (natural logarithm)` : label,
        unit: logarithm && unit ? `ln(${unit})` : unit,
        kind,
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
  predictors: readonly PredictorDefinition[],
  row: (number | null)[],
  name: string,
  value: unknown,
): Problem | null {
  const categories = predictors.flatMap(({ variable, category }, j) =>
    variable === name && category !== null ? [j] : [],
  );
  if (categories.length > 0) return placeCategory(predictors, row, categories, value);
  const column = columnOf(predictors, name);
  if (!column) return { kind: 'unknown-column', message: unknownName(predictors, name) };
  const read = readAmount(column.definition, value);
  if (typeof read !== 'number') return read;
  row[column.at] = column.definition.logarithm ? Math.log(read) : read;
  return null;
}

function unknownName(predictors: readonly PredictorDefinition[], name: string): string {
  const nearest = nearestName(name, [...new Set(predictors.map(({ variable }) => variable))]);
  const hint = nearest === null ? '' : `; the nearest is ${nearest}`;
  return `expected a predictor of the model, found none of this name${hint}`;
}

/**
 * The column that takes a number: that of the variable, or that of the column's own name, where a
 * logarithm, or yes or no to a category, is taken as it is, without unit and limits.
 */
function columnOf(predictors: readonly PredictorDefinition[], name: string) {
  const ofVariable = predictors.findIndex(({ variable }) => variable === name);
  if (ofVariable >= 0) return { at: ofVariable, definition: predictors[ofVariable]! };
  const at = predictors.findIndex(({ column }) => column === name);
  const definition = predictors[at];
  return (
    definition && { at, definition: { ...definition, logarithm: false, unit: null, low: null, high: null } }
  );
}

function placeCategory(
  predictors: readonly PredictorDefinition[],
  row: (number | null)[],
  columns: readonly number[],
  value: unknown,
): Problem | null {
  const { categories } = predictors[columns[0]!]!;
  if (typeof value === 'object')
    return {
      kind: 'unknown-unit',
      message: `expected a category without a unit, found ${written(value)}`,
    };
  const text = categoryOf(categories, typeof value === 'string' ? value : JSON.stringify(value));
  if (categories && !categories.includes(text))
    return { kind: 'bad-value', message: `expected one of ${categories.join(', ')}, found ${text}` };
  for (const j of columns) row[j] = predictors[j]!.category === text ? 1 : 0;
  return null;
}

/** The category that a text means: its own name, in capitals or not, and the usual letters for the sexes. */
function categoryOf(categories: readonly string[] | null, text: string): string {
  const given = text.trim().toLowerCase();
  const sexes: Readonly<Record<string, string>> = { m: 'male', f: 'female' };
  const same = (name: string | undefined) => categories?.find((own) => own.toLowerCase() === name);
  return same(given) ?? same(sexes[given]) ?? text;
}

/** What was given, as a person would write it: `71 mo`. */
function written(given: unknown): string {
  const { value, unit } = withUnit(given);
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  if (unit === null) return text;
  return `${text} ${typeof unit === 'string' ? unitWords(unit) : `in the unit ${JSON.stringify(unit)}`}`;
}

/** The value in the definition's unit. */
function readAmount(definition: PredictorDefinition, given: unknown): number | Problem {
  const { value, unit } = withUnit(given);
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return { kind: 'bad-value', message: `expected a number, found ${written(given)}` };
  const converted = unit === null ? number : inUnit(number, unit, definition);
  if (converted === null)
    return {
      kind: 'unknown-unit',
      message:
        definition.unit === null
          ? `expected a value without a unit, found ${written(given)}`
          : `expected ${unitWords(definition.unit)} or a unit that converts, found ${written(given)}`,
    };
  const expected = notPlausible(converted, definition);
  if (expected === null) return converted;
  const inOwn =
    converted === number ? '' : ` (${Number(converted.toPrecision(4))} ${unitWords(definition.unit!)})`;
  return { kind: 'bad-value', message: `expected ${expected}, found ${written(given)}${inOwn}` };
}

/** The parts of `{ value, unit }`, or a value in the model's unit. */
function withUnit(given: unknown): { readonly value: unknown; readonly unit: unknown } {
  if (typeof given !== 'object' || given === null) return { value: given, unit: null };
  const { value, unit, ...more } = given as Readonly<Record<string, unknown>>;
  return Object.keys(more).length > 0 ? { value: given, unit: null } : { value, unit: unit ?? null };
}

function inUnit(value: number, from: unknown, { unit, analyte }: PredictorDefinition): number | null {
  if (typeof from !== 'string' || unit === null) return null;
  return from === unit ? value : convert(value, from, unit, analyte);
}

/** What was expected in place of the value; null where it is plausible. */
function notPlausible(value: number, definition: PredictorDefinition): string | null {
  if (definition.kind === 'binary') return value === 0 || value === 1 ? null : '0 or 1';
  const expected = definition.logarithm && value <= 0 ? 'more than 0' : bound(value, definition);
  return expected && `${expected}${definition.unit === null ? '' : ` ${unitWords(definition.unit)}`}`;
}

function bound(value: number, { low, high }: PredictorDefinition): string | null {
  if (low !== null && value < low) return `at least ${low}`;
  return high !== null && value > high ? `at most ${high}` : null;
}
