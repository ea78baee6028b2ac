import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import { type SeriesKind, seriesKinds } from '@myocast/dicom';
import type { SeriesLook } from '../records.ts';

/** What a person says that a series is. It stands above what is recognised, also when the exam is read again. */
export interface SeriesLabel {
  /** The key of the series in `exam.json`. */
  readonly key: string;
  readonly kind: SeriesKind;
  readonly by: string;
  /** ISO date and time. */
  readonly at: string;
}

/** The labels of an exam, kept beside its record. */
export const labelsFile = 'series-labels.json';

/** The labels that were given for an exam; none where there is no file. */
export async function readLabels(examFolder: string): Promise<Checked<readonly SeriesLabel[]>> {
  const path = join(examFolder, labelsFile);
  let content: unknown;
  try {
    content = await readJsonFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown';
    return refused(issue('not-readable', path, `expected JSON, found ${why}`));
  }
  if (content === null) return accepted([]);
  if (Array.isArray(content) && content.every(isLabel)) return accepted(content);
  return refused(
    issue(
      'bad-value',
      path,
      'expected a list of { key, kind, by, at } with kinds of series, found otherwise',
    ),
  );
}

export function labelsText(labels: readonly SeriesLabel[]): string {
  return `${JSON.stringify(labels, null, 2)}\n`;
}

function isLabel(value: unknown): value is SeriesLabel {
  if (typeof value !== 'object' || value === null) return false;
  const { key, kind, by, at } = value as Record<string, unknown>;
  return [key, kind, by, at].every((part) => typeof part === 'string') && isSeriesKind(kind as string);
}

export function isSeriesKind(word: string): word is SeriesKind {
  return Object.hasOwn(seriesKinds, word);
}

/**
 * Reads `<key>=<kind>` as a person types it; `<key>=auto` takes a label back. A start
 * of the key is enough where the exam tells it apart.
 */
export function parseLabel(
  words: string,
  { by, at }: Pick<SeriesLabel, 'by' | 'at'>,
): Checked<SeriesLabel | { readonly key: string; readonly kind: 'auto' }> {
  const [, key, kind] = /^\s*([0-9a-f]{4,})\s*=\s*(\S+)\s*$/i.exec(words) ?? [];
  if (key === undefined || kind === undefined)
    return refused(issue('bad-value', words, 'expected a label as <series key>=<kind>, found otherwise'));
  if (kind === 'auto') return accepted({ key: key.toLowerCase(), kind });
  if (isSeriesKind(kind)) return accepted({ key: key.toLowerCase(), kind, by, at });
  const known = Object.keys(seriesKinds).join(', ');
  return refused(issue('bad-value', words, `expected a kind of series (${known}) or auto, found "${kind}"`));
}

/** Older labels with newer ones laid over them; `auto` takes away. */
export function mergeLabels(
  older: readonly SeriesLabel[],
  newer: readonly (SeriesLabel | { readonly key: string; readonly kind: 'auto' })[],
): readonly SeriesLabel[] {
  const labels = new Map(older.map((label) => [label.key, label]));
  for (const label of newer) {
    for (const key of labels.keys())
      if (key.startsWith(label.key) || label.key.startsWith(key)) labels.delete(key);
    if (label.kind !== 'auto') labels.set(label.key, label);
  }
  return [...labels.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A series under its label, where it has one. */
export function labelled<Look extends SeriesLook>(
  look: Look,
  labels: readonly SeriesLabel[],
): Look & { readonly setBy: string | null } {
  const label = labels.find(({ key }) => look.key.startsWith(key));
  if (label === undefined) return { ...look, setBy: null };
  const { kind, by, at } = label;
  const was = kind === look.kind ? '' : `, recognised as ${look.kind} (${look.confidence})`;
  const reason = `set by ${by} on ${at.slice(0, 10)}${was}`;
  return { ...look, kind, confidence: 1, reason, otherwise: null, setBy: by };
}

/** Labels that name no series of the exam, or more than one. */
export function strayLabels(labels: readonly SeriesLabel[], keys: readonly string[]): readonly Issue[] {
  return labels.flatMap(({ key, kind }) => {
    const found = keys.filter((one) => one.startsWith(key)).length;
    return found === 1
      ? []
      : [issue('bad-value', labelsFile, `expected one series for ${key}=${kind}, found ${found}`)];
  });
}
