import type { Mask, Volume } from '@myocast/dicom';
import { type Dataset, dice, type SegmentedKind } from '@myocast/imaging';

/** What is compared, with the labels that make it up. */
export const structures: Readonly<Record<SegmentedKind, Readonly<Record<string, readonly number[]>>>> = {
  'cine-sax': { RV: [1], myocardium: [2], LV: [3] },
  'lge-sax': { LV: [1], myocardium: [2, 3, 4], infarct: [3, 4], MVO: [4] },
  't2-sax': { LV: [1], myocardium: [2, 3], oedema: [3] },
  'cine-lax': { LV: [1], myocardium: [2], 'left atrium': [3] },
};

/** Dice of every structure over a whole stack; null where neither mask holds it. */
export function overlaps(
  kind: SegmentedKind,
  found: Uint8Array | null,
  truth: Uint8Array,
  suffix = '',
): Record<string, number | null> {
  const nothing = new Uint8Array(truth.length);
  return Object.fromEntries(
    Object.entries(structures[kind]).map(([name, labels]) => [
      `Dice ${name}${suffix}`,
      dice(found ?? nothing, truth, labels),
    ]),
  );
}

/** Voxels that hold one of the labels. */
export function countOf(mask: Uint8Array, labels: readonly number[]): number {
  let count = 0;
  for (const label of mask) if (labels.includes(label)) count++;
  return count;
}

/** Infarct and MVO that neither mask shows are agreed upon. */
export function agreeing(dices: Readonly<Record<string, number | null>>): Record<string, number | null> {
  return { ...dices, 'Dice infarct': dices['Dice infarct'] ?? 1, 'Dice MVO': dices['Dice MVO'] ?? 1 };
}

/** A stack with its expert's mask. */
export async function annotated(
  stacks: Dataset['stacks'],
  name: string,
  part: '' | 'ed' | 'es' = '',
): Promise<{ readonly volume: Volume; readonly expert: Mask }> {
  const stack = stacks.find((one) => one.name === name && one.part === part);
  const [volume, expert] = [await stack?.read(), await stack?.readMask?.()];
  if (!volume?.ok || !expert?.ok) throw new Error(`${name} ${part}: expected an annotated stack`);
  return { volume: volume.value, expert: expert.value };
}
