// Every relative link of the documents leads to a file; every `npm run` they name exists.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const documents = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean);
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const errors: string[] = [];
let links = 0;
for (const document of documents) {
  const text = readFileSync(document, 'utf8');
  for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target!)) continue;
    links++;
    if (!existsSync(join(dirname(document), target!))) errors.push(`${document}: ${target} does not exist`);
  }
  for (const [, name] of text.matchAll(/npm run ([a-z:-]+)/g)) {
    if (!name!.endsWith(':') && !scripts[name!]) errors.push(`${document}: npm run ${name} does not exist`);
  }
}
for (const error of errors) console.error(error);
console.log(`links: ${links} in ${documents.length} documents, ${errors.length} broken`);
process.exit(errors.length > 0 || links === 0 ? 1 : 0);
