import { readFileSync } from 'node:fs';
import type { CpuInfo } from 'node:os';

/** What was timed of one network; times in ms by variant, ours is `onnxruntime`. */
export interface NetworkTimes {
  readonly network: string;
  readonly firstLosses: ReadonlyArray<{ readonly variant: string; readonly losses: readonly number[] }>;
  readonly step: Readonly<Record<string, readonly number[]>>;
  readonly forward: Readonly<Record<string, readonly number[]>>;
  readonly memory: { readonly ours: number; readonly peer: number | null };
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
  /** Largest difference of the first three losses from the same weights and batch, relative to the loss. */
  readonly lossDifference?: number;
  readonly sameNetwork?: boolean;
}
export interface Bench {
  readonly peer: string;
  readonly skipped: readonly string[];
  readonly machine: Readonly<Record<string, unknown>>;
  readonly threads: number;
  readonly rounds: number;
  readonly quick: boolean;
  readonly loadAverage: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string;
  readonly rows: readonly Row[];
}

const ourVariant = 'onnxruntime';
/** Losses from the same weights and batch agree this well, or the networks are not the same. */
const lossTolerance = 1e-3;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle - 0.5)]! + sorted[Math.floor(middle)]!) / 2;
}
const round = (value: number): number => Number(value.toPrecision(4));
const ratioOf = (ours: number, peer: number | null | undefined): number | null =>
  typeof peer === 'number' ? Number((ours / peer).toFixed(3)) : null;

function timeRow(name: string, times: NetworkTimes['step']): Row {
  const ours = times[ourVariant]!;
  const peers = Object.entries(times)
    .filter(([variant]) => variant !== ourVariant)
    .sort(([, a], [, b]) => median(a) - median(b));
  const row = {
    name,
    ours: round(median(ours)),
    unit: 'ms',
    runs: ours.length,
    oursMin: round(Math.min(...ours)),
  } as const;
  const [fastest] = peers;
  if (!fastest) return { ...row, peer: null, ratio: null };
  const [peerVariant, peer] = fastest;
  return {
    ...row,
    peer: round(median(peer)),
    ratio: ratioOf(median(ours), median(peer)),
    peerMin: round(Math.min(...peer)),
    peerVariant,
    peerVariants: Object.fromEntries(peers.map(([variant, all]) => [variant, round(median(all))])),
  };
}

function lossDifference({ firstLosses }: NetworkTimes): number | null {
  const ours = firstLosses.find(({ variant }) => variant === ourVariant)!.losses;
  const others = firstLosses.filter(({ variant }) => variant !== ourVariant);
  const differences = others.flatMap(({ losses }) =>
    losses.map((loss, step) => Math.abs(loss - ours[step]!) / Math.abs(loss)),
  );
  return differences.length === 0 ? null : Math.max(...differences);
}

/** Three rows a network: step, forward, memory. */
export function rowsOf(results: readonly NetworkTimes[]): Row[] {
  return results.flatMap((result) => {
    const { network, memory } = result;
    const difference = lossDifference(result);
    const agreement =
      difference === null
        ? {}
        : { lossDifference: Number(difference.toPrecision(2)), sameNetwork: difference <= lossTolerance };
    return [
      { ...timeRow(`${network} step`, result.step), ...agreement },
      timeRow(`${network} forward`, result.forward),
      {
        name: `${network} memory`,
        ours: round(memory.ours),
        peer: memory.peer === null ? null : round(memory.peer),
        ratio: ratioOf(memory.ours, memory.peer),
        unit: 'MiB' as const,
        runs: 1,
      },
    ];
  });
}

/** Which instructions the processor has decides which kernels either side takes. */
export function machine(processors: readonly CpuInfo[], hasCpuInfo: boolean): Record<string, unknown> {
  const text = hasCpuInfo ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const flags = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/));
  const named = ['avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'amx_bf16', 'amx_int8'];
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    flags: named.filter((flag) => flags.has(flag)),
  };
}

const goals = { step: 1, forward: 0.8 };

/** docs/results/autodiff.md */
export function page({ rows, machine: { cpu, cores, flags }, ...bench }: Bench): string {
  const goalOf = (name: string) => Object.entries(goals).find(([kind]) => name.endsWith(` ${kind}`))?.[1];
  const lines = rows.map(({ name, ours, peer, ratio, unit, runs, peerVariant }) =>
    [
      '',
      name,
      `${ours} ${unit}`,
      peer === null ? 'not run' : `${peer} ${unit}`,
      ratio ?? '',
      goalOf(name) ?? '',
      peerVariant ?? '',
      runs,
      '',
    ]
      .join(' | ')
      .trim(),
  );
  const differences = rows
    .filter(({ lossDifference: difference }) => difference !== undefined)
    .map(({ name, lossDifference: difference }) => `${name.replace(/ step$/, '')} ${difference}`);
  return `# Training against PyTorch

\`npm run bench:autodiff -- --python <python with torch>\`, ${bench.date}${bench.quick ? ', a quick run' : ''}. ${cpu}, ${cores} cores (${(flags as string[]).join(', ')}), ${bench.threads} threads on both sides; ${Object.entries(
    bench.versions,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.

| row | ours | PyTorch | ratio | goal ≤ | layout | runs |
|---|---|---|---|---|---|---|
${lines.join('\n')}

- Medians over all runs of ${bench.rounds} rounds; in each round both sides take their turn, since other work disturbs the machine (load average ${bench.loadAverage.before[0]?.toFixed(1)} before, ${bench.loadAverage.after[0]?.toFixed(1)} after).
- *step*: forward, loss, backward and AdamW in float32. *forward*: the trained network without gradients, ours from its exported ONNX file. *memory*: peak resident memory that training adds to a fresh process which has loaded its library.
- PyTorch runs without \`torch.compile\`, with fused AdamW, in its ordinary memory layout and in channels_last; the faster of the two is what we compare with.
- From the same weights and batch the first three losses differ, relative to the loss, by at most: ${differences.join(', ') || 'not compared'}.
`;
}
