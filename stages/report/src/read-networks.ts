import { join } from 'node:path';
import type { Issue } from '@myocast/base';
import { weightsFolder } from '@myocast/imaging';
import type { z } from 'zod';
import { namesIn, readPiece } from './read-piece.ts';
import type { NetworkCard, UsedNetwork } from './records.ts';
import { networkCardSchema, segmentationSchema, trainingSchema } from './study-schemas.ts';
import { median } from './summaries.ts';

/** One mask of one exam. */
interface DrawnMask {
  readonly mask: string;
  readonly name: string;
  readonly network: string | null;
  readonly confidence: number;
}

type SegmentationFile = z.infer<typeof segmentationSchema>;

/**
 * The segmentation networks that drew the masks of a study, by name, with the card and
 * the training history that lie beside their weights. Weights that come with the
 * software are found by the network's name, others in the folders given; a card of
 * another network than the masks name is none.
 *
 * @param weights names or folders of weights beside those of the software
 * @returns also what stood in the way of reading
 */
export async function readNetworks(
  study: string,
  weights: readonly string[] = [],
): Promise<{ readonly networks: readonly UsedNetwork[]; readonly issues: readonly Issue[] }> {
  const issues: Issue[] = [];
  const drawn: DrawnMask[] = [];
  for (const subject of await namesIn(join(study, 'masks'))) {
    const file = join(study, 'masks', subject, 'segmentation.json');
    const record = await readPiece(study, file, segmentationSchema, issues);
    if (record) drawn.push(...masksOf(record));
  }
  const keyOf = ({ name, network }: DrawnMask) => `${name} ${network ?? ''}`;
  const networks: UsedNetwork[] = [];
  for (const key of [...new Set(drawn.map(keyOf))].sort()) {
    const own = drawn.filter((one) => keyOf(one) === key);
    networks.push(await describe(study, own, weights, issues));
  }
  return { networks, issues };
}

/** An expert's contours stand in the place of the network's, which only gave the slice tokens. */
function masksOf({ series, contours }: SegmentationFile): DrawnMask[] {
  return series.map(({ mask, segmenter, confidence }) => {
    const drawer = contours[mask] ?? null;
    return { mask, name: segmenter, network: drawer === 'expert' ? null : drawer, confidence };
  });
}

async function describe(
  study: string,
  drawn: readonly DrawnMask[],
  weights: readonly string[],
  issues: Issue[],
): Promise<UsedNetwork> {
  const { name, network } = drawn[0]!;
  const names = [...new Set(drawn.map(({ mask }) => mask))].sort();
  const found = await besideWeights(study, { name, network }, weights, issues);
  return {
    name,
    network,
    masks: names.map((mask) => ({ mask, exams: drawn.filter((one) => one.mask === mask).length })),
    confidence: median(drawn.map(({ confidence }) => confidence))!,
    card: found?.card ?? null,
    training: found && (await readPiece(study, join(found.folder, 'training.json'), trainingSchema, issues)),
  };
}

/** The first folder whose card is of this network. */
async function besideWeights(
  study: string,
  { name, network }: Pick<UsedNetwork, 'name' | 'network'>,
  weights: readonly string[],
  issues: Issue[],
): Promise<{ readonly folder: string; readonly card: NetworkCard } | null> {
  const shipped = /^[\w-]+$/.test(name) ? [name] : [];
  for (const folder of [...weights, ...shipped].map(weightsFolder)) {
    const card = await readPiece(study, join(folder, 'card.json'), networkCardSchema, issues);
    if (card?.name === name && (network === null || card.network === network)) return { folder, card };
  }
  return null;
}
