import type { PredictorTable } from '@myocast/predictors';

/** What is taken away from the patients who are forecast. */
export interface Hidden {
  readonly name: string;
  readonly columns: (name: string) => boolean;
  readonly segments: (name: string) => boolean;
  readonly slices: (kind: string) => boolean;
}

const lgeColumns = [
  'infarct',
  'mvo',
  'mvo_segments',
  'segments_above_50',
  'segments_above_75',
  'endocardial_infarct',
  'grey_zone',
  'salvage_index',
];
const laboratory = [
  'creatinine',
  'glucose',
  'ldl_c',
  'log hs_crp',
  'log nt_probnp',
  'log peak_troponin_t',
  'haemoglobin',
  'wbc',
  'log peak_ck',
  'egfr',
  'hba1c',
  'peak_troponin_i',
  'neutrophils',
  'lymphocytes',
  'peak_ldh',
];
const nothing = () => false;

export const hiddenSets: readonly Hidden[] = [
  { name: 'nothing', columns: nothing, segments: nothing, slices: nothing },
  {
    name: 'T2',
    columns: (name) => ['area_at_risk', 'salvage_index'].includes(name),
    segments: nothing,
    slices: (kind) => kind === 't2-sax',
  },
  {
    name: 'LGE',
    columns: (name) => lgeColumns.includes(name),
    segments: (name) => ['transmurality', 'mvo'].includes(name),
    slices: (kind) => kind === 'lge-sax',
  },
  {
    name: 'all laboratory values',
    columns: (name) => laboratory.includes(name),
    segments: nothing,
    slices: nothing,
  },
];

export function without(table: PredictorTable, { columns, segments, slices }: Hidden): PredictorTable {
  const p = table.columns.length;
  const hidden = table.columns.map(({ name }) => columns(name));
  const keep = (cell: number) => !hidden[cell % p];
  return {
    ...table,
    values: table.values.map((value, cell) => (keep(cell) ? value : 0)),
    observed: table.observed.map((seen, cell) => (keep(cell) ? seen : 0)),
    segments: table.segments.filter(({ name }) => !segments(name)),
    slices: table.slices.map((own) => own.filter(({ kind }) => !slices(kind))),
  };
}
