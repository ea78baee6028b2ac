import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import type { Mask } from '@myocast/dicom';
import { checkLabels } from '../quantification/check-labels.ts';
import { measureCine } from '../quantification/cine-quantities.ts';
import { quantifyLge } from '../quantification/lge-quantities.ts';
import { assumedReference } from '../quantification/segments.ts';
import { quantifyT2 } from '../quantification/t2-quantities.ts';
import { type MaskName, maskNames, maskSources, type SegmentedKind } from '../records.ts';
import { dice } from '../segmentation/dice.ts';
import { correctionsFolder, correctorOf, readCorrections } from './corrections-record.ts';
import { automaticDrawer, correctedMask, maskInForce, type MaskInForce } from './mask-in-force.ts';
import { gridFault } from './series-grid.ts';

/** Where one reader's contours lie. */
export interface Reading {
  /** Holds one folder a subject; corrections lie beside it. */
  readonly maskFolder: string;
  /** The last correction of this reader; null for the contours in force. */
  readonly by: string | null;
}

/** One series of one exam, read twice. */
export interface ComparedReadings {
  readonly subject: string;
  readonly kind: MaskName;
  /** Who drew either. */
  readonly drawnBy: readonly [first: string, second: string];
  /** Of the structures of the kind, of a cine at the first reading's end-diastole and end-systole; null where neither has it. */
  readonly dice: Readonly<Record<string, number | null>>;
  /** What either gives, by name; of a series without quantities none. */
  readonly quantities: readonly [first: Numbers, second: Numbers];
}

type Numbers = Readonly<Record<string, number>>;

/** Structures as readers speak of them: the infarct with its MVO, the wall with what is injured of it. */
const structures: Readonly<Record<SegmentedKind, Readonly<Record<string, readonly number[]>>>> = {
  'cine-sax': { 'RV cavity': [1], 'LV myocardium': [2], 'LV cavity': [3] },
  'lge-sax': { 'LV cavity': [1], 'LV myocardium': [2, 3, 4], 'infarct with MVO': [3, 4], MVO: [4] },
  't2-sax': { 'LV cavity': [1], 'LV myocardium': [2, 3], oedema: [3] },
  'cine-lax': { 'LV cavity': [1], 'LV myocardium': [2], 'left atrium': [3] },
};

/**
 * Two readings of the same exams, series by series: Dice of each structure and the quantities of either.
 * What only one reading has, what lies on another grid, and what gives no quantities is an issue; so is
 * one mask found twice, which is no second reading.
 */
export async function compareReadings(
  first: Reading,
  second: Reading,
): Promise<Checked<readonly ComparedReadings[]>> {
  const [own, other] = await Promise.all([subjectsOf(first), subjectsOf(second)]);
  const issues: Issue[] = [];
  for (const subject of own.filter((name) => !other.includes(name)))
    issues.push(
      issue('unknown-subject', subject, 'expected a subject of both readings, found the first alone'),
    );
  for (const subject of other.filter((name) => !own.includes(name)))
    issues.push(
      issue('unknown-subject', subject, 'expected a subject of both readings, found the second alone'),
    );
  const compared: ComparedReadings[] = [];
  for (const subject of own.filter((name) => other.includes(name)))
    for (const kind of maskNames) {
      const one = await comparedSeries(subject, kind, first, second);
      issues.push(...one.issues);
      if (one.ok && one.value !== null) compared.push(one.value);
    }
  const nothing = issue('empty-input', first.maskFolder, 'expected exams that were read twice, found none');
  return compared.length > 0 ? accepted(compared, issues) : refused(nothing, ...issues);
}

/** Folders of subjects, of masks or of corrections. */
async function subjectsOf({ maskFolder }: Reading): Promise<readonly string[]> {
  const folders = [maskFolder, join(correctionsFolder(maskFolder, 'any'), '..')];
  const names = new Set<string>();
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() && !entry.name.startsWith('.')) names.add(entry.name);
  }
  return [...names].sort();
}

