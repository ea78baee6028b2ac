import { type Dataset, readAnnotated } from './dataset.ts';
import { dice } from './dice.ts';
import { segment } from './segment.ts';
import { scoredLabels } from './segment-dataset.ts';
import type { Segmenter } from './segmenter.ts';

/**
 * Mean over stacks and structures of the Dice coefficient on these cases. A structure
 * that neither mask holds counts 1; a stack that cannot be segmented 0.
 */
export async function meanDice(
  dataset: Dataset,
  cases: ReadonlySet<string>,
  segmenter: Segmenter,
): Promise<number> {
  const { pairs } = await readAnnotated(dataset, (name) => cases.has(name));
  const labels = Object.values(scoredLabels[dataset.kind]);
  let sum = 0;
  for (const { name, volume, mask } of pairs) {
    const found = await segment(volume, segmenter, name);
    if (!found.ok) continue;
    for (const label of labels) sum += (dice(found.value.mask.data, mask.data, label) ?? 1) / labels.length;
  }
  return pairs.length === 0 ? 0 : sum / pairs.length;
}
