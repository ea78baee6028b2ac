// A whole exam segmented and quantified, part by part, and the network alone beside PyTorch. Writes
// docs/results/segmentation-speed.{json,md}:
//   npm run bench:segmentation -- [--python <a python with torch and onnx>] [--rounds 5] [--weights real|phantom]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { type WeightsSet, weightsName } from '@myocast/imaging';
import { machine, median } from '../libs/autodiff/bench/result.ts';
import {
  type ExamOrder,
  type ExamTimes,
  phases,
  slices,
  t2Weights,
  timeExam,
  writeExam,
} from './segmentation/bench-exam.ts';
import { compareNetwork, type NetworkComparison } from './segmentation/bench-network.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['BENCH_PYTHON'] ?? 'python3' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    weights: { type: 'string', default: 'real' },
    out: { type: 'string', default: join('docs', 'results') },
    /** The child: one exam, its order as JSON; its times come as JSON. */
    child: { type: 'string' },
  },
});
const set = options.weights as WeightsSet;
const threads = Number(options.threads);
const rounds = Number(options.rounds);
const goalMs = 6000;
const self = fileURLToPath(import.meta.url);

interface Row {
  readonly name: string;
  readonly ours: number;
  /** The fastest run. */
  readonly oursMin: number;
  readonly cpuMs: number | null;
  readonly peer: number | null;
  readonly peerCpuMs: number | null;
  /** Of wall times, and of processor times. */
  readonly ratio: number | null;
  readonly cpuRatio: number | null;
  readonly unit: 'ms';
  readonly runs: number;
  readonly goal: number | null;
}

const round = (value: number, digits = 3) => Number(value.toPrecision(digits));

/** In a process of its own: nothing is warm. */
function timed(order: ExamOrder): ExamTimes {
  const settings = ['--weights', set, '--threads', options.threads];
  const args = [...process.execArgv, self, ...settings, '--child', JSON.stringify(order)];
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio })) as ExamTimes;
}

function ownRow(name: string, wall: readonly number[], cpu: readonly number[] | null, goal = false): Row {
  return {
    name,
    ours: round(median(wall)),
    oursMin: round(Math.min(...wall)),
    cpuMs: cpu && round(median(cpu)),
    peer: null,
    peerCpuMs: null,
    ratio: null,
    cpuRatio: null,
    unit: 'ms',
    runs: wall.length,
    goal: goal ? goalMs : null,
  };
}

function examRows(runs: readonly ExamTimes[], profiled: ExamTimes): Row[] {
  const of = (value: (times: ExamTimes) => number) => runs.map(value);
  const whole = `whole exam segmented and quantified (${runs[0]!.masks.join(', ')})`;
  const sampled = Object.entries(profiled.parts!)
    .filter(([part]) => part !== 'network')
    .toSorted(([, a], [, b]) => b - a);
  const busy = sampled.reduce((sum, [part, ms]) => sum + (part === 'waiting' ? 0 : ms), 0);
  // Samples are of wall time, in which others may have had the processor.
  const share = (profiled.cpuMs - profiled.network.cpuMs) / busy;
  return [
    ownRow(
      whole,
      of(({ ms }) => ms),
      of(({ cpuMs }) => cpuMs),
      true,
    ),
    ownRow(
      'of this, segmentation',
      of(({ segmentMs }) => segmentMs),
      null,
    ),
    ownRow(
      'of this, quantification',
      of(({ ms, segmentMs }) => ms - segmentMs),
      null,
    ),
    ownRow(
      'part: network',
      of((times) => times.network.ms),
      of((times) => times.network.cpuMs),
    ),
    ...sampled.map(([part, ms]) => ownRow(`part: ${part}`, [ms], part === 'waiting' ? null : [share * ms])),
  ];
}

