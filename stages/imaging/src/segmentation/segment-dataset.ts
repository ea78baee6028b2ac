import { basename, join } from 'node:path';
import { accepted, type Checked, type Issue, issue } from '@myocast/base';
import { writeFileAtomic } from '@myocast/base/files';
import type { Mask, Volume } from '@myocast/dicom';
import { encode } from 'fast-png';
import { lgeLabel, longAxisLabel, type SegmentedKind, t2Label } from '../records.ts';
import { writeNifti } from '../volume/nifti-writer.ts';
import { type Dataset, type DatasetStack, stackTitle } from './dataset.ts';
import { dice } from './dice.ts';
import { joinPhases, splitPhases } from './phases.ts';
import { segment } from './segment.ts';
import type { Segmenter, SegmenterCard } from './segmenter.ts';

/** What is scored: names with the labels that make them up. */
export const scoredLabels: Readonly<Record<SegmentedKind, Readonly<Record<string, readonly number[]>>>> = {
  'cine-sax': { 'right ventricle': [1], myocardium: [2], 'left ventricle': [3] },
  'lge-sax': {
    'left ventricle': [lgeLabel.leftVentricle],
    myocardium: [lgeLabel.normalMyocardium, lgeLabel.infarct, lgeLabel.mvo],
    infarct: [lgeLabel.infarct, lgeLabel.mvo],
    MVO: [lgeLabel.mvo],
  },
  't2-sax': {
    'left ventricle': [t2Label.leftVentricle],
    myocardium: [t2Label.normalMyocardium, t2Label.oedema],
    oedema: [t2Label.oedema],
  },
  'cine-lax': {
    'left ventricle': [longAxisLabel.leftVentricle],
    myocardium: [longAxisLabel.myocardium],
    'left atrium': [longAxisLabel.leftAtrium],
  },
};

/** One segmented stack; Dice is null where neither mask holds the label, or there is no expert's mask. */
export interface StackScore {
  readonly name: string;
  readonly part: DatasetStack['part'];
  /** What the network knows of the case, by its card. */
  readonly cases: 'held out' | 'learned from' | 'other';
  readonly confidence: number;
  readonly dice: { readonly [label: string]: number | null };
  /** LGE: infarct with MVO as a share of the myocardium, ours and the expert's. */
  readonly infarctPercent: { readonly found: number; readonly expert: number } | null;
}

/** The stacks of a data set by patient or case. */
export function casesOf({ stacks }: Dataset): readonly (readonly DatasetStack[])[] {
  const cases = new Map<string, DatasetStack[]>();
  for (const stack of stacks) cases.set(stack.name, [...(cases.get(stack.name) ?? []), stack]);
  return [...cases.values()];
}

/**
 * Segments the stacks of one case, end-diastole and end-systole as one cine, writes
 * each mask under the name that the data set gives its experts' masks, and scores it
 * against the expert's where there is one.
 */
export async function segmentCase(
  dataset: Dataset,
  parts: readonly DatasetStack[],
  segmenter: Segmenter,
  out: string,
): Promise<Checked<readonly StackScore[]>> {
  const issues: Issue[] = [];
  const read: { readonly stack: DatasetStack; readonly volume: Volume }[] = [];
  for (const stack of parts) {
    const volume = await stack.read();
    issues.push(...volume.issues);
    if (volume.ok) read.push({ stack, volume: volume.value });
  }
  const ofOneShape = new Set(read.map(({ volume }) => volume.shape.join())).size <= 1;
  const scored: StackScore[] = [];
  for (const cine of ofOneShape ? [read] : read.map((one) => [one])) {
    const done = await segmentPhases(dataset, cine, segmenter, out);
    issues.push(...done.issues);
    if (done.ok) scored.push(...done.value);
  }
  return scored.length > 0 ? accepted(scored, issues) : { ok: false, issues };
}

async function segmentPhases(
  dataset: Dataset,
  cine: readonly { readonly stack: DatasetStack; readonly volume: Volume }[],
  segmenter: Segmenter,
  out: string,
): Promise<Checked<readonly StackScore[]>> {
  const title = cine.map(({ stack }) => stackTitle(stack)).join(' and ');
  const joined = joinPhases(
    cine.map(({ volume }) => volume),
    title,
  );
  if (!joined.ok) return joined;
  const found = await segment(joined.value, segmenter, title);
  if (!found.ok) return found;
  const issues: Issue[] = [...found.issues];
  const scored: StackScore[] = [];
  for (const [at, { stack }] of cine.entries()) {
    const mask = splitPhases(found.value.mask, at, cine.length);
    await writeMask(dataset, stack, mask, out);
    scored.push({
      name: stack.name,
      part: stack.part,
      cases: groupOf(stack.name, segmenter.card),
      confidence: found.value.confidence,
      ...comparison(dataset.kind, mask.data, await expertLabels(stack, mask, issues)),
    });
  }
  return accepted(scored, issues);
}

