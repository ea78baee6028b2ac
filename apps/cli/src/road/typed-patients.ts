import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Patient, patientsOf, patientTable, type PredictorDefinition } from '@myocast/model';
import type { PredictorTable } from '@myocast/predictors';
import { readTable } from '@myocast/study';
import { z } from 'zod';
import { StoppedByIssues, valueOrStop } from '../terminal.ts';
import { apartFromOrigin } from './table-origin.ts';

/** Patients who are of no study. */
export interface TypedPatients {
  readonly table: PredictorTable;
  /** [n] of each patient the values that were given and not taken */
  readonly notTaken: readonly (readonly string[])[];
}

/**
 * The patient of a JSON file. Anything in it that is not understood stops the verb: one patient with another value
 * is another patient.
 *
 * @param ignore names in the record that are no predictors
 */
export async function patientOfRecord(
  path: string,
  predictors: readonly PredictorDefinition[],
  ignore: readonly string[],
): Promise<TypedPatients> {
  const { subject, values } = valueOrStop(await readPatient(path));
  const kept = Object.entries(values).filter(([name]) => !ignore.includes(name));
  const read = patientTable(predictors, [{ subject, values: Object.fromEntries(kept) }]);
  if (read.issues.length > 0) throw new StoppedByIssues(read.issues);
  return { table: valueOrStop(read), notTaken: [[]] };
}

/**
 * The patients of a table. A cell that is not understood is an issue, and the patient's forecast is made
 * without it and says so; a column that is no predictor is an issue once.
 */
export async function patientsOfTable(
  path: string,
  predictors: readonly PredictorDefinition[],
  { id, ignore }: { readonly id: string | null; readonly ignore: readonly string[] },
  issues: Issue[],
): Promise<TypedPatients> {
  const text = valueOrStop(await readTable(path), issues);
  const { rest } = valueOrStop(await apartFromOrigin(text), issues);
  const patients = patientsOf(rest, id, ignore);
  const columns = new Map<string, string>();
  const notTaken = patients.map((patient) => {
    const found = patientTable(predictors, [patient]).issues;
    const cells = found.filter(({ kind }) => kind !== 'unknown-column');
    const nameOf = ({ path: where }: Issue) => where.slice(patient.subject.length + 2);
    for (const entry of found) if (entry.kind === 'unknown-column') columns.set(nameOf(entry), entry.message);
    issues.push(...cells);
    return cells.map((entry) => `${nameOf(entry)}: ${entry.message}`);
  });
  for (const [name, message] of columns)
    issues.push(issue('unknown-column', `${basename(path)} ${name}`, `${message}; left out`));
  return { table: valueOrStop(patientTable(predictors, patients)), notTaken };
}

const patientSchema = z.object({
  subject: z.string().default('patient'),
  values: z.record(z.string(), z.unknown()),
});

/** A patient as a JSON file has it: `{ "subject": "x", "values": { "age": 61 } }`. */
export async function readPatient(path: string): Promise<Checked<Patient>> {
  const where = basename(path);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null)
    return refused(issue('not-readable', path, 'expected a JSON file, found none that can be read'));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refused(issue('not-readable', where, `expected JSON, found: ${(error as Error).message}`));
  }
  const parsed = patientSchema.safeParse(document);
  if (parsed.success) return accepted(parsed.data);
  const [problem] = parsed.error.issues;
  return refused(issue('bad-value', `${where} ${problem!.path.join('.')}`, problem!.message));
}
