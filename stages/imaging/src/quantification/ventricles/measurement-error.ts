import type { MeasurementError } from './ventricle-records.ts';

/** A coefficient of variation in per cent, and the keys in docs/references.bib. */
interface Published {
  readonly percent: number;
  readonly source: string;
}

/**
 * One heart examined twice. Where a source gives a range over groups (healthy, failing,
 * hypertrophied hearts), the greatest: hearts after an infarct are not the healthy ones.
 */
const scanRescan = {
  /** 2.9 to 4.9 % by group. */
  edv: { percent: 4.9, source: 'grothues2002' },
  /** 4.4 to 9.2 %. */
  esv: { percent: 9.2, source: 'grothues2002' },
  /** 6.0 % read by clinicians, 4.2 % by their network. */
  ejectionFraction: { percent: 6, source: 'davies2022' },
  /** 4.8 % read by clinicians, 3.6 % by their network. */
  mass: { percent: 4.8, source: 'davies2022' },
  /** All groups; 4.2 to 7.8 %. */
  rvEdv: { percent: 6.2, source: 'grothues2004' },
  /** 8.1 to 18.1 %. */
  rvEsv: { percent: 14.1, source: 'grothues2004' },
  /** 4.3 to 10.4 %. */
  rvEjectionFraction: { percent: 8.3, source: 'grothues2004' },
  /** Between core laboratories, manual contours. */
  infarct: { percent: 14.4, source: 'klem2017' },
} as const satisfies Record<string, Published>;

const published: Readonly<Record<string, Published>> = {
  edvMl: scanRescan.edv,
  edvMlPerM2: scanRescan.edv,
  esvMl: scanRescan.esv,
  esvMlPerM2: scanRescan.esv,
  ejectionFractionPercent: scanRescan.ejectionFraction,
  massG: scanRescan.mass,
  massGPerM2: scanRescan.mass,
  rvEdvMl: scanRescan.rvEdv,
  rvEdvMlPerM2: scanRescan.rvEdv,
  rvEsvMl: scanRescan.rvEsv,
  rvEsvMlPerM2: scanRescan.rvEsv,
  rvEjectionFractionPercent: scanRescan.rvEjectionFraction,
  infarctPercent: scanRescan.infarct,
};

/**
 * What a second exam of the same heart would scatter by, from published coefficients
 * of variation (of another scanner and other readers: an order of size, not an interval).
 *
 * @param quantity as in the records, `edvMl`
 * @returns null where no source has the quantity
 * @throws RangeError when the value is not finite
 *
 * Source: grothues2002, grothues2004, davies2022, klem2017 (docs/references.bib).
 */
export function errorOf(quantity: string, value: number): MeasurementError | null {
  if (!Number.isFinite(value)) throw new RangeError(`errorOf: expected a finite ${quantity}, got ${value}`);
  const known = Object.hasOwn(published, quantity) ? published[quantity] : undefined;
  return known ? { quantity, error: (Math.abs(value) * known.percent) / 100, ...known } : null;
}

/**
 * The published scan-rescan coefficient of variation, in % of the value.
 *
 * @throws RangeError where no source has the quantity
 */
export function publishedPercent(quantity: string): number {
  const known = errorOf(quantity, 100);
  if (known === null)
    throw new RangeError(`publishedPercent: expected a published error of ${quantity}, got none`);
  return known.percent;
}

/** How well a measurement repeats, over several hearts examined twice. */
export interface Repeatability {
  readonly pairs: number;
  /** Mean of second less first, and its standard error. */
  readonly bias: number;
  readonly biasSe: number;
  /** Of the differences. */
  readonly sd: number;
  /** Bias ± 1.96 standard deviations, and the standard error of either limit. */
  readonly limitsOfAgreement: readonly [number, number];
  readonly limitsSe: number;
  /** Of one measurement: root of half the mean squared difference. */
  readonly withinSubjectSd: number;
  /** Within-subject standard deviation over the mean of all values; null where that is not positive. */
  readonly coefficientOfVariationPercent: number | null;
  /** Two exams of an unchanged heart lie closer in 95 %: 1.96 √2 within-subject standard deviations. */
  readonly repeatabilityCoefficient: number;
}

/**
 * Bland-Altman agreement and coefficient of variation of pairs of exams.
 *
 * @param pairs first and second value of each heart, in one unit
 * @throws RangeError with fewer than two pairs or a value that is not finite
 *
 * Source: bland1999 (docs/references.bib).
 */
export function repeatability(pairs: readonly (readonly [first: number, second: number])[]): Repeatability {
  const n = pairs.length;
  if (n < 2) throw new RangeError(`repeatability: expected at least 2 pairs, got ${n}`);
  if (!pairs.flat().every(Number.isFinite)) throw new RangeError('repeatability: expected finite values');
  const differences = pairs.map(([first, second]) => second - first);
  const bias = mean(differences);
  const sd = Math.sqrt(differences.reduce((sum, one) => sum + (one - bias) ** 2, 0) / (n - 1));
  const withinSubjectSd = Math.sqrt(mean(differences.map((one) => one ** 2)) / 2);
  const level = mean(pairs.flat());
  return {
    pairs: n,
    bias,
    biasSe: sd / Math.sqrt(n),
    sd,
    limitsOfAgreement: [bias - 1.96 * sd, bias + 1.96 * sd],
    limitsSe: sd * Math.sqrt(1 / n + 1.96 ** 2 / (2 * (n - 1))),
    withinSubjectSd,
    coefficientOfVariationPercent: level > 0 ? (100 * withinSubjectSd) / level : null,
    repeatabilityCoefficient: 1.96 * Math.SQRT2 * withinSubjectSd,
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
