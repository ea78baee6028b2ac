// Trains the same networks here and in PyTorch, in turns, and writes docs/results/autodiff.{json,md}.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { networks } from '../libs/autodiff/bench/networks.ts';
import type { Built, Memory, Request, Timed } from '../libs/autodiff/bench/protocol.ts';
import {
  type Bench,
  machine,
  median,
  type NetworkTimes,
  page,
  rowsOf,
} from '../libs/autodiff/bench/result.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['BENCH_PYTHON'] ?? 'python3' },
    only: { type: 'string', default: Object.keys(networks).join(',') },
    rounds: { type: 'string' },
    threads: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: join('docs', 'results') },
  },
});
const threads = Number(options.threads);
const rounds = Number(options.rounds ?? (options.quick ? 3 : 7));
const wanted = options.only.split(',');
const unknown = wanted.filter((name) => !Object.hasOwn(networks, name));
if (unknown.length > 0)
  throw new RangeError(
    `--only: expected some of ${Object.keys(networks).join(', ')}, got ${unknown.join(', ')}`,
  );

/** One side in a process of its own. */
class Side {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    // A command that does not exist shows as an output that ends at once.
    this.#child.on('error', () => {});
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask<Answer extends Built | Timed | Memory>(request: Request): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`a side of the bench ended before it answered "${request.do}"`);
    return JSON.parse(value) as Answer;
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.pid !== undefined) await once(this.#child, 'close');
  }
}

const startOurs = () =>
  new Side(process.execPath, ['--conditions=source', '--import', 'tsx', 'libs/autodiff/bench/side.ts']);
const startPeer = () => new Side(options.python, [join('reference', 'autodiff', 'bench_torch.py')]);

async function peerIsThere(): Promise<boolean> {
  const peer = startPeer();
  try {
    await peer.ask<Memory>({ do: 'memory' });
    return true;
  } catch {
    return false;
  } finally {
    await peer.end();
  }
}

/** Every side and variant in turn, round after round, so that what else the machine does falls on all alike. */
async function inTurns(
  sides: ReadonlyArray<{ side: Side; variants: readonly string[] }>,
  verb: 'train' | 'forward',
  times: number,
): Promise<Map<string, number[]>> {
  const all = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++)
    for (const { side, variants } of sides)
      for (const variant of variants) {
        const { ms } = await side.ask<Timed>({ do: verb, variant, times });
        // The first after another side's turn finds cold caches and sleeping threads.
        all.set(variant, [...(all.get(variant) ?? []), ...ms.slice(1)]);
      }
  return all;
}

/** Peak resident memory that training adds to a fresh process that has loaded its library, MiB. */
async function trainingMemory(start: () => Side, build: Extract<Request, { do: 'build' }>): Promise<number> {
  const side = start();
  const before = await side.ask<Memory>({ do: 'memory' });
  const { variants } = await side.ask<Built>(build);
  await side.ask<Timed>({ do: 'train', variant: variants[0]!, times: 5 });
  const after = await side.ask<Memory>({ do: 'memory' });
  await side.end();
  return after.peakMiB - before.nowMiB;
}

async function benchNetwork(network: string, file: string, peerHere: boolean): Promise<NetworkTimes> {
  const build = { do: 'build', network, threads, file } as const;
  const started = [startOurs(), ...(peerHere ? [startPeer()] : [])];
  const sides = [];
  for (const side of started) {
    const built = await side.ask<Built>(build);
    sides.push({ side, ...built });
  }
  const firstLosses = [];
  for (const { side, variants } of sides)
    for (const variant of variants) {
      const { losses } = await side.ask<Timed>({ do: 'train', variant, times: 3 });
      await side.ask<Timed>({ do: 'train', variant, times: 2 });
      firstLosses.push({ variant, losses });
    }
  const each = options.quick ? 4 : 7;
  const step = await inTurns(sides, 'train', each);
  for (const { side, variants } of sides)
    for (const variant of variants) await side.ask<Timed>({ do: 'forward', variant, times: 3 });
  const forward = await inTurns(sides, 'forward', 2 * each);
  for (const { side } of sides) await side.end();
  const peerVariants = [...(sides[1]?.variants ?? [])];
  const fastest = peerVariants.sort((a, b) => median(step.get(a)!) - median(step.get(b)!))[0];
  return {
    network,
    firstLosses,
    step: Object.fromEntries(step),
    forward: Object.fromEntries(forward),
    memory: {
      ours: await trainingMemory(startOurs, { ...build, file: '' }),
      peer: fastest ? await trainingMemory(startPeer, { ...build, variants: [fastest] }) : null,
    },
    versions: Object.assign({}, ...sides.map(({ versions }) => versions)) as Record<string, string>,
  };
}

const peerHere = await peerIsThere();
if (!peerHere)
  console.log(`PyTorch: not found by "${options.python}"; give --python. Its columns stay empty.`);
const folder = mkdtempSync(join(tmpdir(), 'bench-autodiff-'));
const results: NetworkTimes[] = [];
const loadBefore = loadavg();
try {
  for (const network of wanted) {
    results.push(await benchNetwork(network, join(folder, network), peerHere));
    for (const { name, ours, peer, ratio, unit } of rowsOf(results.slice(-1)))
      console.log(
        `${name.padEnd(22)} ours ${ours}  peer ${peer ?? 'not run'}  ratio ${ratio ?? '-'}  ${unit}`,
      );
  }
} finally {
  rmSync(folder, { recursive: true });
}
const bench: Bench = {
  peer: 'PyTorch',
  skipped: peerHere ? [] : ['PyTorch'],
  machine: machine(cpus(), existsSync('/proc/cpuinfo')),
  threads,
  rounds,
  quick: options.quick,
  loadAverage: { before: loadBefore, after: loadavg() },
  versions: Object.assign({}, ...results.map(({ versions }) => versions)) as Record<string, string>,
  date: new Date().toISOString().slice(0, 10),
  rows: rowsOf(results),
};
await writeFileAtomic(join(options.out, 'autodiff.json'), `${JSON.stringify(bench, null, 2)}\n`);
await writeFileAtomic(join(options.out, 'autodiff.md'), page(bench));
const differing = bench.rows.filter(({ sameNetwork }) => sameNetwork === false);
for (const { name, lossDifference } of differing)
  console.error(`${name}: the losses of the first steps differ by ${lossDifference}: not the same network`);
process.exitCode = differing.length > 0 ? 1 : 0;
