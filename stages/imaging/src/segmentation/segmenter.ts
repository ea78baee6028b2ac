import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel, type Model } from '@myocast/autodiff';
import { accepted, type Checked, contentHash, issue, refused } from '@myocast/base';
import { writeFolderAtomic } from '@myocast/base/files';
import { classesOf, exportNetwork, type NetworkPlan } from './network.ts';

/** `card.json` of segmentation weights: what they are, what they learned from, and under which licence. */
export interface SegmenterCard {
  readonly name: string;
  readonly network: NetworkPlan;
  /** SHA-256 of network.onnx. */
  readonly sha256: string;
  readonly training: {
    readonly data: readonly string[];
    readonly licence: string;
    /** Cases of the data sets that were never trained on. */
    readonly heldOut: readonly string[];
    readonly steps: number;
    readonly batch: number;
    readonly phantomShare: number;
    readonly seed: number;
    /** Hash of the weights the training went on from. */
    readonly continuedFrom: string | null;
  };
  readonly created: string;
  readonly softwareVersion: string;
  readonly intendedUse: string;
}

/** An open network. Batches are spread over its sessions of one thread each. */
export interface Segmenter {
  readonly card: SegmenterCard;
  /** SHA-256 of the network, which names it in masks and tokens. */
  readonly hash: string;
  /** @param images [n, size, size] */
  run(images: Float32Array): Promise<NetworkOutput>;
  close(): Promise<void>;
}

export interface NetworkOutput {
  /** [n, classes, size, size] */
  readonly logits: Float32Array;
  /** [n, channels, side, side] */
  readonly bottleneck: Float32Array;
  readonly channels: number;
  readonly side: number;
}

const shipped = fileURLToPath(new URL('../../weights', import.meta.url));

/** Folder of the weights that come with the software, e.g. 'cine-phantom'; a path is itself. */
export function weightsFolder(nameOrPath: string): string {
  return /^[\w-]+$/.test(nameOrPath) ? join(shipped, nameOrPath) : nameOrPath;
}

/** Card and network of a weights folder; refused when missing or when the bytes are not those of the card. */
export async function readWeights(
  nameOrPath: string,
): Promise<Checked<{ card: SegmenterCard; network: Uint8Array }>> {
  const folder = weightsFolder(nameOrPath);
  let card: SegmenterCard;
  let network: Uint8Array;
  try {
    card = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8')) as SegmenterCard;
    network = await readFile(join(folder, 'network.onnx'));
  } catch (cause) {
    return refused(
      issue('not-readable', folder, `expected card.json and network.onnx: ${(cause as Error).message}`),
    );
  }
  const found = contentHash(network);
  if (found !== card.sha256)
    return refused(
      issue('bad-value', join(folder, 'network.onnx'), `expected SHA-256 ${card.sha256}, found ${found}`),
    );
  return accepted({ card, network });
}

/** Opens shipped weights by name, or a weights folder. */
export async function openSegmenter(
  nameOrPath: string,
  { sessions = 2 }: { sessions?: number } = {},
): Promise<Checked<Segmenter>> {
  const weights = await readWeights(nameOrPath);
  if (!weights.ok) return weights;
  const { card, network } = weights.value;
  const models = await Promise.all(
    Array.from({ length: sessions }, () => loadModel(network, { threads: 1 })),
  );
  return accepted({
    card,
    hash: card.sha256,
    run: (images) => runSpread(models, card.network, images),
    async close() {
      for (const model of models) await model.close();
    },
  });
}

/** Writes `network.onnx` and `card.json`. */
export async function writeWeights(
  folder: string,
  values: Readonly<Record<string, Float32Array>>,
  card: Omit<SegmenterCard, 'sha256'>,
): Promise<SegmenterCard> {
  const network = exportNetwork(card.network, values);
  const whole: SegmenterCard = { ...card, sha256: contentHash(network) };
  await writeFolderAtomic(folder, async (draft) => {
    await writeFile(join(draft, 'network.onnx'), network);
    await writeFile(join(draft, 'card.json'), `${JSON.stringify(whole, null, 2)}\n`);
  });
  return whole;
}

/** Few images at a time stay in the cache of a core. */
const imagesPerRun = 3;

async function runSpread(
  models: readonly Model[],
  { kind, size, base, levels }: NetworkPlan,
  images: Float32Array,
): Promise<NetworkOutput> {
  const pixels = size * size;
  const n = images.length / pixels;
  const channels = base * 2 ** (levels - 1);
  const side = size / 2 ** (levels - 1);
  const logits = new Float32Array(n * classesOf[kind] * pixels);
  const bottleneck = new Float32Array(n * channels * side * side);
  let next = 0;
  const lane = async (model: Model) => {
    while (next < n) {
      const start = next;
      const count = Math.min(imagesPerRun, n - start);
      next += count;
      const data = images.subarray(start * pixels, (start + count) * pixels);
      const output = await model.run({ image: { data, shape: [count, 1, size, size] } });
      logits.set(output['logits']!.data, start * classesOf[kind] * pixels);
      bottleneck.set(output['bottleneck']!.data, start * channels * side * side);
    }
  };
  await Promise.all(models.map(lane));
  return { logits, bottleneck, channels, side };
}
