// A whole exam segmented and quantified, part by part, and the network alone beside PyTorch. Writes
// docs/results/segmentation-speed.{json,md}:
//   npm run bench:segmentation -- [--python <a python with torch and onnx>] [--rounds 5] [--weights real|phantom]
//     [--network-alone --threads 1: what is stored stays, but for the network with so many threads]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '@myocast/base/files';
import { type WeightsSet, weightsName } from '@myocast/imaging';
import { withOthersLoad } from '../libs/autodiff/bench/others-load.ts';
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
    'network-alone': { type: 'boolean', default: false },
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

function networkRow({ windows, size, ours, peer }: NetworkComparison, own: number): Row {
  const row = ownRow(
    `the cine network on ${windows} windows of ${size} × ${size}, forward alone, ${threadsOf(own)}`,
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

const threadsOf = (own: number) => `${own} ${own === 1 ? 'thread' : 'threads'}`;

/** When and beside what something was measured. */
interface Circumstances {
  readonly date: string;
  readonly versions: { readonly node: string };
  readonly loadAverage: { readonly before: readonly number[]; readonly after: readonly number[] };
}

/** The exam's rows, and what is to be known of them. */
interface ExamBench extends Circumstances {
  readonly threads: number;
  readonly t2: string;
  readonly othersLoad: number | null;
  readonly windows: ExamTimes['network']['windows'];
  readonly rows: readonly Row[];
}

/** The network and its peer, with one number of threads. */
interface NetworkBench extends Circumstances {
  readonly threads: number;
  readonly torch: string;
  readonly othersLoad: number | null;
  readonly peer: { readonly layout: string; readonly batch: number } | null;
  readonly difference: number;
  readonly row: Row;
}

interface Bench {
  readonly machine: ReturnType<typeof machine>;
  readonly weights: WeightsSet;
  readonly exam: ExamBench;
  readonly network: readonly NetworkBench[];
}

const today = () => new Date().toISOString().slice(0, 10);

function benchExam(scratch: string): ExamBench {
  const before = loadavg();
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
  return {
    date: today(),
    versions: { node: process.versions.node },
    threads,
    t2: t2.own ? 'own weights' : 'the network of late enhancement in its place',
    loadAverage: { before, after: loadavg() },
    othersLoad: othersOf(runs.map(({ others }) => others)),
    windows: runs[0]!.network.windows,
    rows: examRows(runs, profiled),
  };
}

async function benchNetwork(own: number, scratch: string): Promise<NetworkBench> {
  const before = loadavg();
  const weights = weightsName('cine-sax', set);
  const order = { weights, windows: phases * slices, threads: own, rounds, python: options.python, scratch };
  const { result, others } = await withOthersLoad([], () => compareNetwork(order));
  if (result.absent !== null) console.log(`PyTorch is left out: ${result.absent}`);
  return {
    threads: own,
    date: today(),
    versions: { node: process.versions.node },
    torch: result.torch ?? 'not installed',
    loadAverage: { before, after: loadavg() },
    othersLoad: othersOf([others]),
    peer: result.peer && { layout: result.peer.layout, batch: result.peer.batch },
    difference: result.difference,
    row: networkRow(result, own),
  };
}

/** What is in the folder of results. */
function stored(): Bench {
  return JSON.parse(readFileSync(join(options.out, 'segmentation-speed.json'), 'utf8')) as Bench;
}

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-segmentation-'));
  try {
    const kept = options['network-alone'] ? stored() : null;
    const exam = kept ? kept.exam : benchExam(scratch);
    const network = kept ? kept.network.filter((one) => one.threads !== threads) : [];
    for (const own of kept ? [threads] : new Set([1, threads]))
      network.push(await benchNetwork(own, scratch));
    const ordered = network.toSorted((one, other) => one.threads - other.threads);
    await report({ machine: machine(), weights: set, exam, network: ordered });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function othersOf(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : round(median(known), 2);
}

async function report(bench: Bench): Promise<void> {
  await writeFileAtomic(join(options.out, 'segmentation-speed.json'), `${JSON.stringify(bench, null, 2)}\n`);
  await writeFileAtomic(join(options.out, 'segmentation-speed.md'), pageOf(bench));
  for (const { name, ours, cpuMs, peer, ratio } of rowsOf(bench))
    console.log(
      `${name}: ours ${ours} ms, processors ${cpuMs ?? '-'} ms, peer ${peer ?? '-'}, ratio ${ratio ?? '-'}`,
    );
}

const rowsOf = ({ exam, network }: Bench): Row[] => [...exam.rows, ...network.map(({ row }) => row)];

const othersTook = (share: number | null) =>
  share === null
    ? 'how much of the machine others took is not known'
    : `others took ${round(100 * share, 2)} % of the machine meanwhile`;

function pageOf(bench: Bench): string {
  const { exam, network } = bench;
  const { cpu, cores } = bench.machine;
  const cell = (value: number | null) => value ?? '';
  const line = (row: Row) =>
    `| ${row.name} | ${row.ours} | ${row.oursMin} | ${cell(row.cpuMs)} | ${cell(row.peer)} | ${cell(row.peerCpuMs)} | ${cell(row.ratio)} | ${cell(row.cpuRatio)} | ${row.runs} | ${cell(row.goal)} |`;
  const shown = Object.entries(exam.windows).map(
    ([kind, own]) => `${kind} ${own.windows} of ${own.size} × ${own.size}`,
  );
  return `# From volumes to contours and numbers

\`npm run bench:segmentation -- --python <a python with torch and onnx>\`. ${cpu}, ${cores} cores. The exam: ${exam.date}, ${threadsOf(exam.threads)}, node ${exam.versions.node}; ${othersTook(exam.othersLoad)}. ${network.map((one) => `The network, ${threadsOf(one.threads)}: ${one.date}, node ${one.versions.node}, torch ${one.torch}; ${othersTook(one.othersLoad)}.`).join(' ')}

| row | ours, ms | fastest | processors, ms | PyTorch, ms | its processors, ms | ratio | ratio of processors | runs | goal ≤ |
|---|---|---|---|---|---|---|---|---|---|
${rowsOf(bench).map(line).join('\n')}

- The exam: a short-axis cine of ${phases} phases, late enhancement and T2, of ${slices} slices of 208 × 208 each; T2: ${exam.t2}. Each run is a process of its own; networks are open before the clock starts; volumes are read and masks written.
- Medians, and the fastest run. Processors: user and system time of all threads. Ratios are ours over PyTorch's.
- Windows shown to the networks, those that look for the heart included: ${shown.join(', ')}; four at a time.
- The network is timed in every run; the other parts come from one more run under the sampling profiler, which makes it a little slower: what the run took of the processors beside the network, in the shares of the samples.
${peerLines(network)}
- Where others took more than 3 % of the machine, wall times say little; the ratios and the processor times hold better.
`;
}

function peerLines(network: readonly NetworkBench[]): string {
  const fastest = network.flatMap(({ peer, threads: own, difference }) =>
    peer === null
      ? []
      : [
          `with ${threadsOf(own)} ${peer.layout}, ${peer.batch} windows at a time (scores differ by at most ${difference.toPrecision(2)})`,
        ],
  );
  if (fastest.length === 0)
    return '- PyTorch (with onnx, to read the weights) is not installed, and left out.';
  return `- Both have the same number of threads and take turns. PyTorch is taken at its fastest: ${fastest.join('; ')}; ours shows 4 windows at a time. Threads of PyTorch wait by spinning, so its processor time with more than one counts waiting.`;
}

if (options.child === undefined) await main();
else process.stdout.write(JSON.stringify(await timeExam(JSON.parse(options.child) as ExamOrder)));