function networkRow({ windows, size, ours, peer }: NetworkComparison): Row {
  const row = ownRow(
    `the cine network on ${windows} windows of ${size} × ${size}, forward alone`,
    ours.ms,
    ours.cpuMs,
  );
  if (peer === null) return row;
  const [wall, cpu] = [median(peer.ms), median(peer.cpuMs)];
  return {
    ...row,
    peer: round(wall),
    peerCpuMs: round(cpu),
    ratio: round(median(ours.ms) / wall),
    cpuRatio: round(median(ours.cpuMs) / cpu),
  };
}

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-segmentation-'));
  const loadBefore = loadavg();
  try {
    const folder = join(scratch, 'exam');
    writeExam(folder);
    const t2 = t2Weights(set, join(scratch, 't2'));
    const order = (turn: string, profiled = false): ExamOrder => ({
      folder,
      into: join(scratch, turn),
      weights: set,
      t2: t2.name,
      threads,
      profiled,
    });
    const runs = Array.from({ length: rounds }, (_, turn) => timed(order(`${turn}`)));
    const profiled = timed(order('profiled', true));
    const weights = weightsName('cine-sax', set);
    const windows = phases * slices;
    const network = await compareNetwork({
      weights,
      windows,
      threads,
      rounds,
      python: options.python,
      scratch,
    });
    if (network.absent !== null) console.log(`PyTorch is left out: ${network.absent}`);
    const rows = [...examRows(runs, profiled), networkRow(network)];
    await report(rows, { runs, network, t2IsOwn: t2.own, loadBefore });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Circumstances {
  readonly runs: readonly ExamTimes[];
  readonly network: NetworkComparison;
  readonly t2IsOwn: boolean;
  readonly loadBefore: readonly number[];
}

function othersOf(runs: readonly ExamTimes[]): number | null {
  const known = runs.map(({ others }) => others).filter((share) => share !== null);
  return known.length === 0 ? null : round(median(known), 2);
}

async function report(rows: readonly Row[], circumstances: Circumstances): Promise<void> {
  const { runs, network, t2IsOwn, loadBefore } = circumstances;
  const bench = {
    skipped: network.peer === null ? ['PyTorch'] : [],
    machine: machine(),
    threads,
    weights: set,
    t2: t2IsOwn ? 'own weights' : 'the network of late enhancement in its place',
    versions: { node: process.versions.node, torch: network.torch ?? 'not installed' },
    loadAverage: { before: loadBefore, after: loadavg() },
    othersLoad: othersOf(runs),
    windows: runs[0]!.network.windows,
    date: new Date().toISOString().slice(0, 10),
    rows,
  };
  await writeFileAtomic(join(options.out, 'segmentation-speed.json'), `${JSON.stringify(bench, null, 2)}\n`);
  await writeFileAtomic(join(options.out, 'segmentation-speed.md'), pageOf(bench, network));
  for (const { name, ours, cpuMs, peer, ratio } of rows)
    console.log(
      `${name}: ours ${ours} ms, processors ${cpuMs ?? '-'} ms, peer ${peer ?? '-'}, ratio ${ratio ?? '-'}`,
    );
}

type Bench = {
  readonly machine: ReturnType<typeof machine>;
  readonly t2: string;
  readonly versions: { readonly node: string; readonly torch: string };
  readonly othersLoad: number | null;
  readonly windows: ExamTimes['network']['windows'];
  readonly date: string;
  readonly rows: readonly Row[];
};

function pageOf(
  { machine: { cpu, cores }, t2, versions, othersLoad, windows, date, rows }: Bench,
  network: NetworkComparison,
): string {
  const cell = (value: number | null) => value ?? '';
  const line = (row: Row) =>
    `| ${row.name} | ${row.ours} | ${row.oursMin} | ${cell(row.cpuMs)} | ${cell(row.peer)} | ${cell(row.peerCpuMs)} | ${cell(row.ratio)} | ${cell(row.cpuRatio)} | ${row.runs} | ${cell(row.goal)} |`;
  const shown = Object.entries(windows).map(
    ([kind, own]) => `${kind} ${own.windows} of ${own.size} × ${own.size}`,
  );
  const { peer, difference } = network;
  return `# From volumes to contours and numbers

\`npm run bench:segmentation -- --python <a python with torch and onnx>\`, ${date}. ${cpu}, ${cores} cores, ${threads} threads; node ${versions.node}, torch ${versions.torch}. ${othersLoad === null ? 'How much of the machine others took is not known' : `Others took ${round(100 * othersLoad, 2)} % of the machine meanwhile`}.

| row | ours, ms | fastest | processors, ms | PyTorch, ms | its processors, ms | ratio | ratio of processors | runs | goal ≤ |
|---|---|---|---|---|---|---|---|---|---|
${rows.map(line).join('\n')}

- The exam: a short-axis cine of ${phases} phases, late enhancement and T2, of ${slices} slices of 208 × 208 each; T2: ${t2}. Each run is a process of its own; networks are open before the clock starts; volumes are read and masks written.
- Medians, and the fastest run. Processors: user and system time of all threads. Ratios are ours over PyTorch's.
- Windows shown to the networks, those that look for the heart included: ${shown.join(', ')}; four at a time.
- The network is timed in every run; the other parts come from one more run under the sampling profiler, which makes it a little slower: what the run took of the processors beside the network, in the shares of the samples.
- ${peer ? `PyTorch is taken at its fastest: ${peer.layout}, ${peer.batch} windows at a time (ours: 4). Its threads wait by spinning, so its processor time counts waiting. The scores differ by at most ${difference.toPrecision(2)}.` : 'PyTorch (with onnx, to read the weights) is not installed, and left out.'}
- Where others took more than 3 % of the machine, wall times say little; the ratios and the processor times hold better.
`;
}

if (options.child === undefined) await main();
else process.stdout.write(JSON.stringify(await timeExam(JSON.parse(options.child) as ExamOrder)));
