// A whole exam segmented and quantified, and the network alone beside PyTorch, in turns. Writes
// docs/results/segmentation-speed.{json,md}:
//   npm run bench:segmentation -- [--python <a python with torch and onnx>] [--rounds 5] [--weights real|phantom]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import {
  openSegmenter,
  openSegmenters,
  quantifyExam,
  segmentExam,
  type WeightsSet,
  weightsName,
  writeNifti,
} from '@myocast/imaging';
import { groundTruth } from '@myocast/simulation';
import { machine, median } from '../libs/autodiff/bench/result.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['BENCH_PYTHON'] ?? 'python3' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    weights: { type: 'string', default: 'real' },
    out: { type: 'string', default: join('docs', 'results') },
    /** The child: this exam segmented and quantified, its times as JSON. */
    child: { type: 'string' },
    into: { type: 'string', default: '' },
  },
});
const set = options.weights as WeightsSet;
const threads = Number(options.threads);
const [phases, slices] = [25, 10];
const goalMs = 6000;

interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly unit: 'ms';
  readonly runs: number;
  readonly goal: number | null;
}

/** Cine, late enhancement and T2 of a virtual patient on so many slices, as ingest leaves them. */
function writeExam(folder: string): void {
  const imaging = { sequences: ['cine-sax', 'lge-sax', 't2-sax'] as const, cinePhases: phases, matrix: 208 };
  const config = { patients: 1, centres: 1, seed: 5, imaging };
  const exam = groundTruth(config, 'V1-0001');
  mkdirSync(folder, { recursive: true });
  const kinds = { 'cine-sax': 'cine-sax', 'lge-sax': 'lge-sax', 't2-sax': 't2-stir' } as const;
  const series = exam.series.map(({ sequence, image, phases: t, slices: z }) => {
    const kind = kinds[sequence as keyof typeof kinds];
    const size = Math.sqrt(image.length / (t * z));
    const data = new Float32Array(t * slices * size * size);
    for (let at = 0; at < t * slices; at++) {
      const from = Math.floor(at / slices) * z + Math.min(z - 1, at % slices);
      data.set(image.subarray(from * size * size, (from + 1) * size * size), at * size * size);
    }
    const mm = exam.spacingMm;
    const affine = [mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];
    const volume = { shape: [t, slices, size, size] as const, data, affine, triggerTimesMs: null };
    writeFileSync(join(folder, `${kind}.nii.gz`), writeNifti(volume));
    return { kind, file: `${kind}.nii.gz` };
  });
  writeFileSync(join(folder, 'exam.json'), JSON.stringify({ subject: 'B', series }));
}

async function child(folder: string): Promise<void> {
  const opened = await openSegmenters(set, { threads });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  const began = performance.now();
  const cpu = process.cpuUsage();
  const done = await segmentExam(folder, join(options.into, 'masks', 'B'), opened.value);
  const segmented = performance.now();
  const quantified = await quantifyExam(folder, join(options.into, 'masks'), { subject: 'B' });
  if (!done.ok || !quantified.ok) throw new Error('not segmented');
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - began;
  const masks = done.value.series.map(({ mask }) => mask);
  await opened.value.close();
  process.stdout.write(
    JSON.stringify({ ms, segmentMs: segmented - began, cpuMs: (user + system) / 1000, masks }),
  );
}

interface ExamTimes {
  readonly ms: number;
  readonly segmentMs: number;
  readonly cpuMs: number;
  readonly masks: readonly string[];
}

const self = fileURLToPath(import.meta.url);
const ownChild = (folder: string, into: string) =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        ...process.execArgv,
        self,
        '--child',
        folder,
        '--into',
        into,
        '--weights',
        set,
        '--threads',
        `${threads}`,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  ) as ExamTimes;

interface PeerTimes {
  readonly batch: number;
  readonly layout: string;
  readonly ms: readonly number[];
}

/** The network on as many windows as the cine has: ours, and the peer's fastest. */
async function benchNetwork(scratch: string, rounds: number) {
  const opened = await openSegmenter(weightsName('cine-sax', set), { threads });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  const { size } = opened.value.card.window;
  const count = phases * slices;
  const random = new Random('windows');
  const windows = Float32Array.from({ length: count * size * size }, () => random.normal());
  writeFileSync(join(scratch, 'windows.f32'), windows);
  const ours: number[] = [];
  const logits: Float32Array[] = [];
  for (let turn = -1; turn < rounds; turn++) {
    logits.length = 0;
    const began = performance.now();
    for (let at = 0; at < count; at += 4)
      logits.push(
        (await opened.value.run(windows.subarray(at * size * size, Math.min(count, at + 4) * size * size)))
          .logits,
      );
    if (turn >= 0) ours.push(performance.now() - began);
  }
  await opened.value.close();
  const { peers, torch, difference } = runPeer(scratch, size, rounds, logits);
  const best = peers.toSorted((a, b) => median(a.ms) - median(b.ms))[0];
  const row: Row = {
    name: `the cine network on ${count} windows of ${size} × ${size}, forward alone`,
    ours: round(median(ours)),
    peer: best ? round(median(best.ms)) : null,
    ratio: best ? round(median(ours) / median(best.ms)) : null,
    unit: 'ms',
    runs: rounds,
    goal: null,
  };
  const note = best
    ? `PyTorch is taken at its fastest: ${best.layout}, ${best.batch} windows at a time (ours: 4). The scores differ by at most ${difference.toPrecision(2)}.`
    : 'PyTorch (with onnx, to read the weights) is not installed, and left out.';
  return { rows: [row], note, torch };
}

