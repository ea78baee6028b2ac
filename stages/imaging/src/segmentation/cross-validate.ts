import { join } from 'node:path';
import { accepted, type Checked, contentHash, type Issue } from '@myocast/base';
import { readJsonFile, writeFileAtomic } from '@myocast/base/files';
import { annotatedDataset } from './annotated-slices.ts';
import type { Dataset } from './dataset.ts';
import { type ScoreSummary, type StackScore, casesOf, segmentCase, summarise } from './segment-dataset.ts';
import { hasWeights, openSegmenter } from './segmenter.ts';
import { orderName, type TrainingOrder, trainOnDataset } from './train-on-dataset.ts';

export interface CrossValidationOrder extends Omit<TrainingOrder, 'heldOut'> {
  readonly data: string;
  readonly folds: number;
}

/** `cross-validation.json`: every case once, segmented by a network that has not seen it. */
export interface CrossValidation {
  readonly folds: readonly {
    readonly cases: readonly string[];
    /** Hash of the network. */
    readonly network: string;
    readonly summary: ScoreSummary | null;
  }[];
  readonly summary: ScoreSummary | null;
  readonly stacks: readonly StackScore[];
  readonly issues: readonly Issue[];
}

/** `scores.json` of a fold. */
interface FoldScores {
  readonly order: string;
  readonly network: string;
  readonly stacks: readonly StackScore[];
  readonly issues: readonly Issue[];
}

/** The cases of each fold: every case is in one, all of a patient's stacks with it. */
export function foldsOf({ stacks }: Dataset, folds: number): readonly (readonly string[])[] {
  const names = [...new Set(stacks.map(({ name }) => name))].sort();
  return Array.from({ length: folds }, (_, fold) => names.filter((_, index) => index % folds === fold));
}

/** The network of the same fold beside the weights to go on from (`<from>-folds`), else those themselves. */
async function foldStart(from: string | null, fold: number): Promise<string | null> {
  if (from === null) return null;
  const own = join(`${from}-folds`, `fold-${fold + 1}`, 'weights');
  return (await hasWeights(own)) ? own : from;
}

/**
 * Trains one network a fold on the cases outside of it and lets it segment those
 * inside. Networks, masks and scores lie in `<out>/fold-<k>/`, the whole in
 * `<out>/cross-validation.json`; folds that are done are not done again.
 */
export async function crossValidate(
  order: CrossValidationOrder,
  onStep?: (fold: number, step: number, loss: number) => void,
): Promise<Checked<CrossValidation>> {
  const found = await annotatedDataset(order.data, order.kind);
  if (!found.ok) return found;
  const dataset = found.value;
  const groups = foldsOf(dataset, order.folds);
  const done: FoldScores[] = [];
  for (const [fold, cases] of groups.entries()) {
    const one = await runFold(order, dataset, cases, fold, (step, loss) => onStep?.(fold, step, loss));
    if (!one.ok) return one;
    done.push(one.value);
  }
  const stacks = done.flatMap((fold) => fold.stacks);
  const result: CrossValidation = {
    folds: done.map(({ network, stacks: own }, fold) => ({
      cases: groups[fold]!,
      network,
      summary: summaryOf(own),
    })),
    summary: summaryOf(stacks),
    stacks,
    issues: done.flatMap(({ issues }) => issues),
  };
  await writeFileAtomic(join(order.out, 'cross-validation.json'), `${JSON.stringify(result, null, 2)}\n`);
  return accepted(result, result.issues);
}

const summaryOf = (stacks: readonly StackScore[]) => summarise(stacks)[0] ?? null;

async function runFold(
  { folds, out, ...order }: CrossValidationOrder,
  dataset: Dataset,
  cases: readonly string[],
  fold: number,
  onStep: (step: number, loss: number) => void,
): Promise<Checked<FoldScores>> {
  const folder = join(out, `fold-${fold + 1}`);
  const from = await foldStart(order.from, fold);
  const own: TrainingOrder = { ...order, from, heldOut: cases, out: join(folder, 'weights') };
  const name = contentHash({ what: orderName(own), folds });
  const before = await readJsonFile<FoldScores>(join(folder, 'scores.json'));
  if (before?.order === name) return accepted(before);
  const trained = await trainOnDataset(own, onStep);
  if (!trained.ok) return trained;
  const opened = await openSegmenter(own.out, { threads: order.threads });
  if (!opened.ok) return opened;
  const stacks: StackScore[] = [];
  const issues: Issue[] = [...trained.issues];
  for (const parts of casesOf(dataset).filter(([first]) => cases.includes(first!.name))) {
    const scored = await segmentCase(dataset, parts, opened.value, join(folder, 'masks'));
    issues.push(...scored.issues);
    if (scored.ok) stacks.push(...scored.value);
  }
  await opened.value.close();
  const scores: FoldScores = { order: name, network: trained.value.network, stacks, issues };
  await writeFileAtomic(join(folder, 'scores.json'), `${JSON.stringify(scores, null, 2)}\n`);
  return accepted(scores);
}
