import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importTables } from '../import-tables.ts';
import { openStudy } from '../study.ts';

// Imports one subject after the other and says each time that it is in, until it is killed.
const [folder, header, row] = process.argv.slice(2) as [string, string, string];
const study = await openStudy(folder, () => new Date('2026-01-01T00:00:00Z'));
if (!study.ok) throw new Error('expected a study');
for (let count = 0; ; count++) {
  const path = join(folder, `${count}.csv`);
  await writeFile(path, `${header}\n${row.replace('S1', `K${count}`)}\n`);
  const imported = await importTables(study.value, [path], 'child');
  if (!imported.ok) throw new Error(imported.issues[0]?.message ?? 'refused');
  process.stdout.write(`K${count}\n`);
}
