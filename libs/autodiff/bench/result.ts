import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Turn } from './measure.ts';

type Turns = ReadonlyMap<string, readonly Turn[]>;
/** What was measured of one network, by variant; ours is `onnxruntime`. */
export interface NetworkTimes {
  readonly network: string;
  readonly firstLosses: ReadonlyArray<{ readonly variant: string; readonly losses: readonly number[] }>;
  readonly step: Turns;
  readonly forward: Turns;
  readonly memory: { readonly ours: number; readonly peer: number | null } | null;
  readonly versions: Readonly<Record<string, string>>;
}
/** One row of docs/results/autodiff.json; `ours` and `peer` are medians, `ratio` = ours / peer. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly unit: 'ms' | 'MiB';
  readonly runs: number;
  readonly oursMin?: number;
  readonly peerMin?: number;
  /** The peer's fastest layout, which is the one compared with. */
  readonly peerVariant?: string;
  /** Medians of all the peer's layouts. */
  readonly peerVariants?: Readonly<Record<string, number>>;
  /** Largest share of the machine that other processes took in a turn that counts. */
  readonly othersLoad?: number;
  /** Largest difference of the first three losses from the same weights and batch, relative to the loss. */
  readonly lossDifference?: number;
  readonly sameNetwork?: boolean;
}
export interface Bench {
  readonly peer: string;
  readonly skipped: readonly string[];
  readonly machine: Machine;
  readonly threads: number;
  readonly rounds: number;
  readonly quick: boolean;
  readonly loadAverage: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string;
  readonly rows: readonly Row[];
}
/** Which instructions the processor has decides which kernels either side takes. */
interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly flags: readonly string[];
}

const ourVariant = 'onnxruntime';
/** Not what most users run: it needs a C++ compiler and takes its time, so it stands in rows of its own. */
const compiledVariant = 'compiled';
/** A row measured while others took more of the machine than this is marked as disturbed. */
export const othersAtMost = 0.05;
/** Losses from the same weights and batch agree this well, or the networks are not the same. */
const lossTolerance = 1e-3;
/** Ratios of issue 3. */
const goals: Readonly<Record<string, number>> = { step: 1, forward: 0.8 };

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle - 0.5)]! + sorted[Math.floor(middle)]!) / 2;
}
const round = (value: number, digits = 4): number => Number(value.toPrecision(digits));
const allMs = (turns: readonly Turn[]): number[] => turns.flatMap(({ ms }) => ms);

/** Ours against the fastest of the peer's variants. */
function timeRow(name: string, turns: Turns): Row {
  const ours = allMs(turns.get(ourVariant)!);
  const loads = [...turns.values()].flat().map(({ others }) => others ?? 0);
  const row: Row = {
    name,
    ours: round(median(ours)),
    peer: null,
    ratio: null,
    unit: 'ms',
    runs: ours.length,
    oursMin: round(Math.min(...ours)),
    othersLoad: Number(Math.max(...loads).toFixed(2)),
  };
  const peers = [...turns]
    .filter(([variant]) => variant !== ourVariant)
    .map(([variant, of]) => ({ variant, ms: median(allMs(of)), min: Math.min(...allMs(of)) }))
    .toSorted((a, b) => a.ms - b.ms);
  const [fastest] = peers;
  if (!fastest) return row;
  return {
    ...row,
    peer: round(fastest.ms),
    ratio: round(median(ours) / fastest.ms, 3),
    peerMin: round(fastest.min),
    peerVariant: fastest.variant,
    peerVariants: Object.fromEntries(peers.map(({ variant, ms }) => [variant, round(ms)])),
  };
}

/** How far the sides' first losses lie apart; nothing without a peer. */
function agreement({ firstLosses }: NetworkTimes): Pick<Row, 'lossDifference' | 'sameNetwork'> {
  const ours = firstLosses.find(({ variant }) => variant === ourVariant)!.losses;
  const differences = firstLosses
    .filter(({ variant }) => variant !== ourVariant)
    .flatMap(({ losses }) => losses.map((loss, step) => Math.abs(loss - ours[step]!) / Math.abs(loss)));
  if (differences.length === 0) return {};
  const largest = Math.max(...differences);
  return { lossDifference: round(largest, 2), sameNetwork: largest <= lossTolerance };
}

