import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel } from '@myocast/autodiff';
import { accepted, type Checked, contentHash, issue, refused } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import type { SegmentedKind } from '../records.ts';
import type { Showing } from './showing.ts';
import type { WindowPlan } from './view.ts';

/** `card.json` beside the network: what it was made from and what it is for. */
export interface SegmenterCard {
  readonly name: string;
  readonly kind: SegmentedKind;
  /** SHA-256 of network.onnx. */
  readonly network: string;
  /** Meaning of each label from 1 on. */
  readonly labels: readonly string[];
  readonly architecture: string;
  readonly window: WindowPlan;
  /** How a window is shown, the window as it is first; whoever trained with mirrored or turned windows may average over them. */
  readonly showings?: readonly Showing[];
  readonly training: string;
  readonly data: readonly string[];
  /** What may be done with the weights, which follows from the data. */
  readonly licence: string;
  /** Cases kept out of training for measurement. */
  readonly heldOut: readonly string[];
  /** Annotated cases that these weights, or those they began with, learned from or were chosen by. */
  readonly learnedFrom: readonly string[];
  readonly measured: readonly string[];
  readonly intendedUse: string;
}

/** What the network says of n windows. */
export interface WindowScores {
  /** Pixels along a side of the windows. */
  readonly size: number;
  /** [n, classes, size, size] */
  readonly logits: Float32Array;
  /** [n, width, cells, cells] the deepest feature map */
  readonly bottleneck: Float32Array;
  readonly bottleneckWidth: number;
  readonly bottleneckSize: number;
}

/** A segmentation network that is ready to run. */
export interface Segmenter {
  readonly card: SegmenterCard;
  /** Background included. */
  readonly classes: number;
  /** @param images [n, size, size], normalised windows of the card's size */
  run(images: Float32Array): Promise<WindowScores>;
  close(): Promise<void>;
}

const shippedWeights = fileURLToPath(new URL('../../weights/', import.meta.url));

/** Where weights lie: those that come with the software by their name, others in the folder that is named. */
export function weightsFolder(name: string): string {
  const shipped = join(shippedWeights, name);
  return /^[\w-]+$/.test(name) && existsSync(join(shipped, 'card.json')) ? shipped : name;
}

/** Whether weights of this name, or in this folder, are there. */
export async function hasWeights(name: string): Promise<boolean> {
  return (await readJsonFile(join(weightsFolder(name), 'card.json'))) !== null;
}

/** Card and ONNX bytes of weights; refused when they are not there, of another kind, or not what the card says. */
export async function readWeights(
  name: string,
  kind?: SegmentedKind,
): Promise<Checked<{ card: SegmenterCard; network: Uint8Array }>> {
  const folder = weightsFolder(name);
  const card = await readJsonFile<SegmenterCard>(join(folder, 'card.json'));
  const network = await readFile(join(folder, 'network.onnx')).catch(() => null);
  if (card === null || network === null)
    return refused(
      issue(
        'not-readable',
        folder,
        'expected weights of the software, or card.json and network.onnx, found none',
      ),
    );
  if (kind !== undefined && card.kind !== kind)
    return refused(issue('bad-value', folder, `expected weights for ${kind}, found some for ${card.kind}`));
  const found = contentHash(network);
  if (found !== card.network)
    return refused(
      issue('bad-value', join(folder, 'network.onnx'), `expected content ${card.network}, found ${found}`),
    );
  return accepted({ card, network });
}

/**
 * Opens a network by the name of its folder under `weights/`, or by a path to one.
 * Refused when it is not there, is of another kind than asked for, or is not what its card says.
 */
export async function openSegmenter(
  name: string,
  { threads = 2, kind }: { threads?: number; kind?: SegmentedKind } = {},
): Promise<Checked<Segmenter>> {
  const weights = await readWeights(name, kind);
  if (!weights.ok) return weights;
  return accepted(await loadSegmenter(weights.value, { threads }));
}

/** A network as it was read, or as training has it. */
export async function loadSegmenter(
  { card, network }: { card: SegmenterCard; network: Uint8Array },
  { threads = 2 }: { threads?: number } = {},
): Promise<Segmenter> {
  const model = await loadModel(network, { threads });
  const { size } = card.window;
  return {
    card,
    classes: card.labels.length + 1,
    async run(images) {
      const count = images.length / (size * size);
      const { logits, bottleneck } = await model.run({
        image: { data: images, shape: [count, 1, size, size] },
      });
      return {
        size,
        logits: logits!.data,
        bottleneck: bottleneck!.data,
        bottleneckWidth: bottleneck!.shape[1]!,
        bottleneckSize: bottleneck!.shape[2]!,
      };
    },
    close: () => model.close(),
  };
}
