// Writes docs/api/autodiff.md from the declarations and their docstrings; with --check, says whether it is up to date.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@myocast/base/files';

const folder = 'libs/autodiff/dist';
const target = 'docs/api/autodiff.md';
const subpaths = ['index', 'operators', 'layers', 'losses', 'optimizers'];

/** Name → where it is declared, through re-exports. */
function exportsOf(file: string): Map<string, string> {
  const text = readFileSync(join(folder, file), 'utf8');
  const found = new Map<string, string>();
  for (const [, names, from] of text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)) {
    const next = join(dirname(file), from!).replace(/\.(ts|js)$/, '.d.ts');
    for (const name of names!.split(',')) {
      const plain = name.trim().replace(/^type /, '');
      if (plain) found.set(plain, exportsOf(next).get(plain) ?? next);
    }
  }
  for (const [, name] of text.matchAll(
    /^export (?:declare )?(?:function|const|class|interface|type) (\w+)/gm,
  ))
    found.set(name!, file);
  return found;
}

/** The docstring right before a declaration, and the declaration up to its end. */
function entry(name: string, file: string): string {
  const text = readFileSync(join(folder, file), 'utf8');
  const start = text.search(
    new RegExp(`^export (?:declare )?(?:function|const|class|interface|type) ${name}\\b`, 'm'),
  );
  if (start < 0) throw new Error(`${file}: expected a declaration of ${name}, found none`);
  const before = text.slice(0, start).trimEnd();
  const open = before.endsWith('*/') ? before.lastIndexOf('/**') : -1;
  const words = open < 0 ? '' : before.slice(open + 3, -2).replace(/^\s*\* ?/gm, '');
  const rest = text.slice(start);
  const block = /^export (?:declare )?(?:class|interface)/.test(rest);
  const end = block ? rest.indexOf('\n}') + 2 : rest.search(/;\n(?![\s}])/) + 1;
  const declaration = rest
    .slice(0, end)
    .replace(/^export (?:declare )?/, '')
    .replace(/^\s*(?:#private;|readonly #.*;)\n/gm, '');
  return `### ${name}\n\n${words.trim()}\n\n\`\`\`ts\n${declaration}\n\`\`\`\n`;
}

const sections = subpaths.map((subpath) => {
  const title = subpath === 'index' ? '@myocast/autodiff' : `@myocast/autodiff/${subpath}`;
  const names = [...exportsOf(`${subpath}.d.ts`)].sort(([a], [b]) => (a < b ? -1 : 1));
  return `## ${title}\n\n${names.map(([name, file]) => entry(name, file)).join('\n')}`;
});
const page = `# API of @myocast/autodiff\n\nMade by \`npm run docs:api\` from the declarations. How to begin: [libs/autodiff/README.md](../../libs/autodiff/README.md).\n\n${sections.join('\n')}`;

if (process.argv.includes('--check')) {
  const same = existsSync(target) && readFileSync(target, 'utf8') === page;
  console.log(same ? `api: ${target} is up to date` : `api: ${target} is out of date: npm run docs:api`);
  process.exit(same ? 0 : 1);
}

await writeFileAtomic(target, page);
console.log(`api: ${page.match(/^### /gm)!.length} names written to ${target}`);
