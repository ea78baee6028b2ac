import type { Person, ReferenceComparison } from './ventricle-records.ts';

/** What of a source was read: its own abstract, or its numbers as another publication or program gives them. */
type Reading = 'abstract' | 'transcription';

/** The healthy of one sex, in one source. */
export interface ReferenceRange {
  readonly quantity: string;
  readonly sex: 'female' | 'male';
  readonly ageYears: readonly [number, number];
  /** Null where the source gives limits alone. */
  readonly mean: number | null;
  readonly sd: number | null;
  /** Null on a side that the source leaves open. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Key in docs/references.bib. */
  readonly source: string;
  readonly read: Reading;
}

type Limits = readonly [lower: number | null, upper: number | null];
type MeanSd = readonly [mean: number, sd: number];
type Origin = Pick<ReferenceRange, 'ageYears' | 'source' | 'read'>;

/**
 * Healthy white adults of UK Biobank at 1.5 T, papillary muscles in the cavity (which is how
 * ACDC and our own contours draw them). The limits are those beyond which a value is abnormal at any
 * age from 45 to 74. Neither the source's narrower limits by age group (45 to 54, 55 to 64, 65 to 74)
 * nor those of another source could be read, so there is none by age.
 */
const ukBiobank: Origin = { ageYears: [45, 74], source: 'petersen2017', read: 'transcription' };
const ukBiobankAbstract: Origin = { ...ukBiobank, read: 'abstract' };
/** Pooled healthy adults, papillary muscles in the cavity: 2.5th percentile. */
const scmr2025: Origin = { ageYears: [18, 83], source: 'kawelboehm2025', read: 'transcription' };
/** Pooled healthy adults. Output does not depend on where the papillary muscles go. */
const scmr2020: Origin = { ageYears: [18, 80], source: 'kawelboehm2020', read: 'transcription' };
/** MESA participants without heart disease; 65.6 ± 8.5 years, taken as two standard deviations. */
const mesa: Origin = { ageYears: [49, 83], source: 'kawel2012', read: 'abstract' };

/** By quantity: men, women. */
const limits: readonly (readonly [quantity: string, male: Limits, female: Limits, origin: Origin])[] = [
  ['edvMl', [93, 232], [80, 175], ukBiobank],
  ['esvMl', [34, 103], [25, 73], ukBiobank],
  ['strokeVolumeMl', [49, 140], [47, 110], ukBiobank],
  ['edvMlPerM2', [52, 117], [50, 101], ukBiobank],
  ['esvMlPerM2', [19, 52], [16, 43], ukBiobank],
  ['strokeVolumeMlPerM2', [28, 70], [29, 63], ukBiobank],
  ['rvEdvMl', [99, 260], [83, 192], ukBiobank],
  ['rvEsvMl', [34, 135], [26, 95], ukBiobank],
  ['rvStrokeVolumeMl', [54, 140], [47, 107], ukBiobank],
  ['rvEdvMlPerM2', [55, 128], [51, 110], ukBiobank],
  ['rvEsvMlPerM2', [19, 67], [16, 55], ukBiobank],
  ['rvStrokeVolumeMlPerM2', [30, 69], [29, 61], ukBiobank],
  ['rvEjectionFractionPercent', [44, null], [47, null], scmr2025],
];

/** By quantity: men, women. The limits are 1.96 standard deviations from the mean. */
const distributions: readonly (readonly [quantity: string, male: MeanSd, female: MeanSd, origin: Origin])[] =
  [
    ['ejectionFractionPercent', [58, 5], [61, 5], ukBiobankAbstract],
    ['massGPerM2', [53, 9], [42, 7], ukBiobankAbstract],
    ['cardiacOutputLPerMin', [5.6, 1.1], [4.5, 0.9], scmr2020],
    ['midWallThicknessMm', [6.3, 1.1], [5.3, 0.9], mesa],
  ];

const sexes = ['male', 'female'] as const;
const normalQuantile = 1.96;

/**
 * Ranges of healthy adults by sex. Every number was read in the source's abstract or in a
 * transcription of its tables, as `read` says; none is from memory.
 *
 * Source: petersen2017, kawelboehm2020, kawelboehm2025, kawel2012 (docs/references.bib).
 */
export const referenceRanges: readonly ReferenceRange[] = [
  ...limits.flatMap(([quantity, male, female, origin]) =>
    sexes.map((sex) => {
      const [lower, upper] = sex === 'male' ? male : female;
      return { quantity, sex, mean: null, sd: null, lower, upper, ...origin };
    }),
  ),
  ...distributions.flatMap(([quantity, male, female, origin]) =>
    sexes.map((sex) => {
      const [mean, sd] = sex === 'male' ? male : female;
      const half = normalQuantile * sd;
      return { quantity, sex, mean, sd, lower: mean - half, upper: mean + half, ...origin };
    }),
  ),
];

/**
 * A value among the healthy of the same sex: below, within or above their range (its
 * limits are within), and the z-score where the source gives mean and standard deviation.
 *
 * @param quantity as in the records, `edvMlPerM2`
 * @returns null where the sex is not known or no source has the quantity
 * @throws RangeError when the value is not finite
 */
export function compareWithReference(
  quantity: string,
  value: number,
  { sex, ageYears }: Pick<Person, 'sex' | 'ageYears'>,
): ReferenceComparison | null {
  if (!Number.isFinite(value))
    throw new RangeError(`compareWithReference: expected a finite ${quantity}, got ${value}`);
  const range = referenceRanges.find((one) => one.quantity === quantity && one.sex === sex);
  if (range === undefined) return null;
  const { lower, upper, mean, sd, source } = range;
  const [youngest, oldest] = range.ageYears;
  return {
    quantity,
    value,
    position: positionOf(value, lower ?? -Infinity, upper ?? Infinity),
    z: mean !== null && sd !== null ? (value - mean) / sd : null,
    lower,
    upper,
    source,
    ageYears: range.ageYears,
    ageOutside: ageYears === null ? null : ageYears < youngest || ageYears > oldest,
  };
}

function positionOf(value: number, lower: number, upper: number): ReferenceComparison['position'] {
  return value < lower ? 'below' : value > upper ? 'above' : 'within';
}