/** Null where neither reading has the series. */
async function comparedSeries(
  subject: string,
  kind: MaskName,
  first: Reading,
  second: Reading,
): Promise<Checked<ComparedReadings | null>> {
  const path = `${subject} ${kind}`;
  const [own, other] = [await readingOf(subject, kind, first), await readingOf(subject, kind, second)];
  if (!own.ok) return own;
  if (!other.ok) return other;
  if (own.value === null && other.value === null) return accepted(null);
  if (own.value === null || other.value === null) {
    const which = own.value === null ? 'second' : 'first';
    return accepted(null, [
      issue('missing-series', path, `expected contours of both readings, found the ${which} alone`),
    ]);
  }
  const [a, b] = [own.value, other.value];
  const fault = gridFault(a.mask, b.mask);
  if (fault !== null) return refused(issue('bad-geometry', path, fault));
  const measured = [numbersOf(a.mask, kind), numbersOf(b.mask, kind)] as const;
  const issues = measured.flatMap(({ faults }, at) =>
    faults.map((found) =>
      issue(found.kind, `${path}, ${at === 0 ? 'first' : 'second'} reading`, found.message),
    ),
  );
  if (Buffer.compare(a.mask.data, b.mask.data) === 0)
    issues.push(issue('quality-flag', path, 'expected two readings, found the same mask twice'));
  return accepted(
    {
      subject,
      kind,
      drawnBy: [a.drawnBy, b.drawnBy],
      dice: dicesOf(a.mask, b.mask, kind, measured[0].phases),
      quantities: [measured[0].numbers, measured[1].numbers],
    },
    issues,
  );
}

interface Read {
  readonly mask: Mask;
  readonly drawnBy: string;
}

async function readingOf(
  subject: string,
  kind: MaskName,
  { maskFolder, by }: Reading,
): Promise<Checked<Read | null>> {
  const own = join(maskFolder, subject);
  const found =
    by === null
      ? await maskInForce(own, subject, kind)
      : await lastOf(by, correctionsFolder(maskFolder, subject), subject, kind);
  if (!found.ok) return found;
  if (found.value === null) return accepted(null);
  const { mask, path, correction } = found.value;
  const checked = checkLabels(mask, maskSources[kind].kind, path);
  if (!checked.ok) return checked;
  const drawnBy = correction ? correctorOf(correction) : await automaticDrawer(own, kind);
  return accepted({ mask, drawnBy });
}

async function lastOf(
  by: string,
  folder: string,
  subject: string,
  kind: MaskName,
): Promise<Checked<MaskInForce | null>> {
  const record = await readCorrections(folder, subject);
  if (!record.ok) return record;
  const history = record.value?.series[kind]?.history ?? [];
  const last = history.findLast((entry) => entry.did === 'corrected' && entry.by === by);
  return last?.did === 'corrected' ? correctedMask(folder, last) : accepted(null);
}

interface Measured {
  readonly numbers: Numbers;
  /** Those that are compared; null for all. */
  readonly phases: { readonly ED: number; readonly ES: number } | null;
  readonly faults: readonly Issue[];
}

function numbersOf(mask: Mask, kind: MaskName): Measured {
  if (kind === 'cine-sax') {
    const measured = measureCine(mask);
    if (!measured.ok) return { numbers: {}, phases: null, faults: measured.issues };
    const { edvMl, esvMl, ejectionFractionPercent, massG, edPhase, esPhase } = measured.value.cine;
    const numbers = { edvMl, esvMl, ejectionFractionPercent, massG };
    return { numbers, phases: { ED: edPhase, ES: esPhase }, faults: [] };
  }
  if (kind !== 'lge-sax' && kind !== 't2-sax') return { numbers: {}, phases: null, faults: [] };
  const measured = (kind === 'lge-sax' ? quantifyLge : quantifyT2)(mask, assumedReference(mask));
  if (!measured.ok) return { numbers: {}, phases: null, faults: measured.issues };
  const numbers = Object.entries(measured.value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return { numbers: Object.fromEntries(numbers), phases: null, faults: [] };
}

function dicesOf(a: Mask, b: Mask, kind: MaskName, phases: Measured['phases']): ComparedReadings['dice'] {
  const length = a.data.length / a.shape[0];
  const parts =
    phases === null
      ? [['', a.data, b.data] as const]
      : Object.entries(phases).map(([name, phase]) => {
          const [from, to] = [phase * length, (phase + 1) * length];
          return [`, ${name}`, a.data.subarray(from, to), b.data.subarray(from, to)] as const;
        });
  return Object.fromEntries(
    Object.entries(structures[maskSources[kind].kind]).flatMap(([name, labels]) =>
      parts.map(([phase, own, other]) => [`${name}${phase}`, dice(own, other, labels)]),
    ),
  );
}
