// De-identifies DICOM files and asks two other programs about the result: dciodvfy must find no
// error that the source did not have, dcmdump must read every copy to its end.
// Usage: npm run check:deidentified -- [folder, default ../shared/data/dicom] [folder that keeps the copies,
// for reference/dicom/deidentified.py]
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deidentify, identifiersOf, readDataset, studyOptions } from '@myocast/dicom';

const [source = '../shared/data/dicom', keep] = process.argv.slice(2);
const has = (program: string) => !spawnSync(program, ['--version']).error;
if (!existsSync(source) || !has('dciodvfy') || !has('dcmdump')) {
  console.log(`check-deidentified: skipped, expected ${source}, dciodvfy (dicom3tools) and dcmdump (dcmtk)`);
  process.exit(0);
}

/** Error lines without the values and positions that de-identification changes. */
function errorsOf(file: string): ReadonlySet<string> {
  const { stderr } = spawnSync('dciodvfy', ['-new', file], { encoding: 'latin1', timeout: 20_000 });
  const lines = (stderr ?? '').split('\n').filter((line) => line.startsWith('Error'));
  return new Set(lines.map((line) => line.replace(/<[^>]*>|= <.*|\[\d+\]/g, '')));
}

const scratch = keep ?? mkdtempSync(join(tmpdir(), 'deidentified-'));
mkdirSync(scratch, { recursive: true });
const pairs: { readonly source: string; readonly copy: string }[] = [];
const counts = { images: 0, copies: 0, sameOrFewerErrors: 0, read: 0 };
const found: string[] = [];
try {
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const dataset = readDataset(readFileSync(path), path);
    if (!dataset.ok) continue;
    counts.images++;
    const done = deidentify(dataset.value, {
      key: new Uint8Array(32).fill(1),
      subject: 'sub-1',
      options: studyOptions,
      identifiers: identifiersOf([dataset.value]),
    });
    if (!done.ok) continue;
    const copy = join(scratch, `${counts.copies++}.dcm`);
    pairs.push({ source: path, copy });
    writeFileSync(copy, done.value.bytes);
    const before = errorsOf(path);
    const fresh = [...errorsOf(copy)].filter((line) => !before.has(line));
    if (fresh.length === 0) counts.sameOrFewerErrors++;
    else found.push(`${path}: ${fresh.join(' | ')}`);
    const dump = spawnSync('dcmdump', ['-q', copy], { encoding: 'latin1' });
    if (dump.status === 0) counts.read++;
    else found.push(`${path}: dcmdump: ${dump.stderr.trim()}`);
  }
} finally {
  if (keep) writeFileSync(join(keep, 'pairs.json'), JSON.stringify(pairs));
  else rmSync(scratch, { recursive: true, force: true });
}
console.log(JSON.stringify(counts));
for (const line of found) console.log(line);
