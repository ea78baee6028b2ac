/** What is measured on a series that the study cannot do without. */
export type MeasureName =
  | 'slices'
  | 'empty-slices'
  | 'phases'
  | 'blank-slices'
  | 'bad-values'
  | 'clipped'
  | 'off-axis'
  | 'slice-shift'
  | 'end-slice-heart'
  | 'stack-overlap'
  | 'beat'
  | 'phase-gap'
  | 'beat-agreement'
  | 'phase-jump'
  | 'ghosting'
  | 'noise'
  | 'nulling';

/** When a measure raises doubt (the exam goes to review) and when it fails (exclude). */
export interface Threshold {
  readonly label: string;
  readonly unit: string;
  /** Which side is good. */
  readonly good: 'high' | 'low';
  readonly doubt: number;
  /** Null where the measure alone excludes no exam. */
  readonly fail: number | null;
  /** Where the limit comes from. Rates are in docs/results/recognition.md. */
  readonly source: string;
}

export const thresholds: { readonly [Name in MeasureName]: Threshold } = {
  slices: {
    label: 'slices',
    unit: '',
    good: 'high',
    doubt: 6,
    fail: 4,
    source:
      'slices that show something: a left ventricle is 85 to 100 mm long (DOMAIN C4): six slices 10 mm apart are its least part; 9 of 50 late enhancements of EMIDEC have five, which a person may accept',
  },
  'empty-slices': {
    label: 'empty slices within the stack',
    unit: '',
    good: 'low',
    doubt: 0,
    fail: null,
    source: 'a volume with a hole is no sum of slices',
  },
  phases: {
    label: 'phases',
    unit: '',
    good: 'high',
    doubt: 8,
    fail: null,
    source: 'fewer miss end-systole by more than 60 ms; two (ED, ES) give volumes but no curve',
  },
  'blank-slices': {
    label: 'slices of one value',
    unit: '',
    good: 'low',
    doubt: 0,
    fail: null,
    source: 'no image shows one value',
  },
  'bad-values': {
    label: 'voxels that are no number',
    unit: '',
    good: 'low',
    doubt: 0,
    fail: null,
    source: 'a damaged or badly scaled file',
  },
  clipped: {
    label: 'heart at the highest value',
    unit: '%',
    good: 'low',
    doubt: 10,
    fail: null,
    source: 'chosen on ACDC, whose intensities are clipped at the 99th percentile',
  },
  'off-axis': {
    label: 'angle to the axis of most hearts',
    unit: '°',
    good: 'low',
    doubt: 50,
    fail: null,
    source: 'hearts lie within 30° of it; a body plane is 50° or more off',
  },
  'slice-shift': {
    label: 'largest shift of a slice against its neighbours',
    unit: 'mm',
    good: 'low',
    doubt: 10,
    fail: null,
    source: 'the thickness of the wall: 2 to 3 mm are usual, outliers 8 to 10 mm; chosen on ACDC',
  },
  'end-slice-heart': {
    label: 'heart left in the lesser end slice, of the fullest slice',
    unit: '%',
    good: 'low',
    doubt: 65,
    fail: null,
    source: 'chosen on ACDC, with stacks cut short at the apex',
  },
  'stack-overlap': {
    label: 'cine stack that the late enhancement covers',
    unit: '%',
    good: 'high',
    doubt: 75,
    fail: null,
    source: 'an eighth of the stack at either end is one slice, which may lie outside the ventricle',
  },
  beat: {
    label: 'change from phase to phase in the heart, of its range of values',
    unit: '%',
    good: 'high',
    doubt: 0.1,
    fail: 0.1,
    source:
      'hearts change by 8 % and more from phase to phase (phantoms; 11 % between the two phases of ACDC); less than a thousandth is one image given as many phases',
  },
  'phase-gap': {
    label: 'longest time between phases, in usual steps',
    unit: '×',
    good: 'low',
    doubt: 1.6,
    fail: null,
    source: 'a phase that is missing everywhere leaves a step of two; steps of one scan differ by rounding',
  },
  'beat-agreement': {
    label: 'agreement of the slices on the course of the beat',
    unit: '',
    good: 'high',
    doubt: 0.6,
    fail: null,
    source: 'chosen on phantoms with slices triggered late',
  },
  'phase-jump': {
    label: 'longest detour through one phase, in usual steps',
    unit: '×',
    good: 'low',
    doubt: 2.6,
    fail: null,
    source: 'chosen on phantoms with phases in a wrong place',
  },
  ghosting: {
    label: 'strongest copy of the beating heart beside it',
    unit: '%',
    good: 'low',
    doubt: 12,
    fail: null,
    source: 'chosen on ACDC and on phantoms with ghosts along the phase encoding',
  },
  noise: {
    label: 'signal to noise in the heart',
    unit: '',
    good: 'high',
    doubt: 10,
    fail: 4,
    source:
      'noise alone spans 2 to 3.4 of its own standard deviations between the percentiles that are taken for signal: below 4 nothing is seen, and the least of ACDC and EMIDEC is 22; cine blood has 40 to 80, late enhancement a contrast of 10 to 30 (DOMAIN C3); chosen on ACDC and EMIDEC',
  },
  nulling: {
    label: 'dark over bright tissue in the heart',
    unit: '%',
    good: 'low',
    doubt: 42,
    fail: null,
    source:
      'nulled myocardium is dark beside blood and scar; chosen on magnitude phantoms with a wrong inversion time',
  },
};

export type Grade = 'pass' | 'doubt' | 'fail' | 'not-measured';

/** One measure of one series. */
export interface QualityMeasure {
  readonly series: 'cine-sax' | 'lge-sax';
  readonly name: MeasureName;
  /** Null where it cannot be measured; `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly doubt: number;
  readonly fail: number | null;
  readonly good: 'high' | 'low';
  readonly grade: Grade;
  /** How or where, in words. */
  readonly note: string;
  /** [slices], where each has one; null for a slice that has none. */
  readonly bySlice?: readonly (number | null)[];
}

/** A value held against its thresholds. */
export function graded(
  series: QualityMeasure['series'],
  name: MeasureName,
  value: number | null,
  note: string,
  bySlice?: readonly (number | null)[],
): QualityMeasure {
  const { unit, doubt, fail, good } = thresholds[name];
  const rounded = value === null ? null : round(value);
  const each = bySlice ? { bySlice: bySlice.map((one) => (one === null ? null : round(one))) } : {};
  return {
    series,
    name,
    value: rounded,
    unit,
    doubt,
    fail,
    good,
    grade: gradeOf(name, rounded),
    note,
    ...each,
  };
}

/**
 * A measure that the images themselves do not allow: the exam goes to review. What a good source
 * cannot tell either (two phases, no geometry, a phase-sensitive image) is 'not-measured'.
 */
export function inDoubt(series: QualityMeasure['series'], name: MeasureName, why: string): QualityMeasure {
  return { ...graded(series, name, null, why), grade: 'doubt' };
}

function gradeOf(name: MeasureName, value: number | null): Grade {
  const { doubt, fail, good } = thresholds[name];
  if (value === null) return 'not-measured';
  const worse = (limit: number) => (good === 'high' ? value < limit : value > limit);
  if (fail !== null && worse(fail)) return 'fail';
  return worse(doubt) ? 'doubt' : 'pass';
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
