/** Values of the AHA segments, found in a record. */
export interface SegmentVector {
  /** Names down to it: `cine`, `wallThicknessMm`. */
  readonly path: readonly string[];
  /** 16 or 17. */
  readonly values: readonly (number | null)[];
}

/** A curve over the phases, found in a record. */
export interface PhaseCurve {
  readonly path: readonly string[];
  readonly percent: readonly (number | null)[];
}

/** Lists of 16 or 17 that are of phases and not of segments. */
const ofPhases = /curve|phase|times?Ms$|^percent$/i;

/**
 * Every list of 16 or 17 numbers or nulls in a record, at least one of them a number, and every list of so many curves, of which the peaks
 * are taken. A quantity that is new to the record is found without being named here.
 */
export function segmentVectors(record: unknown, path: readonly string[] = []): readonly SegmentVector[] {
  if (typeof record !== 'object' || record === null) return [];
  if (Array.isArray(record)) {
    if (!isOfSegments(record, path))
      return record.flatMap((entry, index) => segmentVectors(entry, [...path, nameOf(entry, index)]));
    const values = record.map(peakOf);
    return values.some((value) => value !== null) ? [{ path, values }] : [];
  }
  return Object.entries(record).flatMap(([key, value]) => segmentVectors(value, [...path, key]));
}

function isOfSegments(list: readonly unknown[], path: readonly string[]): boolean {
  if (list.length !== 16 && list.length !== 17) return false;
  return !ofPhases.test(path.at(-1) ?? '') && list.every((entry) => entry === null || peakOf(entry) !== null);
}

/** A number itself, the peak of a curve; null for anything else. */
function peakOf(entry: unknown): number | null {
  const value = isRecord(entry) ? entry['peakPercent'] : entry;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Every curve in percent over the phases that stands by itself, not one of a list by segment. */
export function phaseCurves(record: unknown, path: readonly string[] = []): readonly PhaseCurve[] {
  if (Array.isArray(record))
    return isOfSegments(record, path) || record.length >= 16
      ? []
      : record.flatMap((entry, index) => phaseCurves(entry, [...path, nameOf(entry, index)]));
  if (!isRecord(record)) return [];
  const { percent } = record;
  const isCurve = Array.isArray(percent) && percent.some((value) => typeof value === 'number');
  if (isCurve) return [{ path, percent: percent as (number | null)[] }];
  return Object.entries(record).flatMap(([key, value]) => phaseCurves(value, [...path, key]));
}

/** What an entry of a list calls itself, else its number. */
function nameOf(entry: unknown, index: number): string {
  const own = isRecord(entry) ? ['view', 'kind', 'method', 'name'].map((key) => entry[key]) : [];
  const name = own.find((value) => typeof value === 'string');
  return typeof name === 'string' ? name : String(index + 1);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const units: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/Percent$/, '%'],
  [/MlPerM2$/, 'ml/m²'],
  [/Mm$/, 'mm'],
  [/Ms$/, 'ms'],
  [/Ml$/, 'ml'],
  [/Degrees$/, '°'],
  [/PerS$/, '1/s'],
];

/** Names of records as words, with the unit that their ending says: `wallThicknessMm` is wall thickness (mm). */
export function wordsOf(path: readonly string[]): { readonly words: string; readonly unit: string } {
  const last = path.at(-1) ?? '';
  const found = units.find(([ending]) => ending.test(last));
  const bare = found ? last.replace(found[0], '') : last;
  const isShare = found?.[1] === '%';
  const parts = [...path.slice(1, -1), bare].map((name) =>
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/-/g, ' ')
      .toLowerCase()
      .replace(/\b(mvo|lge|lv|rv|t1|t2|ecv)\b/g, (word) => word.toUpperCase()),
  );
  const words = parts.filter((part) => part !== '').join(', ');
  const unit = found?.[1] ?? (/(circumferential|radial|longitudinal)/i.test(last) && !isShare ? '%' : '');
  return { words: words.charAt(0).toUpperCase() + words.slice(1), unit };
}
