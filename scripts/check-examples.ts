// Runs every example, each under 40 lines; an example ends with exit code 0 and says something.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const longest = 40;
const examples = readdirSync('examples')
  .filter((name) => /^\d\d-.*\.ts$/.test(name))
  .sort();
let failed = 0;
for (const name of examples) {
  const path = join('examples', name);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
  const began = Date.now();
  const { status, stdout, stderr } = spawnSync('npx', ['tsx', path], { encoding: 'utf8' });
  const ok = status === 0 && stdout.trim() !== '' && lines <= longest;
  if (!ok) failed++;
  console.log(
    `${ok ? 'ok  ' : 'FAIL'} ${name} (${lines} lines, ${((Date.now() - began) / 1000).toFixed(1)} s)`,
  );
  if (!ok) console.log(stdout, stderr);
}
console.log(`examples: ${examples.length} run, ${failed} failed`);
process.exit(failed > 0 || examples.length === 0 ? 1 : 0);
