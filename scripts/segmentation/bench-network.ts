import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@myocast/base';
import { openSegmenter, type Segmenter } from '@myocast/imaging';
import { median } from '../../libs/autodiff/bench/result.ts';
import { weightsFolder } from './bench-exam.ts';

/** Rounds of all windows, each in ms: wall, and of all processors. */
interface Rounds {
  readonly ms: number[];
  readonly cpuMs: number[];
}

/** The peer at its fastest; null where it is not there. */
interface Peer extends Rounds {
  readonly batch: number;
  readonly layout: string;
}

export interface NetworkComparison {
  readonly windows: number;
  readonly size: number;
  readonly ours: Rounds;
  readonly peer: Peer | null;
  /** Largest difference of the scores. */
  readonly difference: number;
  readonly torch: string | null;
  /** Why there is no peer. */
  readonly absent: string | null;
}

export interface NetworkOrder {
  readonly weights: string;
  readonly windows: number;
  readonly threads: number;
  readonly rounds: number;
  readonly python: string;
  readonly scratch: string;
}

/** Windows shown to our network at a time; the peer is tried with few and with many. */
const [ourBatch, peerBatches] = [4, [4, 32]] as const;

/** The network alone on so many windows, beside the same network in PyTorch, one after the other and again. */
export async function compareNetwork(order: NetworkOrder): Promise<NetworkComparison> {
  const opened = await openSegmenter(order.weights, { threads: order.threads });
  if (!opened.ok) throw new Error(opened.issues[0]!.message);
  const segmenter = opened.value;
  const { size } = segmenter.card.window;
  const random = new Random('windows');
  const images = Float32Array.from({ length: order.windows * size * size }, () => random.normal());
  writeFileSync(join(order.scratch, 'windows.f32'), images);
  const ours: Rounds = { ms: [], cpuMs: [] };
  let logits = await ourRounds(segmenter, images, order.rounds, ours);
  const found: Peer[] = [];
  let [difference, torch, absent]: [number, string | null, string | null] = [0, null, null];
  for (const batch of peerBatches) {
    const peer = peerRounds(order, size, batch);
    if (typeof peer === 'string') {
      absent = peer;
      break;
    }
    torch = peer.torch;
    found.push(...peer.layouts);
    difference = Math.max(difference, largestDifference(logits, join(order.scratch, 'logits.f32')));
    logits = await ourRounds(segmenter, images, order.rounds, ours);
  }
  await segmenter.close();
  const [peer = null] = found.toSorted((a, b) => median(a.ms) - median(b.ms));
  return { windows: order.windows, size, ours, peer, difference, torch, absent };
}

/** Adds rounds to what there is; gives the scores of the last. The first round warms up. */
async function ourRounds(
  segmenter: Segmenter,
  images: Float32Array,
  rounds: number,
  into: Rounds,
): Promise<Float32Array[]> {
  const area = segmenter.card.window.size ** 2;
  let logits: Float32Array[] = [];
  for (let turn = -1; turn < rounds; turn++) {
    logits = [];
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    for (let at = 0; at < images.length; at += ourBatch * area)
      logits.push((await segmenter.run(images.subarray(at, at + ourBatch * area))).logits);
    if (turn < 0) continue;
    const { user, system } = process.cpuUsage(cpu);
    into.ms.push(performance.now() - began);
    into.cpuMs.push((user + system) / 1000);
  }
  return logits;
}

/** Why there are none, where there are none. */
function peerRounds(
  { weights, threads, rounds, python, scratch }: NetworkOrder,
  size: number,
  batch: number,
): { readonly layouts: readonly Peer[]; readonly torch: string } | string {
  const script = join('reference', 'imaging', 'bench_segmentation.py');
  const network = join(weightsFolder, weights, 'network.onnx');
  const [windows, logits] = [join(scratch, 'windows.f32'), join(scratch, 'logits.f32')];
  const args = [script, network, windows, size, logits, batch, threads, rounds].map(String);
  const run = spawnSync(python, args, { encoding: 'utf8' });
  if (run.error) return run.error.message;
  if (run.status !== 0) return run.stderr.trim().split('\n').at(-1)!;
  const { ms, cpu_ms, versions } = JSON.parse(run.stdout) as {
    readonly ms: Readonly<Record<string, number[]>>;
    readonly cpu_ms: Readonly<Record<string, number[]>>;
    readonly versions: { readonly torch: string };
  };
  const layouts = Object.entries(ms).map(([layout, own]) => ({
    layout,
    batch,
    ms: own,
    cpuMs: cpu_ms[layout]!,
  }));
  return { layouts, torch: versions.torch };
}

function largestDifference(ours: readonly Float32Array[], file: string): number {
  const bytes = readFileSync(file);
  const theirs = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let largest = 0;
  let at = 0;
  for (const part of ours)
    for (const value of part) largest = Math.max(largest, Math.abs(value - theirs[at++]!));
  return largest;
}
