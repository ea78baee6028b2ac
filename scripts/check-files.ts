// Files stay small; names stay telling; citations exist in docs/references.bib.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const longest = 400;
const bannedNames = /^(utils?|helpers?|manager|service|misc|common)\.tsx?$/;
const files = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '--', 'libs', 'stages', 'apps', 'scripts', 'examples'],
  { encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file) && existsSync(file));
const bibliography = existsSync('docs/references.bib') ? readFileSync('docs/references.bib', 'utf8') : '';
const errors: string[] = [];
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').length;
  if (lines > longest && !/^\/\/ Long because: \S/m.test(text))
    errors.push(`${file}: ${lines} lines, expected at most ${longest} or a line "// Long because: …"`);
  if (bannedNames.test(basename(file))) errors.push(`${file}: a name that says nothing`);
  for (const [, key] of text.matchAll(/Source: ([a-z]+\d{4}[a-z]?)\b/g)) {
    if (!bibliography.includes(`{${key},`))
      errors.push(`${file}: cites ${key}, which docs/references.bib does not hold`);
  }
}
for (const error of errors) console.error(error);
console.log(`files: ${files.length} checked, ${errors.length} to mend`);
process.exit(errors.length > 0 ? 1 : 0);
