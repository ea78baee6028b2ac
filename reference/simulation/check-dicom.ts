// Writes every kind of file of three makes of scanner and has dicom3tools' dciodvfy look at them; writes
// reference/simulation/dicom-check.json. Zero errors are expected; warnings name terms of the makers' own.
//   npx tsx --conditions=source reference/simulation/check-dicom.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clinicalPlan, simulate } from '../../stages/simulation/src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-dicom-'));
const errors: Record<string, number> = {};
const warnings: Record<string, number> = {};
let files = 0;

function look(file: string): void {
  const { stderr, stdout, error } = spawnSync('dciodvfy', ['-new', file], { encoding: 'utf8' });
  if (error) throw new Error('dciodvfy (Debian package dicom3tools) is not installed', { cause: error });
  files++;
  for (const line of `${stdout}\n${stderr}`.split('\n')) {
    const list = line.startsWith('Error') ? errors : line.startsWith('Warning') ? warnings : null;
    if (list) list[line] = (list[line] ?? 0) + 1;
  }
}

async function main(): Promise<void> {
  const plans = [
    { ...clinicalPlan, cinePhases: 10, matrix: 96 },
    { ...clinicalPlan, cinePhases: 10, matrix: 96, vendorHabits: false },
  ];
  for (const [index, imaging] of plans.entries()) {
    const out = join(folder, String(index));
    await simulate({ patients: 8, centres: 4, seed: 2, imaging }, out, { workers: 0 });
    for (const subject of readdirSync(join(out, 'exams'))) {
      const seen = new Set<string>();
      for (const name of readdirSync(join(out, 'exams', subject)).sort()) {
        // The first and the last file of every series.
        const sequence = name.replace(/-\d+\.dcm$/, '');
        if (seen.has(sequence) && !name.endsWith('0.dcm')) continue;
        seen.add(sequence);
        look(join(out, 'exams', subject, name));
      }
    }
  }
  const version = spawnSync('dpkg-query', ['-W', '-f=${Version}', 'dicom3tools'], {
    encoding: 'utf8',
  }).stdout;
  const record = {
    script: 'reference/simulation/check-dicom.ts',
    program: `dciodvfy -new, dicom3tools ${version}`,
    date: new Date().toISOString().slice(0, 10),
    files,
    errors: Object.values(errors).reduce((sum, count) => sum + count, 0),
    errorLines: errors,
    warningLines: warnings,
  };
  writeFileSync('reference/simulation/dicom-check.json', `${JSON.stringify(record, null, 2)}\n`);
  process.stdout.write(`${files} files, ${record.errors} errors\n`);
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true }));
