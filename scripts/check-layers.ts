// Imports point only backwards in packages.json; libs import base alone; web imports api and base alone.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const { order } = JSON.parse(readFileSync('packages.json', 'utf8')) as { order: string[] };
const nameOf = (folder: string) =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }).name;
const names = order.map(nameOf);
const baseName = '@myocast/base';
const webMayImport = new Set([baseName, '@myocast/api']);

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder).sort()) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry)) yield path;
  }
}

function mayImport(importer: number, imported: number): string | null {
  const folder = order[importer]!;
  if (imported > importer) return `comes later in packages.json than ${names[importer]}`;
  if (folder.startsWith('libs/') && names[imported] !== baseName) return 'libs import base alone';
  if (folder === 'apps/web' && !webMayImport.has(names[imported]!)) return 'web imports api and base alone';
  return null;
}

const errors: string[] = [];
let checked = 0;
for (const [importer, folder] of order.entries()) {
  const declared = new Set(
    Object.keys(
      (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies?: object })
        .dependencies ?? {},
    ),
  );
  for (const file of sources(join(folder, 'src'))) {
    const text = readFileSync(file, 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*'((?:@myocast\/|myocast)[^']*)'/g)) {
      checked++;
      const target = specifier!.split('/').slice(0, 2).join('/');
      const imported = names.indexOf(target);
      const reason = imported < 0 ? 'is not listed in packages.json' : mayImport(importer, imported);
      if (reason) errors.push(`${file}: imports ${specifier}, which ${reason}`);
      if (target !== names[importer] && !declared.has(target))
        errors.push(`${file}: imports ${specifier}, which ${folder}/package.json does not declare`);
    }
  }
}
for (const folder of ['libs', 'stages', 'apps'].flatMap((group) =>
  readdirSync(group).map((name) => `${group}/${name}`),
)) {
  if (!order.includes(folder)) errors.push(`${folder}: is not listed in packages.json`);
}
for (const error of errors) console.error(error);
console.log(`layers: ${checked} imports between packages, ${errors.length} against the order`);
if (checked === 0)
  console.error('layers: expected imports between packages, found none: the check looked at nothing');
process.exit(errors.length > 0 || checked === 0 ? 1 : 0);