function groupOf(name: string, { heldOut, learnedFrom }: SegmenterCard): StackScore['cases'] {
  if (heldOut.includes(name)) return 'held out';
  return learnedFrom.includes(name) ? 'learned from' : 'other';
}

function comparison(
  kind: SegmentedKind,
  found: Uint8Array,
  expert: Uint8Array | null,
): Pick<StackScore, 'dice' | 'infarctPercent'> {
  return {
    dice: scores(kind, found, expert),
    infarctPercent:
      kind === 'lge-sax' && expert ? { found: infarctPercent(found), expert: infarctPercent(expert) } : null,
  };
}

/** The expert's labels, or null where there are none that fit; why is added to the issues. */
async function expertLabels(stack: DatasetStack, mask: Mask, issues: Issue[]): Promise<Uint8Array | null> {
  if (!stack.readMask) return null;
  const expert = await stack.readMask();
  issues.push(...expert.issues);
  if (!expert.ok) return null;
  if (expert.value.data.length === mask.data.length) return expert.value.data;
  issues.push(issue('bad-geometry', stackTitle(stack), 'image and mask differ in size: not scored'));
  return null;
}

function scores(kind: SegmentedKind, found: Uint8Array, expert: Uint8Array | null): StackScore['dice'] {
  return Object.fromEntries(
    Object.entries(scoredLabels[kind]).map(([name, labels]) => [
      name,
      expert ? dice(found, expert, labels) : null,
    ]),
  );
}

/** 0 where there is no myocardium. */
function infarctPercent(labels: Uint8Array): number {
  let infarct = 0;
  let myocardium = 0;
  for (const label of labels) {
    if (label >= lgeLabel.normalMyocardium && label <= lgeLabel.mvo) myocardium++;
    if (label === lgeLabel.infarct || label === lgeLabel.mvo) infarct++;
  }
  return myocardium === 0 ? 0 : (100 * infarct) / myocardium;
}

async function writeMask(dataset: Dataset, stack: DatasetStack, mask: Mask, out: string): Promise<void> {
  if (dataset.layout !== 'emidec') {
    await writeFileAtomic(join(out, ...stack.maskFiles), writeNifti(mask));
    return;
  }
  const [, , height, width] = mask.shape;
  for (const [z, file] of stack.maskFiles.entries()) {
    const data = mask.data.slice(z * height * width, (z + 1) * height * width);
    await writeFileAtomic(join(out, basename(file)), encode({ width, height, data, channels: 1, depth: 8 }));
  }
}

/** Means over stacks; those of cases that the network learned from say nothing of other hearts. */
export interface ScoreSummary {
  readonly cases: StackScore['cases'];
  readonly stacks: number;
  /** Mean Dice; with `stacks` the number of masks that hold the label. */
  readonly dice: { readonly [label: string]: { readonly mean: number; readonly stacks: number } };
  /** Mean absolute and mean signed difference of the infarct percent. */
  readonly infarctPercent: { readonly meanAbsoluteError: number; readonly bias: number } | null;
}

export function summarise(scored: readonly StackScore[]): ScoreSummary[] {
  return (['held out', 'other', 'learned from'] as const)
    .map((cases) => ({ cases, own: scored.filter((one) => one.cases === cases) }))
    .filter(({ own }) => own.length > 0)
    .map(({ cases, own }) => ({
      cases,
      stacks: own.length,
      dice: meanDice(own),
      infarctPercent: infarctError(own),
    }));
}

function meanDice(scored: readonly StackScore[]): ScoreSummary['dice'] {
  const entries = Object.keys(scored[0]!.dice).flatMap((label) => {
    const values = scored.map(({ dice }) => dice[label]!).filter((value) => value !== null);
    return values.length === 0 ? [] : [[label, { mean: mean(values), stacks: values.length }] as const];
  });
  return Object.fromEntries(entries);
}

function infarctError(scored: readonly StackScore[]): ScoreSummary['infarctPercent'] {
  const errors = scored.flatMap(({ infarctPercent }) =>
    infarctPercent ? [infarctPercent.found - infarctPercent.expert] : [],
  );
  if (errors.length === 0) return null;
  return { meanAbsoluteError: mean(errors.map(Math.abs)), bias: mean(errors) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
