// Trains the same networks here and in PyTorch, in turns, and writes docs/results/autodiff.{json,md}.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { type Contestant, inTurns, Side, trainingMemory } from '../libs/autodiff/bench/measure.ts';
import { networks } from '../libs/autodiff/bench/networks.ts';
import type { Built, Memory, Timed } from '../libs/autodiff/bench/protocol.ts';
import {
  type Bench,
  machine,
  median,
  type NetworkTimes,
  othersAtMost,
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
    compile: { type: 'boolean', default: false },
    /** Seconds to wait, per network and kind of run, for others to leave the machine. */
    patience: { type: 'string' },
    out: { type: 'string', default: join('docs', 'results') },
  },
});
const threads = Number(options.threads);
const turns = {
  rounds: Number(options.rounds ?? (options.quick ? 3 : 7)),
  turnMs: options.quick ? 400 : 800,
  othersAtMost,
  patienceMs: 1000 * Number(options.patience ?? (options.quick ? 20 : 120)),
};
const wanted = options.only.split(',');
const unknown = wanted.filter((name) => !Object.hasOwn(networks, name));
if (unknown.length > 0)
  throw new RangeError(
    `--only: expected some of ${Object.keys(networks).join(', ')}, got ${unknown.join(', ')}`,
  );

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

/** Losses of the first three steps from the same weights; two more steps to warm up. */
async function warmUp({ side, variant }: Contestant): Promise<NetworkTimes['firstLosses'][number]> {
  const { losses } = await side.ask<Timed>({ do: 'train', variant, times: 3 });
  await side.ask<Timed>({ do: 'train', variant, times: 2 });
  return { variant, losses };
}

/** Median over processes of what training adds to memory. */
async function memoryOf(...[start, build]: Parameters<typeof trainingMemory>): Promise<number> {
  const peaks = [];
  for (let run = 0; run < (options.quick ? 1 : 3); run++) peaks.push(await trainingMemory(start, build));
  return median(peaks);
}

async function benchNetwork(network: string, file: string, peerHere: boolean): Promise<NetworkTimes> {
  const build = { do: 'build', network, threads, file, compile: options.compile } as const;
  const contestants: Contestant[] = [];
  const sides = [startOurs(), ...(peerHere ? [startPeer()] : [])];
  const versions: Record<string, string> = {};
  for (const side of sides) {
    const built = await side.ask<Built>(build);
    contestants.push(...built.variants.map((variant) => ({ side, variant })));
    Object.assign(versions, built.versions);
  }
  const firstLosses = [];
  for (const contestant of contestants) firstLosses.push(await warmUp(contestant));
  const step = await inTurns(contestants, 'train', turns);
  for (const { side, variant } of contestants) await side.ask<Timed>({ do: 'forward', variant, times: 3 });
  const forward = await inTurns(contestants, 'forward', turns);
  for (const side of sides) await side.end();
  const timed = { network, firstLosses, step, forward, versions };
  const { peerVariant } = rowsOf([{ ...timed, memory: null }])[0]!;
  const ours = await memoryOf(startOurs, { ...build, file: '' });
  const peer = peerVariant ? await memoryOf(startPeer, { ...build, variants: [peerVariant] }) : null;
  return { ...timed, memory: { ours, peer } };
}

const peerHere = await peerIsThere();
if (!peerHere)
  console.log(`PyTorch: not found by "${options.python}"; give --python. Its columns stay empty.`);
const folder = mkdtempSync(join(tmpdir(), 'bench-autodiff-'));
const results: NetworkTimes[] = [];
const loadBefore = loadavg();
try {
  for (const network of wanted) {
    const result = await benchNetwork(network, join(folder, network), peerHere);
    results.push(result);
    for (const { name, ours, peer, ratio, unit, oursMin, peerMin, othersLoad } of rowsOf([result]))
      console.log(
        `${name.padEnd(20)} ours ${ours} ${unit}  peer ${peer ?? 'not run'}  ratio ${ratio ?? '-'}`,
        unit === 'ms' ? ` (least ${oursMin}, ${peerMin ?? '-'}; others' load ${othersLoad})` : '',
      );
  }
} finally {
  rmSync(folder, { recursive: true });
}
const bench: Bench = {
  peer: 'PyTorch',
  skipped: peerHere ? [] : ['PyTorch'],
  machine: machine(),
  threads,
  rounds: turns.rounds,
  quick: options.quick,
  loadAverage: { before: loadBefore, after: loadavg() },
  versions: Object.fromEntries(results.flatMap(({ versions }) => Object.entries(versions))),
  date: new Date().toISOString().slice(0, 10),
  rows: rowsOf(results),
};
await writeFileAtomic(join(options.out, 'autodiff.json'), `${JSON.stringify(bench, null, 2)}\n`);
await writeFileAtomic(join(options.out, 'autodiff.md'), page(bench));
const differing = bench.rows.filter(({ sameNetwork }) => sameNetwork === false);
for (const { name, lossDifference } of differing)
  console.error(`${name}: the losses of the first steps differ by ${lossDifference}: not the same network`);
process.exitCode = differing.length > 0 ? 1 : 0;
