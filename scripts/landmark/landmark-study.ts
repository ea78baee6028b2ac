import { type Outcome, outcomeOf, type PredictorTable } from '@myocast/predictors';
import { wholeRecord } from '@myocast/model/scores';
import { type Simulated, simulatePeople } from '../cohort/simulated-people.ts';
import { studyOfPeople } from '../cohort/study-of-people.ts';

/** A virtual study without images: its people, and what it knows of them at the index date. */
export interface LandmarkStudy {
  readonly people: readonly Simulated[];
  readonly table: PredictorTable;
  readonly outcome: Outcome;
}

/** Predictors of the check: those that the simulated hazards or a cardiologist would ask for, and the core laboratory's readings. */
const predictors = new Set([
  'age',
  'killip',
  'diabetes',
  'hypertension',
  'smoker',
  'prior_stroke',
  'egfr',
  'ldl_c',
  'log hs_crp',
  'log nt_probnp',
  'log symptom_to_balloon',
  'anterior',
  'timi_post',
  'multivessel',
  'three_vessel',
  'non_culprit=left',
  'residual_syntax',
  'stent_length',
  'statin',
  'beta_blocker',
  'ejection_fraction',
  'infarct',
  'mvo',
  'mvo_segments',
]);

export async function landmarkStudy(patients: number, seed: number): Promise<LandmarkStudy> {
  const config = { patients, centres: 8, seed };
  const people = simulatePeople(config, 0);
  const dataSet = await studyOfPeople(config, people);
  const table = columnsOf(
    wholeRecord(dataSet, () => null),
    predictors,
  );
  return { people, table, outcome: outcomeOf(dataSet) };
}

function columnsOf(table: PredictorTable, names: ReadonlySet<string>): PredictorTable {
  const kept = [...table.columns.keys()].filter((j) => names.has(table.columns[j]!.name));
  const cells = table.subjects.flatMap((_, row) => kept.map((j) => row * table.columns.length + j));
  return {
    ...table,
    columns: kept.map((j) => table.columns[j]!),
    values: Float64Array.from(cells, (cell) => table.values[cell]!),
    observed: Uint8Array.from(cells, (cell) => table.observed[cell]!),
  };
}
