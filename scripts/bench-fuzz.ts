// Reads damaged files by the hundred thousand and writes docs/results/fuzz.{json,md}.
// A target is a row of the table below. Cases run in a process of their own, so that one
// that never ends is seen, counted and left behind.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import { damage } from '../libs/dicom/src/testing/damage.ts';
import { deidentifyTarget } from '../libs/dicom/src/testing/deidentify-target.ts';
import type { FuzzTarget } from '../libs/dicom/src/testing/fuzz-target.ts';
import { pixelTarget } from '../libs/dicom/src/testing/pixel-target.ts';
import { fuzzTargets } from '../stages/imaging/src/ingest/fuzz-targets.fixture.ts';

const targets: readonly FuzzTarget[] = [pixelTarget, deidentifyTarget, ...fuzzTargets];

const allowedMs = 1000;
/** A case that takes longer is taken for one that never ends. */
const hopelessMs = 15_000;
const startMs = 120_000;

interface Tally {
  cases: number;
  read: number;
  refused: { [kind: string]: number };
  /** Case numbers; `--only NAME --first N --cases 1` repeats one. */
  thrown: number[];
  slow: number[];
  hung: number[];
  slowestMs: number;
  largestMemoryMiB: number;
}

interface Task {
  readonly target: string;
  readonly seed: string;
  readonly first: number;
  readonly count: number;
}

/** Says on standard output which case it reads, and at the end the tally. */
async function runCases({ target: name, seed, first, count }: Task): Promise<Tally> {
  const target = targets.find((one) => one.name === name)!;
  const files = target.seeds();
  const random = new Random(seed).fork(name);
  const tally = noCases();
  for (let index = first; index < first + count; index++) {
    say(`${index}\n`);
    const file = files[index % files.length]!;
    const bytes = damage(file.bytes, file.from, random.fork(index));
    const started = process.cpuUsage();
    try {
      const read = await target.read(bytes, file.name);
      if (read.ok) tally.read++;
      else tally.refused[read.issues[0]!.kind] = (tally.refused[read.issues[0]!.kind] ?? 0) + 1;
    } catch {
      tally.thrown.push(index);
    }
    // Of the processor, since others may use the machine.
    const took = process.cpuUsage(started).user / 1000;
    if (took > allowedMs) tally.slow.push(index);
    tally.slowestMs = Math.max(tally.slowestMs, took);
    tally.cases++;
    if (index % 256 === 0) tally.largestMemoryMiB = Math.max(tally.largestMemoryMiB, memoryMiB());
  }
  return tally;
}

/** Synchronously, so that the number of a case that never ends is out; a full pipe is waited for. */
function say(line: string): void {
  for (;;)
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
}

function noCases(): Tally {
  return {
    cases: 0,
    read: 0,
    refused: {},
    thrown: [],
    slow: [],
    hung: [],
    slowestMs: 0,
    largestMemoryMiB: memoryMiB(),
  };
}

function memoryMiB(): number {
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}

/** Some thousand cases in a process; the number of the case that does not end, if one does not. */
async function runProcess(task: Task): Promise<Tally | number> {
  const script = [...process.execArgv, process.argv[1]!, '--task', JSON.stringify(task)];
  const child = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] });
  // A process may take its time to start on a busy machine.
  let [index, since] = [task.first, performance.now() + startMs];
  let tally: Tally | null = null;
  const watch = setInterval(() => {
    if (performance.now() - since > hopelessMs) child.kill('SIGKILL');
  }, 500);
  for await (const line of createInterface({ input: child.stdout })) {
    since = performance.now();
    if (line.startsWith('{')) tally = JSON.parse(line) as Tally;
    else index = Number(line);
  }
  clearInterval(watch);
  return tally ?? index;
}

async function fuzz(target: FuzzTarget, seed: string, first: number, cases: number): Promise<Tally> {
  const total = noCases();
  const atOnce = 5000;
  for (let next = first; next < first + cases; ) {
    const count = Math.min(atOnce, first + cases - next);
    const tally = await runProcess({ target: target.name, seed, first: next, count });
    if (typeof tally === 'number') {
      total.hung.push(tally);
      total.cases += tally - next + 1;
      next = tally + 1;
      continue;
    }
    add(total, tally);
    next += count;
    process.stderr.write(`${target.name}: ${total.cases} of ${cases}\n`);
  }
  return total;
}

function add(total: Tally, tally: Tally): void {
  total.cases += tally.cases;
  total.read += tally.read;
  for (const [kind, count] of Object.entries(tally.refused))
    total.refused[kind] = (total.refused[kind] ?? 0) + count;
  total.thrown.push(...tally.thrown);
  total.slow.push(...tally.slow);
  total.slowestMs = Math.max(total.slowestMs, tally.slowestMs);
  total.largestMemoryMiB = Math.max(total.largestMemoryMiB, tally.largestMemoryMiB);
}

function page(seed: string, results: { readonly [name: string]: Tally }): string {
  const rows = Object.entries(results).map(([name, tally]) => {
    const refused = Object.entries(tally.refused).map(([kind, count]) => `${kind} ${count}`);
    const cells = [name, tally.cases, tally.read, refused.join(', ')];
    const faults = [tally.thrown.length, tally.hung.length, tally.slow.length];
    return `| ${[...cells, ...faults, Math.round(tally.slowestMs), tally.largestMemoryMiB].join(' | ')} |`;
  });
  return [
    '# Damaged files',
    '',
    `\`npm run bench:fuzz\`, ${today()}, seed ${seed}, node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown'}.`,
    '',
    'Each case is a good file with one to four faults: flipped bits, other bytes, markers, claimed lengths, pieces cut out, doubled or overwritten, an early end. It must end in a value or an issue, within a second.',
    '',
    '| target | cases | read | refused | thrown | never ended or crashed | above 1 s | slowest ms | memory MiB |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      /** Of each target. */
      cases: { type: 'string', default: '100000' },
      first: { type: 'string', default: '0' },
      seed: { type: 'string', default: 'fuzz' },
      only: { type: 'string' },
      out: { type: 'string', default: join('docs', 'results') },
      task: { type: 'string' },
    },
  });
  if (values.task !== undefined) {
    say(`${JSON.stringify(await runCases(JSON.parse(values.task) as Task))}\n`);
    return;
  }
  const chosen = targets.filter(({ name }) => values.only === undefined || name === values.only);
  const results: { [name: string]: Tally } = {};
  for (const target of chosen)
    results[target.name] = await fuzz(target, values.seed, Number(values.first), Number(values.cases));
  const record = { date: today(), seed: values.seed, node: process.versions.node, targets: results };
  await writeFileAtomic(join(values.out, 'fuzz.json'), `${JSON.stringify(record, null, 1)}\n`);
  await writeFileAtomic(join(values.out, 'fuzz.md'), page(values.seed, results));
  const faults = Object.values(results).flatMap(({ thrown, hung, slow }) => [...thrown, ...hung, ...slow]);
  console.log(page(values.seed, results));
  process.exitCode = faults.length > 0 ? 1 : 0;
}

await main();
