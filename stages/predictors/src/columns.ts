import type { FrozenSubject, Variable } from '@myocast/study';
import type { QuantitiesRecord, SegmentValues } from '@myocast/imaging';
import { wholeCine } from './cmr-columns.ts';
import type { PredictorColumn } from './records.ts';

/** A column, where its values stand in which record, and how they are read from there. */
export interface ColumnSource {
  readonly column: PredictorColumn;
  /** The file, with {subject} for the subject; JSON pointer (RFC 6901) inside the subject's record. */
  readonly from: { readonly file: string; readonly pointer: string; readonly as: string };
  /** The value, or null where there is none. */
  readonly read: (subject: FrozenSubject, quantities: QuantitiesRecord | null) => number | null;
}

/** Per-segment values of one kind. */
export interface SegmentSource {
  readonly name: string;
  readonly unit: string;
  readonly pointer: string;
  readonly read: (quantities: QuantitiesRecord | null) => SegmentValues | null;
}

/**
 * The clinical columns of a variable. Continuous and ordinal ones are one number, skewed
 * ones its natural logarithm. A category is one 0/1 column for each value but the first,
 * which is the reference: with a column for every value they would add up to 1.
 */
export function clinicalColumns(variable: Variable): ColumnSource[] {
  if (!variable.predictor) return [];
  const { name, label, unit, kind, categories, scale } = variable;
  const from = { file: 'dataset.json', pointer: `/values/${name}` };
  const value = (subject: FrozenSubject) => subject.values[name] ?? null;
  if (kind === 'category')
    return (categories ?? []).slice(1).map((category) => ({
      column: {
        name: `${name}=${category}`,
        label: `${label}: ${category}`,
        unit: null,
        kind: 'binary',
        source: 'clinical',
      },
      from: { ...from, as: `1 where "${category}", else 0` },
      read: (subject) => (value(subject) === null ? null : Number(value(subject) === category)),
    }));
  const logarithm = scale === 'log';
  return [
    {
      column: {
        name: logarithm ? `log ${name}` : name,
        label: logarithm ? `${label} (natural logarithm)` : label,
        unit: logarithm && unit ? `ln(${unit})` : unit,
        kind: kind === 'binary' ? 'binary' : 'continuous',
        source: 'clinical',
      },
      from: { ...from, as: logarithm ? 'natural logarithm' : 'as it is' },
      read: (subject) => {
        const found = value(subject);
        if (typeof found !== 'number') return null;
        return logarithm ? Math.log(found) : found;
      },
    },
  ];
}

/** Segment columns of those series that any subject has; [n, 16] each. */
export function segmentSources(hasCine: boolean, hasLge: boolean): SegmentSource[] {
  const cine = (
    name: string,
    unit: string,
    key: 'wallThicknessMm' | 'wallThickeningPercent',
  ): SegmentSource => ({
    name,
    unit,
    pointer: `/cine/${key}`,
    read: (quantities) => wholeCine(quantities)?.[key] ?? null,
  });
  const lge = (name: string, key: 'transmuralityPercent' | 'mvoSegmentPercent'): SegmentSource => ({
    name,
    unit: '%',
    pointer: `/lge/${key}`,
    read: (quantities) => quantities?.lge?.[key] ?? null,
  });
  return [
    ...(hasLge ? [lge('transmurality', 'transmuralityPercent'), lge('mvo', 'mvoSegmentPercent')] : []),
    ...(hasCine
      ? [cine('thickness', 'mm', 'wallThicknessMm'), cine('thickening', '%', 'wallThickeningPercent')]
      : []),
  ];
}