function runPeer(scratch: string, size: number, rounds: number, ours: readonly Float32Array[]) {
  const network = join('stages', 'imaging', 'weights', weightsName('cine-sax', set), 'network.onnx');
  const files = { windows: join(scratch, 'windows.f32'), logits: join(scratch, 'logits.f32') };
  const peers: PeerTimes[] = [];
  let torch = 'not installed';
  let difference = 0;
  for (const batch of [4, 32]) {
    const args = [network, files.windows, size, files.logits, batch, threads, rounds].map(String);
    const script = join('reference', 'imaging', 'bench_segmentation.py');
    const run = spawnSync(options.python, [script, ...args], { encoding: 'utf8' });
    if (run.status !== 0) continue;
    const found = JSON.parse(run.stdout) as {
      ms: { [layout: string]: number[] };
      versions: { torch: string };
    };
    torch = found.versions.torch;
    for (const [layout, ms] of Object.entries(found.ms)) peers.push({ batch, layout, ms });
    difference = Math.max(difference, largestDifference(ours, readFileSync(files.logits)));
  }
  return { peers, torch, difference };
}

function largestDifference(ours: readonly Float32Array[], bytes: Buffer): number {
  const theirs = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let largest = 0;
  let at = 0;
  for (const part of ours)
    for (const value of part) largest = Math.max(largest, Math.abs(value - theirs[at++]!));
  return largest;
}

const round = (value: number, digits = 3) => Number(value.toPrecision(digits));

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-segmentation-'));
  const loadBefore = loadavg();
  const rounds = Number(options.rounds);
  try {
    writeExam(join(scratch, 'exam'));
    const exams = Array.from({ length: rounds }, (_, turn) =>
      ownChild(join(scratch, 'exam'), join(scratch, `out-${turn}`)),
    );
    const { rows, note, torch } = await benchNetwork(scratch, rounds);
    const middle = (value: (times: ExamTimes) => number) => round(median(exams.map(value)));
    const { masks } = exams[0]!;
    const own = (name: string, ours: number, goal: number | null): Row => ({
      name,
      ours,
      peer: null,
      ratio: null,
      unit: 'ms',
      runs: rounds,
      goal,
    });
    await report(
      [
        own(
          `whole exam segmented and quantified (${masks.join(', ')})`,
          middle(({ ms }) => ms),
          goalMs,
        ),
        own(
          'of this, segmentation',
          middle(({ segmentMs }) => segmentMs),
          null,
        ),
        own(
          'processor time of the whole',
          middle(({ cpuMs }) => cpuMs),
          null,
        ),
        ...rows,
      ],
      note,
      torch,
      loadBefore,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function report(
  rows: readonly Row[],
  note: string,
  torch: string,
  loadBefore: readonly number[],
): Promise<void> {
  const bench = {
    skipped: torch === 'not installed' ? ['PyTorch'] : [],
    machine: machine(),
    threads,
    weights: set,
    versions: { node: process.versions.node, torch },
    loadAverage: { before: loadBefore, after: loadavg() },
    date: new Date().toISOString().slice(0, 10),
    rows,
  };
  const page = `# From volumes to contours and numbers

\`npm run bench:segmentation -- --python <a python with torch and onnx>\`, ${bench.date}. ${bench.machine.cpu}, ${bench.machine.cores} cores, ${threads} threads; node ${process.versions.node}, torch ${torch}. Load average of the machine before ${loadBefore.map((load) => load.toFixed(2)).join(', ')}.

| row | ours | peer | ratio | unit | runs | goal ≤ |
|---|---|---|---|---|---|---|
${rows.map(({ name, ours, peer, ratio, unit, runs, goal }) => `| ${name} | ${ours} | ${peer ?? ''} | ${ratio ?? ''} | ${unit} | ${runs} | ${goal ?? ''} |`).join('\n')}

- The exam: a short-axis cine of ${phases} phases, late enhancement and T2, of ${slices} slices of 208 × 208 each. A series without weights is left out; the first row names what was segmented. Networks are open before the clock starts; volumes are read and masks written.
- ${note}
- Medians. A load above 0.5 before means that others used the machine: then only the ratio and the processor time say something.
`;
  await writeFileAtomic(join(options.out, 'segmentation-speed.json'), `${JSON.stringify(bench, null, 2)}\n`);
  await writeFileAtomic(join(options.out, 'segmentation-speed.md'), page);
  for (const { name, ours, peer, ratio } of rows)
    console.log(`${name}: ours ${ours} ms, peer ${peer ?? '-'}, ratio ${ratio ?? '-'}`);
}

if (options.child === undefined) await main();
else await child(options.child);
