import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@myocast/base';
import { readProtocol, readTable, shippedProtocol, type FrozenDataSet, type Variable } from '@myocast/study';
import type { SimulationConfig } from '@myocast/simulation';
import { clinicalCsv } from '../../stages/simulation/src/tables/clinical-table.ts';
import { frozenVariable, outcomeCauses } from '../../stages/study/src/protocol.ts';
import { readRecords } from '../../stages/study/src/read-records.ts';
import type { Simulated } from './simulated-people.ts';
import { valueOf } from './value-of.ts';

/** What the core laboratory reads of the exam, as variables of the study. */
const readings: readonly Variable[] = [
  {
    name: 'ejection_fraction',
    label: 'LV ejection fraction',
    kind: 'continuous',
    unit: '%',
    predictor: false,
  },
  { name: 'infarct', label: 'Infarct size', kind: 'continuous', unit: '%', predictor: false },
  { name: 'mvo', label: 'Microvascular obstruction', kind: 'continuous', unit: '%', predictor: false },
  { name: 'mvo_segments', label: 'Segments with obstruction', kind: 'ordinal', unit: null, predictor: false },
];

/** The data set that a study of these people would freeze: the clinical table with its holes, and readings for images. */
export async function studyOfPeople(
  config: SimulationConfig,
  people: readonly Simulated[],
): Promise<FrozenDataSet> {
  const { protocol } = valueOf(await readProtocol(shippedProtocol));
  const folder = await mkdtemp(join(tmpdir(), 'myocast-scores-'));
  const path = join(folder, 'clinical.csv');
  await writeFile(
    path,
    clinicalCsv(
      config,
      people.map(({ subject }) => subject),
    ),
  );
  const { clinical } = valueOf(readRecords(protocol, valueOf(await readTable(path))));
  await rm(folder, { recursive: true });
  const dataSet = {
    study: protocol.name,
    variables: [...protocol.variables.map(frozenVariable), ...readings],
    ...outcomeCauses(protocol),
    subjects: clinical!.map(({ subject, centre, values }, row) => ({
      subject,
      centre,
      values: {
        ...Object.fromEntries(values.map(({ variable, value }) => [variable, value])),
        ...readingsOf(people[row]!),
      },
      followUp: {
        days: people[row]!.subject.outcome.followUpDays,
        cause: people[row]!.subject.outcome.firstEvent,
      },
    })),
  };
  return { ...dataSet, hash: contentHash(dataSet) };
}

function readingsOf({ subject, measured }: Simulated): { readonly [variable: string]: number } {
  const found = {
    ejection_fraction: measured.lvef,
    infarct: measured.infarct_size,
    mvo: measured.mvo,
    mvo_segments: measured.mvo === null ? null : subject.pattern.mvoSegments,
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
