import { join } from 'node:path';
import { writeFileAtomic } from '@myocast/base/files';
import { asc } from 'drizzle-orm';
import { stringify } from 'csv-stringify/sync';
import { originColumn } from './data-origin.ts';
import { outcomeCauses } from './protocol.ts';
import * as schema from './schema.ts';
import { firstEvents, followedAsVirtual, latestValues } from './freeze.ts';
import type { Study } from './study.ts';

/**
 * Writes what the study holds now as `clinical.csv` and, where it has follow-up,
 * `followup.csv`: the protocol's names and units, all subjects, empty where nothing
 * is known; with virtual patients among them each row says whether it is of one. NCT07277400 can be imported again from them.
 *
 * @returns the paths
 */
export async function exportTables(study: Study, folder: string): Promise<string[]> {
  const { database, protocol } = study;
  const subjects = await database.select().from(schema.subject).orderBy(asc(schema.subject.id));
  const values = await latestValues(database);
  const virtual = await followedAsVirtual(database);
  for (const { id, isVirtual } of subjects) if (isVirtual) virtual.add(id);
  const mark = virtual.size > 0 ? [originColumn] : [];
  const origin = (id: string) => (virtual.size > 0 ? [virtual.has(id) ? 'virtual' : 'real'] : []);
  const header = protocol.variables.map(({ name, unit }) => (unit ? `${name} [${unit}]` : name));
  const clinical = subjects.map(({ id, centre, indexDate }) => [
    id,
    centre,
    indexDate ?? '',
    ...protocol.variables.map(({ name }) => String(values.get(id)?.get(name) ?? '')),
    ...origin(id),
  ]);
  const dateColumn = protocol.indexDate?.column ?? 'index_date';
  const paths = [join(folder, 'clinical.csv')];
  await writeFileAtomic(
    paths[0]!,
    stringify([['subject', 'centre', dateColumn, ...header, ...mark], ...clinical]),
  );
  if (protocol.outcome.kind !== 'first-event') return paths;
  const followUps = await firstEvents(database, outcomeCauses(protocol).causes);
  const rows = subjects.flatMap(({ id }) => {
    const followUp = followUps.get(id);
    return followUp ? [[id, String(followUp.days), followUp.cause ?? '', ...origin(id)]] : [];
  });
  paths.push(join(folder, 'followup.csv'));
  await writeFileAtomic(
    paths[1]!,
    stringify([['subject', 'follow_up_days [d]', 'first_event', ...mark], ...rows]),
  );
  return paths;
}
