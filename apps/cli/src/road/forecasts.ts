import { join, resolve } from 'node:path';
import { writeFileAtomic } from '@myocast/base/files';
import { type Forecast, forecast, readBundle } from '@myocast/model';
import { valueOrStop } from '../terminal.ts';
import type { StudySource } from './study-source.ts';

/** Writes `<study>/forecasts.json`: the bundle's forecast of every subject of the study. */
export async function writeForecasts(study: string, { table }: StudySource): Promise<void> {
  const bundle = valueOrStop(await readBundle(join(study, 'model.myocast')));
  await writeFileOf(study, await forecast(bundle, table, [...table.subjects.keys()]));
}

async function writeFileOf(study: string, forecasts: readonly Forecast[]): Promise<string> {
  const path = join(study, 'forecasts.json');
  await writeFileAtomic(path, `${JSON.stringify(forecasts)}\n`);
  return path;
}

/** Forecasts that were asked for, and of whom. */
export interface Asked {
  readonly bundle: string;
  readonly study?: string;
  readonly subject?: string;
  readonly at?: string;
}

/**
 * Keeps the forecasts of all subjects of a study by its own model as the study's `forecasts.json`, for its report and
 * page; gives the line that says so, or none where they are others.
 */
export async function keepForecasts(
  { bundle, study, subject, at }: Asked,
  forecasts: readonly Forecast[],
): Promise<string[]> {
  if (study === undefined || subject !== undefined || at !== undefined) return [];
  if (resolve(bundle) !== resolve(study, 'model.myocast'))
    return ['forecasts.json of the study is left as it is: the bundle is not its model.myocast'];
  return [`forecasts: ${await writeFileOf(study, forecasts)}`];
}
