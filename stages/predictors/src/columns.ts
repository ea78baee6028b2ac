import type { FrozenSubject, Variable } from '@myocast/study';
import {
  type CineQuantities,
  type QuantitiesRecord,
  type SegmentValues,
  wholeHeartSlices,
} from '@myocast/imaging';
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

/** The CMR columns of those series that any subject has. With `bsa` (m2) among the variables volumes and mass are indexed to it. */
export function cmrColumns(hasCine: boolean, hasLge: boolean, indexed: boolean): ColumnSource[] {
  return [...(hasCine ? cineColumns(indexed) : []), ...(hasLge ? lgeColumns : [])];
}

function cineColumns(indexed: boolean): ColumnSource[] {
  const sized = (name: string, label: string, unit: string, key: 'edvMl' | 'esvMl' | 'massG') =>
    cineColumn(
      indexed ? `${name}_index` : name,
      indexed ? `${label}, indexed to body surface` : label,
      indexed ? `${unit}/m2` : unit,
      key,
      indexed ? 'divided by bsa' : 'as it is',
      (cine, subject) => {
        if (!indexed) return cine[key];
        const bsa = subject.values['bsa'];
        return typeof bsa === 'number' && bsa > 0 ? cine[key] / bsa : null;
      },
    );
  return [
    cineColumn(
      'ejection_fraction',
      'LV ejection fraction',
      '%',
      'ejectionFractionPercent',
      'as it is',
      (cine) => cine.ejectionFractionPercent,
    ),
    sized('edv', 'LV end-diastolic volume', 'ml', 'edvMl'),
    sized('esv', 'LV end-systolic volume', 'ml', 'esvMl'),
    sized('lv_mass', 'LV mass', 'g', 'massG'),
    cineColumn(
      'wall_thickening',
      'Mean wall thickening',
      '%',
      'wallThickeningPercent',
      'mean of the segments',
      (cine) => mean(cine.wallThickeningPercent),
    ),
  ];
}

/** The cine's quantities where they are of a whole ventricle: a part of it predicts nothing. */
function wholeCine(quantities: QuantitiesRecord | null): CineQuantities | null {
  const cine = quantities?.cine;
  return cine && cine.slices >= wholeHeartSlices ? cine : null;
}

function cineColumn(
  name: string,
  label: string,
  unit: string,
  key: keyof CineQuantities,
  as: string,
  read: (cine: CineQuantities, subject: FrozenSubject) => number | null,
): ColumnSource {
  return {
    column: { name, label, unit, kind: 'continuous', source: 'cmr' },
    from: { file: 'quantities/{subject}.json', pointer: `/cine/${key}`, as },
    read: (subject, quantities) => {
      const whole = wholeCine(quantities);
      return whole && read(whole, subject);
    },
  };
}

const lgeColumns: readonly ColumnSource[] = [
  lgeColumn('infarct', 'Infarct size, share of LV myocardium', 'infarctPercent'),
  lgeColumn('mvo', 'Microvascular obstruction, share of LV myocardium', 'mvoPercent'),
];

function lgeColumn(name: string, label: string, key: 'infarctPercent' | 'mvoPercent'): ColumnSource {
  return {
    column: { name, label, unit: '%', kind: 'continuous', source: 'cmr' },
    from: { file: 'quantities/{subject}.json', pointer: `/lge/${key}`, as: 'as it is' },
    read: (_, quantities) => quantities?.lge?.[key] ?? null,
  };
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

function mean(values: SegmentValues): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce((sum, value) => sum + value, 0) / there.length;
}
