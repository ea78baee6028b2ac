import { join } from 'node:path';
import { writeFileAtomic } from '@myocast/base/files';
import { forecast, readBundle } from '@myocast/model';
import { valueOrStop } from '../terminal.ts';
import type { StudySource } from './study-source.ts';

/** Writes `<study>/forecasts.json`: the bundle's forecast of every subject of the study. */
export async function writeForecasts(study: string, { table }: StudySource): Promise<void> {
  const bundle = valueOrStop(await readBundle(join(study, 'model.myocast')));
  const forecasts = await forecast(bundle, table, [...table.subjects.keys()]);
  await writeFileAtomic(join(study, 'forecasts.json'), `${JSON.stringify(forecasts)}\n`);
}
