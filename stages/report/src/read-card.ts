import { join } from 'node:path';
import type { Issue } from '@myocast/base';
import { exists } from '@myocast/base/files';
import { type ModelCard, readBundleCard } from '@myocast/model';

/** The card of a study's model bundle; null where there is none, or none that can be read. */
export async function readCard(folder: string, issues: Issue[]): Promise<ModelCard | null> {
  const name = 'model.myocast';
  if (!(await exists(join(folder, name)))) return null;
  const checked = await readBundleCard(join(folder, name), name);
  issues.push(...checked.issues);
  return checked.ok ? checked.value : null;
}
