import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accepted, type Checked, contentHash, type Issue } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import { type QuantitiesRecord, readTokens, type SliceTokens } from '@myocast/imaging';
import { type Outcome, type PredictorTable, writePredictors } from '@myocast/predictors';
import { originOf, type PatientsOrigin, readDataSet, type RiskGroups, type Variable } from '@myocast/study';

/** What a model is trained on or judged by. */
export interface StudySource {
  readonly name: string;
  /** Hash of the frozen data set. */
  readonly dataSet: string;
  readonly table: PredictorTable;
  readonly outcome: Outcome;
  /** Of the protocol; none for a bare table. */
  readonly variables: readonly Variable[];
  readonly riskGroups: RiskGroups | null;
  /** What day 0 is, in the protocol's words; null where it does not say. */
  readonly timeZero: string | null;
  /** Hash of variables and outcome as the protocol defines them; null for a bare table. */
  readonly definition: string | null;
  /** Whether the patients are simulated. */
  readonly origin: PatientsOrigin;
}

/**
 * The predictors and outcome of a study folder, from its frozen data set, its
 * quantities and its slice tokens; writes predictors.csv and predictors.json.
 */
export async function studySource(folder: string): Promise<Checked<StudySource>> {
  const read = await readDataSet(folder);
  if (!read.ok) return read;
  const dataSet = read.value;
  const issues: Issue[] = [...read.issues];
  const quantities = new Map<string, QuantitiesRecord>();
  const tokens = new Map<string, readonly SliceTokens[]>();
  for (const { subject } of dataSet.subjects) {
    const record = await readJsonFile<QuantitiesRecord>(join(folder, 'quantities', `${subject}.json`));
    if (record) quantities.set(subject, record);
    const own = await readTokens(join(folder, 'masks', subject));
    issues.push(...own.issues);
    if (own.ok) tokens.set(subject, own.value);
  }
  const { table, outcome } = await writePredictors(folder, {
    dataSet,
    quantities: (subject) => quantities.get(subject) ?? null,
    slices: (subject) => tokens.get(subject) ?? [],
  });
  // A data set frozen before tables said so: the truth lies beside the tables of a simulation alone.
  const isSimulated = existsSync(join(folder, 'source', 'truth.csv'));
  const { origin: stated } = originOf(dataSet);
  const origin = stated === 'real patients' && isSimulated ? 'virtual patients' : stated;
  const { study, hash, variables, riskGroups = null, timeZero = null } = dataSet;
  const { causes, compositeCauses, compositeName } = dataSet;
  const definition = contentHash({ variables, causes, compositeCauses, compositeName });
  return accepted(
    { name: study, dataSet: hash, table, outcome, variables, riskGroups, timeZero, definition, origin },
    issues,
  );
}
