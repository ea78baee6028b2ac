// Tables that were not used in development, through `myocast stats`, beside what R says of them.
// Writes docs/results/statistics.json and statistics.md; needs R with survival, cmprsk, riskRegression, glmnet, jsonlite.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  /** By path in the JSON of the command; `*` stands for every entry of a list. */
  readonly expected: { readonly [path: string]: number | readonly number[] };
  readonly tolerance: number;
}

interface Row {
  readonly name: string;
  readonly command: string;
  /** Largest absolute difference of any number; null where the command gave none. */
  readonly difference: number | null;
  readonly tolerance: number;
  readonly numbers: number;
  readonly agrees: boolean;
  readonly note: string;
}

const program = resolve('apps', 'cli', 'bin', 'myocast.js');
const only = process.argv[2];

function myocast(folder: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [program, 'stats', ...args, '--json'],
      { cwd: folder, maxBuffer: 1 << 28 },
      (_, stdout, stderr) => done({ stdout, stderr }),
    );
  });
}

/** The numbers at a path of a document. */
function at(document: unknown, path: readonly string[]): unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return Array.isArray(document) ? (document as unknown[]) : [document];
  if (key === '*')
    return Array.isArray(document) ? document.flatMap((entry: unknown) => at(entry, rest)) : [];
  return at((document as Record<string, unknown> | null | undefined)?.[key], rest);
}

async function check(folder: string, { name, args, expected, tolerance }: Case): Promise<Row> {
  const { stdout, stderr } = await myocast(folder, args);
  const command = `stats ${args.join(' ')}`;
  const none = { name, command, difference: null, tolerance, numbers: 0, agrees: false };
  if (stdout === '') return { ...none, note: stderr.trim().split('\n')[0] ?? '' };
  const document = JSON.parse(stdout) as unknown;
  let [difference, numbers] = [0, 0];
  for (const [path, value] of Object.entries(expected)) {
    const wanted = [value].flat();
    const got = at(document, path.split('.'));
    if (got.length !== wanted.length || got.some((entry) => typeof entry !== 'number'))
      return {
        ...none,
        note: `${path}: expected ${wanted.length} numbers, got ${JSON.stringify(got).slice(0, 80)}`,
      };
    numbers += wanted.length;
    for (const [place, entry] of got.entries())
      difference = Math.max(difference, Math.abs((entry as number) - wanted[place]!));
  }
  return { name, command, difference, tolerance, numbers, agrees: difference <= tolerance, note: '' };
}

const folder = await mkdtemp(join(tmpdir(), 'myocast-fresh-'));
try {
  const r = spawnSync('Rscript', [resolve('reference', 'survival', 'fresh-tables.R'), folder], {
    encoding: 'utf8',
  });
  if (r.error || r.status !== 0) {
    console.error(`R is needed for this check: ${r.error?.message ?? r.stderr.trim().split('\n').at(-1)}`);
    process.exit(1);
  }
  const { versions, cases } = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')) as {
    versions: Record<string, string>;
    cases: readonly Case[];
  };
  const rows: Row[] = [];
  for (const entry of cases.filter(({ name }) => only === undefined || name.includes(only))) {
    const row = await check(folder, entry);
    rows.push(row);
    console.log(
      `${row.agrees ? 'agrees' : 'DIFFERS'}  ${row.name}: ${row.difference?.toExponential(1) ?? 'none'} (${row.tolerance})  ${row.note}`,
    );
  }
  const wrong = rows.filter(({ agrees }) => !agrees).length;
  console.log(`${rows.length - wrong} passed, ${wrong} failed`);
  if (only === undefined) await write(versions, rows);
  process.exitCode = wrong > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true });
}

async function write(versions: Record<string, string>, rows: readonly Row[]): Promise<void> {
  const record = { date: new Date().toISOString().slice(0, 10), versions, rows };
  await writeFile('docs/results/statistics.json', `${JSON.stringify(record, null, 2)}\n`);
  const lines = rows.map(
    ({ name, numbers, difference, tolerance, command, note }) =>
      `| ${name} | ${numbers} | ${difference?.toExponential(1) ?? note} | ${tolerance} | \`${command}\` |`,
  );
  const text = [
    '# Statistics on tables that were not used in development',
    '',
    `\`npm run check:statistics\`, ${record.date}, beside R ${versions['R']} (${Object.entries(versions)
      .filter(([name]) => name !== 'R')
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}). Largest absolute difference over all numbers of a command.`,
    '',
    '| table and statistic | numbers | largest difference | tolerance | command |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ];
  await writeFile('docs/results/statistics.md', text.join('\n'));
}
