import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import { writeFolderAtomic } from '@myocast/base/files';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { lockFolder } from './folder-lock.ts';
import { parseProtocol, type Protocol, readProtocol } from './protocol.ts';
import * as schema from './schema.ts';

/** Says what time it is: explicit, so that a test or a rerun says when. */
export type Clock = () => Date;

/** An open study: its database is locked for this process until it is closed. */
export interface Study {
  readonly folder: string;
  readonly protocol: Protocol;
  readonly database: PgliteDatabase<typeof schema>;
  readonly clock: Clock;
  close(): Promise<void>;
}

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** The protocol that ships: NCT07277400. */
export const shippedProtocol = fileURLToPath(new URL('../protocols/nct07277400.yaml', import.meta.url));

/** Whether there is a study in the folder. */
export function hasStudy(folder: string): boolean {
  return existsSync(join(folder, 'database'));
}

/**
 * Creates the study's database in `<folder>/database`, with the protocol in it, and opens it.
 * Refused where the protocol is wrong or there is a study already.
 *
 * @throws Error when the folder cannot be written
 */
export async function initStudy(folder: string, protocolPath: string, clock: Clock): Promise<Checked<Study>> {
  const read = await readProtocol(protocolPath);
  if (!read.ok) return read;
  const { protocol, text } = read.value;
  await mkdir(folder, { recursive: true });
  const unlock = await lockFolder(join(folder, 'database.lock'));
  try {
    if (hasStudy(folder))
      return refused(
        issue('already-exists', folder, 'expected no study yet, found one (its folder `database`)'),
      );
    await writeFolderAtomic(join(folder, 'database'), /^$/, async (draft) => {
      const client = await PGlite.create(draft);
      try {
        const database = drizzle(client, { schema });
        await migrate(database, { migrationsFolder });
        await database
          .insert(schema.study)
          .values({ id: 1, name: protocol.name, protocol: text, createdAt: clock() });
      } finally {
        await client.close();
      }
    });
  } finally {
    await unlock();
  }
  return openStudy(folder, clock);
}

/**
 * Opens the study of a folder.
 *
 * @throws Error when another process has it open
 */
export async function openStudy(folder: string, clock: Clock): Promise<Checked<Study>> {
  if (!hasStudy(folder))
    return refused(issue('not-readable', folder, 'expected a study, found no folder `database` in it'));
  const unlock = await lockFolder(join(folder, 'database.lock'));
  let client: PGlite | null = null;
  const close = async () => {
    await client?.close();
    await unlock();
  };
  try {
    client = await PGlite.create(join(folder, 'database'));
    const database = drizzle(client, { schema });
    await migrate(database, { migrationsFolder });
    const [row] = await database.select().from(schema.study);
    const protocol = row
      ? parseProtocol(row.protocol, `protocol of ${row.name}`)
      : refused<Protocol>(issue('not-readable', folder, 'expected a protocol in the database, found none'));
    if (protocol.ok) return accepted({ folder, protocol: protocol.value, database, clock, close });
    await close();
    return protocol;
  } catch (cause) {
    await close();
    throw new Error(`cannot open the database of ${folder}`, { cause });
  }
}