function memoryRow(name: string, { ours, peer }: NonNullable<NetworkTimes['memory']>): Row {
  return {
    name,
    ours: round(ours),
    peer: peer === null ? null : round(peer),
    ratio: peer === null ? null : round(ours / peer, 3),
    unit: 'MiB',
    runs: 1,
  };
}

/** A row each for step, forward and (once measured) memory of every network. */
export function rowsOf(results: readonly NetworkTimes[]): Row[] {
  return results.flatMap((result) => {
    const { network, step, forward, memory } = result;
    return [
      { ...timeRow(`${network} step`, only(step, isEager)), ...agreement(result) },
      timeRow(`${network} forward`, only(forward, isEager)),
      ...(memory ? [memoryRow(`${network} memory`, memory)] : []),
      ...(step.has(compiledVariant)
        ? [
            timeRow(`${network} step, torch.compile`, only(step, isCompiled)),
            timeRow(`${network} forward, torch.compile`, only(forward, isCompiled)),
          ]
        : []),
    ];
  });
}
const isEager = (variant: string) => variant !== compiledVariant;
const isCompiled = (variant: string) => variant === ourVariant || variant === compiledVariant;
const only = (turns: Turns, wanted: (variant: string) => boolean): Turns =>
  new Map([...turns].filter(([variant]) => wanted(variant)));

export function machine(): Machine {
  const text = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const has = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/));
  const telling = ['avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'amx_bf16', 'amx_int8'];
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    flags: telling.filter((flag) => has.has(flag)),
  };
}

function line({ name, ours, peer, ratio, unit, runs, peerVariant, othersLoad }: Row): string {
  const goal = goals[name.split(' ').at(-1)!];
  const cells = [
    name,
    `${ours} ${unit}`,
    peer === null ? 'not run' : `${peer} ${unit}`,
    ratio ?? '',
    goal ?? '',
    peerVariant ?? '',
    runs,
    othersLoad === undefined ? '' : `${othersLoad}${othersLoad > othersAtMost ? ' (disturbed)' : ''}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** docs/results/autodiff.md */
export function page({ rows, machine: { cpu, cores, flags }, ...bench }: Bench): string {
  const versions = Object.entries(bench.versions).map(([name, version]) => `${name} ${version}`);
  const differences = rows
    .filter(({ lossDifference }) => lossDifference !== undefined)
    .map(({ name, lossDifference }) => `${name.replace(/ step$/, '')} ${lossDifference}`);
  return `# Training against PyTorch

\`npm run bench:autodiff -- --python <a python with torch>\`, ${bench.date}${bench.quick ? ', a quick run' : ''}. ${cpu}, ${cores} cores (${flags.join(', ')}), ${bench.threads} threads on both sides; ${versions.join(', ')}.

| row | ours | PyTorch | ratio | goal ≤ | layout | runs | others' load ≤ |
|---|---|---|---|---|---|---|---|
${rows.map(line).join('\n')}

- Medians over all runs of at most ${bench.rounds} rounds, in which every contestant takes its turn. A turn counts only while other processes take next to nothing of the machine (the last column is the largest share in a turn that counts; where no quiet turn was had, the row is disturbed and compares nothing): PyTorch's threads wait for each other by spinning, and a single busy neighbour makes its steps up to ten times slower.
- *step*: forward, loss, backward and AdamW in float32. *forward*: the trained network without gradients, ours from its exported ONNX file. *memory*: peak resident memory that training adds to a fresh process which has loaded its library.
- PyTorch runs without \`torch.compile\` (rows of its own where measured: \`--compile\`), with fused AdamW; convolutional networks in its ordinary memory layout and in channels_last. We compare with the faster of the two.
- From the same weights and batch the first three losses differ, relative to the loss, by at most: ${differences.join(', ') || 'not compared'}.
`;
}
