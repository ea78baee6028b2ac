import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../../../../../shared/data/survival/', import.meta.url);

/** Whether the public tables are beside the repository. */
export const sharedTablesPresent = existsSync(folder);

export const sharedTable = (file: string): string => fileURLToPath(new URL(file, folder));
