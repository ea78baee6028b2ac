import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import type { CineQuantities, LgeQuantities } from '../records.ts';
import type { Dataset, DatasetStack } from '../segmentation/dataset.ts';
import { readPngStack } from '../volume/png-stack.ts';
import { joinPhases } from '../segmentation/phases.ts';
import { quantifyCine } from './cine-quantities.ts';
import { quantifyLge } from './lge-quantities.ts';
import { checkLabels } from './check-labels.ts';
import { readMask } from './quantify.ts';
import { assumedReference } from './segments.ts';

/** The quantities of one patient of a data set. */
export interface CaseQuantities {
  readonly name: string;
  readonly quantities: CineQuantities | LgeQuantities;
}

/** How far quantities lie from a reference, over several patients. */
export interface QuantityError {
  readonly quantity: string;
  readonly count: number;
  readonly meanAbsoluteError: number;
  /** Mean of ours minus the reference. */
  readonly bias: number;
}

/** Numbers by patient, then by the name of the quantity. */
export type ReferenceValues = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** The patients of a data set, sorted. */
export function caseNames({ stacks }: Dataset): readonly string[] {
  return [...new Set(stacks.map(({ name }) => name))].sort();
}

/**
 * Quantifies one patient of a data set, from the expert's mask or, with `masks`, from
 * `<masks>/<patient>/{cine-sax,lge-sax}.nii.gz` or the files that segmenting the data
 * set writes. A cine of two labelled phases is taken as [ED, ES].
 */
export async function quantifyCase(
  dataset: Dataset,
  name: string,
  masks: string | null,
): Promise<Checked<CaseQuantities>> {
  const stacks = dataset.stacks.filter((stack) => stack.name === name);
  const mask = await caseMask(dataset, name, stacks, masks);
  if (!mask.ok) return mask;
  const quantified: Checked<CineQuantities | LgeQuantities> =
    dataset.kind === 'cine-sax'
      ? quantifyCine(mask.value)
      : quantifyLge(mask.value, assumedReference(mask.value));
  const issues = [...mask.issues, ...quantified.issues].map((found) =>
    issue(found.kind, `${name} ${found.path}`, found.message),
  );
  if (!quantified.ok) return { ok: false, issues };
  return accepted({ name, quantities: quantified.value }, issues);
}

async function caseMask(
  { kind }: Dataset,
  name: string,
  stacks: readonly DatasetStack[],
  masks: string | null,
): Promise<Checked<Mask>> {
  const whole = masks === null ? null : join(masks, name, `${kind}.nii.gz`);
  if (whole !== null && (await isFile(whole))) return readMask(whole, kind);
  const parts: Mask[] = [];
  for (const stack of stacks) {
    const part = masks === null ? await expertMask(stack) : await drawnMask(stack, masks);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const joined = joinPhases(parts, name);
  return joined.ok ? checkLabels(joined.value, kind, name) : joined;
}

async function expertMask({ name, readMask: read }: DatasetStack): Promise<Checked<Mask>> {
  return read ? read() : refused(issue('missing-series', name, "expected an expert's mask, found none"));
}

/** A mask as segmenting the data set writes it. */
async function drawnMask({ name, part, maskFiles }: DatasetStack, masks: string): Promise<Checked<Mask>> {
  const first = part === '' ? join(masks, maskFiles[0]!) : join(masks, ...maskFiles);
  if (!(await isFile(first)))
    return refused(issue('missing-series', name, `expected a mask in ${masks}, found none`));
  if (part !== '') return readMask(first, 'cine-sax');
  return maskFiles[0]!.endsWith('.png') ? pngMask(masks, maskFiles) : readMask(first, 'lge-sax');
}

async function pngMask(folder: string, files: readonly string[]): Promise<Checked<Mask>> {
  const missing: string[] = [];
  for (const file of files) if (!(await isFile(join(folder, file)))) missing.push(file);
  if (missing.length > 0)
    return refused(issue('missing-series', join(folder, missing[0]!), 'expected a mask, found none'));
  const slices = files.map(async (file) => {
    const path = join(folder, file);
    return { path, bytes: await readFile(path) };
  });
  const stack = readPngStack(await Promise.all(slices));
  if (!stack.ok) return stack;
  const { shape, data, affine } = stack.value;
  return accepted({ shape, data: Uint8Array.from(data), affine });
}

/** Errors of every quantity that the reference knows. */
export function errorsAgainst(cases: readonly CaseQuantities[], reference: ReferenceValues): QuantityError[] {
  const names = [...new Set([...reference.values()].flatMap((values) => Object.keys(values)))];
  return names.flatMap((quantity) => {
    const differences = cases.flatMap((own) => difference(own, quantity, reference) ?? []);
    return differences.length === 0 ? [] : [summary(quantity, differences)];
  });
}

function difference(
  { name, quantities }: CaseQuantities,
  quantity: string,
  reference: ReferenceValues,
): number | null {
  const ours = (quantities as unknown as Record<string, unknown>)[quantity];
  const theirs = reference.get(name)?.[quantity];
  return typeof ours === 'number' && theirs !== undefined ? ours - theirs : null;
}

function summary(quantity: string, differences: readonly number[]): QuantityError {
  const count = differences.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count;
  return {
    quantity,
    count,
    meanAbsoluteError: mean(differences.map(Math.abs)),
    bias: mean(differences),
  };
}

const isFile = (path: string) =>
  stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
