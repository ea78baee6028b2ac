import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import { type SeriesKind, seriesKinds } from '@myocast/dicom';
import type { SeriesLook } from '../records.ts';

/** What a person says that a series is. It stands above what is recognised, also when the exam is read again. */
export interface SeriesLabel {
  /** The key of the series in `exam.json`, or the start of it. */
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

function isSeriesKind(word: string): word is SeriesKind {
  return Object.hasOwn(seriesKinds, word);
}

/** A label that gives back what was recognised. */
export interface TakenBack {
  readonly key: string;
  readonly kind: 'auto';
}

/**
 * Reads `<key>=<kind>` as a person types it; `<key>=auto` takes a label back. A start
 * of the key is enough where the exam tells it apart.
 */
export function parseLabel(
  words: string,
  { by, at }: Pick<SeriesLabel, 'by' | 'at'>,
): Checked<SeriesLabel | TakenBack> {
  const [, key, kind] = /^\s*([0-9a-f]{4,}(?:-\d+)?)\s*=\s*(\S+)\s*$/i.exec(words) ?? [];
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
  newer: readonly (SeriesLabel | TakenBack)[],
): readonly SeriesLabel[] {
  const labels = new Map(older.map((label) => [label.key, label]));
  for (const label of newer) {
    for (const key of labels.keys()) if (mayMeanTheSame(key, label.key)) labels.delete(key);
    if (label.kind !== 'auto') labels.set(label.key, label);
  }
  return [...labels.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** One is a start of the other; whole keys that differ in the number after them are different series. */
function mayMeanTheSame(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.startsWith(short) && !long.startsWith(`${short}-`);
}

/** The series that a label means: the one of exactly this key, else all whose keys begin so. */
function meant(label: string, keys: readonly string[]): readonly string[] {
  return keys.includes(label) ? [label] : keys.filter((key) => key.startsWith(label));
}

/**
 * A series under its label, where it has one. A label that means several series holds for none.
 *
 * @param keys of all series among which the labels choose
 */
export function labelled<Look extends SeriesLook>(
  look: Look,
  labels: readonly SeriesLabel[],
  keys: readonly string[],
): Look & { readonly setBy: string | null } {
  const label = labels.find(({ key }) => {
    const [only, ...more] = meant(key, keys);
    return only === look.key && more.length === 0;
  });
  if (label === undefined) return { ...look, setBy: null };
  const { kind, by, at } = label;
  const was = kind === look.kind ? '' : `, recognised as ${look.kind} (${look.confidence})`;
  const reason = `set by ${by} on ${at.slice(0, 10)}${was}`;
  return { ...look, kind, confidence: 1, reason, otherwise: null, setBy: by };
}

/** Labels that name no series of the exam, or more than one. */
export function strayLabels(
  labels: readonly (SeriesLabel | TakenBack)[],
  keys: readonly string[],
  path: string = labelsFile,
): readonly Issue[] {
  return labels.flatMap(({ key, kind }) => {
    const found = meant(key, keys);
    if (found.length === 1) return [];
    const which = found.length > 1 ? ` (${found.join(', ')})` : '';
    const message = `expected one series for ${key}=${kind}, found ${found.length}${which}`;
    return [issue('bad-value', path, message)];
  });
}

/**
 * Labels just given that name no series of the exam, or more than one; what was asked for
 * cannot be done. To take back a kept label is possible also when its series is gone.
 */
export function misgivenLabels(
  given: readonly (SeriesLabel | TakenBack)[],
  kept: readonly SeriesLabel[],
  keys: readonly string[],
): readonly Issue[] {
  const takesBack = (label: SeriesLabel | TakenBack) =>
    label.kind === 'auto' && mergeLabels(kept, [label]).length < kept.length;
  return strayLabels(
    given.filter((label) => !takesBack(label)),
    keys,
    '--label',
  );
}
