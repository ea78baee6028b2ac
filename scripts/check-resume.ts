// A run that is killed again and again ends with the same bytes as one that is left alone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { canonicalJson, Random } from '@myocast/base';
import { readBundleCard } from '@myocast/model';

const program = join('apps', 'cli', 'bin', 'myocast.js');
const stages = 10;
const [patients = '40', seed = '1'] = process.argv.slice(2);

interface Ended {
  readonly killed: boolean;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the road into a folder; without mercy after `killAfterMs`. */
function run(out: string, killAfterMs: number | null): Promise<Ended> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, 'run', '--patients', patients, '--out', out]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('error', failed);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ killed: signal === 'SIGKILL', code, stdout, stderr });
    });
  });
}

async function runWhole(out: string): Promise<string> {
  const { code, stdout, stderr } = await run(out, null);
  if (code !== 0) throw new Error(`the run into ${out} ended with ${code}: ${stderr}`);
  return stdout;
}

/** The stage in which a run was stopped, of its own log. */
async function stageOf(out: string): Promise<string> {
  const log = await readFile(join(out, 'run.json'), 'utf8').catch(() => '{"stages":{}}');
  const entries = Object.entries((JSON.parse(log) as { stages: Record<string, { state: string }> }).stages);
  return (
    entries.find(([, { state }]) => state === 'started')?.[0] ?? `after ${entries.at(-1)?.[0] ?? 'start'}`
  );
}

/** Kills the run after 3 to 15 s until it ends by itself; says in which stage each blow fell. */
async function runKilled(out: string): Promise<string[]> {
  const random = new Random(Number(seed)).fork('check-resume');
  const blows: string[] = [];
  for (;;) {
    if (blows.length >= 200) throw new Error(`no end after ${blows.length} kills, in ${blows.at(-1)}`);
    const ended = await run(out, 3000 + 12_000 * random.uniform());
    if (!ended.killed && ended.code === 0) return blows;
    if (!ended.killed)
      throw new Error(`after ${blows.length} kills the run ended with ${ended.code}: ${ended.stderr}`);
    blows.push(await stageOf(out));
    process.stdout.write(`kill ${blows.length} in ${blows.at(-1)}\n`);
  }
}

async function hashes(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = files.map(
    async (file) =>
      [
        file.slice(folder.length + 1),
        createHash('sha256')
          .update(file.endsWith('.myocast') ? await entryHashes(file) : await readFile(file))
          .digest('hex'),
      ] as const,
  );
  return new Map((await Promise.all(hashed)).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** The hashes that a bundle's card gives its entries: the card itself says when it was written. */
async function entryHashes(path: string): Promise<string> {
  const card = await readBundleCard(path);
  if (!card.ok) throw new Error(card.issues[0]!.message);
  return canonicalJson(card.value.files);
}

const compared =
  /^(validation\/record\.json|predictors\.csv|forecasts\.json|dataset\.json|model\.myocast|(exams|masks|quantities|source)\/.*)$/;

const parent = await mkdtemp(join(tmpdir(), 'myocast-resume-'));
const [a, b] = [join(parent, 'a'), join(parent, 'b')];
const began = Date.now();
const secondsFrom = (start: number) => Math.round((Date.now() - start) / 1000);

await runWhole(a);
const uninterrupted = secondsFrom(began);
process.stdout.write(`uninterrupted: ${uninterrupted} s\n`);
const blows = await runKilled(b);
const killed = secondsFrom(began) - uninterrupted;
const again = (await runWhole(b)).match(/done before$/gm)?.length ?? 0;

const [ofA, ofB] = [await hashes(a), await hashes(b)];
const names = [...new Set([...ofA.keys(), ...ofB.keys()])].filter((name) => compared.test(name));
const required = ['validation/record.json', 'predictors.csv', 'forecasts.json', 'model.myocast'];
const errors = required.filter((name) => !ofA.has(name)).map((name) => `expected ${name}, found none`);
for (const name of names) if (ofA.get(name) !== ofB.get(name)) errors.push(`${name}: not the same bytes`);
const drafts = (await readdir(b, { recursive: true })).filter((name) => name.endsWith('.draft'));
if (drafts.length > 0) errors.push(`expected no drafts, found ${drafts.length}, such as ${drafts[0]}`);
if (existsSync(join(b, 'database.lock'))) errors.push('expected no lock, found database.lock');
if (again !== stages) errors.push(`expected ${stages} stages "done before", found ${again}`);

const same = (pattern: RegExp) => {
  const files = names.filter((name) => pattern.test(name));
  return { files: files.length, identical: files.every((name) => ofA.get(name) === ofB.get(name)) };
};
const result = {
  machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`,
  date: new Date().toISOString().slice(0, 10),
  patients: Number(patients),
  kills: blows.length,
  killedIn: Object.fromEntries(
    [...new Set(blows)].map((stage) => [stage, blows.filter((blow) => blow === stage).length]),
  ),
  seconds: { uninterrupted, killed },
  identical: Object.fromEntries(
    [...new Set(names.map((name) => /^(exams|masks|quantities|source)\//.exec(name)?.[1] ?? name))].map(
      (group) => [group, same(new RegExp(`^${group}(/|$)`))],
    ),
  ),
  draftsLeft: drafts.length,
  stagesDoneBefore: again,
};
await mkdir(join('docs', 'results'), { recursive: true });
await writeFile(join('docs', 'results', 'resume.json'), `${JSON.stringify(result, null, 2)}\n`);
for (const error of errors) process.stderr.write(`${error}\n`);
process.stdout.write(
  `${JSON.stringify(result, null, 2)}\n${basename(import.meta.filename)}: ${errors.length} errors\n`,
);
if (errors.length === 0) await rm(parent, { recursive: true });
else process.stdout.write(`left for a look: ${parent}\n`);
process.exit(errors.length > 0 ? 1 : 0);
