import {
  type CineQuantities,
  errorOf,
  type ReferenceComparison,
  type VentricleQuantities,
} from '@myocast/imaging';
import { textTable } from './text-table.ts';

type Row = readonly [label: string, quantity: string, decimals: number];

const volumes: readonly Row[] = [
  ['LV end-diastolic volume, ml', 'edvMl', 1],
  ['LV end-systolic volume, ml', 'esvMl', 1],
  ['LV stroke volume, ml', 'strokeVolumeMl', 1],
  ['LV ejection fraction, %', 'ejectionFractionPercent', 1],
  ['LV mass, g', 'massG', 1],
  ['RV end-diastolic volume, ml', 'rvEdvMl', 1],
  ['RV end-systolic volume, ml', 'rvEsvMl', 1],
  ['RV stroke volume, ml', 'rvStrokeVolumeMl', 1],
  ['RV ejection fraction, %', 'rvEjectionFractionPercent', 1],
  ['cardiac output, l/min', 'cardiacOutputLPerMin', 2],
  ['LV wall of segments 7 to 12, mm', 'midWallThicknessMm', 1],
];
const indexOf: Readonly<Record<string, string>> = {
  edvMl: 'edvMlPerM2',
  esvMl: 'esvMlPerM2',
  strokeVolumeMl: 'strokeVolumeMlPerM2',
  massG: 'massGPerM2',
  rvEdvMl: 'rvEdvMlPerM2',
  rvEsvMl: 'rvEsvMlPerM2',
  rvStrokeVolumeMl: 'rvStrokeVolumeMlPerM2',
  cardiacOutputLPerMin: 'cardiacIndexLPerMinPerM2',
};
const ofRv = new Set(['rvEdvMl', 'rvEsvMl']);

/**
 * One exam for a person: volumes with the ± of a second exam, per m², and where they
 * lie among healthy people (the indexed value where there is one); then shape and rates, and
 * what is missing, with the reason.
 */
export function ventricleLines(cine: CineQuantities, ventricles: VentricleQuantities): string[] {
  const rows = volumes.map((row) => volumeRow(row, cine, ventricles)).filter(([, value]) => value !== null);
  const others = otherRows(ventricles);
  return [
    ...textTable(['', 'value', '±', 'per m²', 'healthy', ''], rows),
    ...(others.length > 0 ? ['', ...textTable(['', 'value', '±'], others)] : []),
    ...notes(ventricles),
  ];
}

type Numbers = Readonly<Record<string, unknown>>;

function numberOf(name: string, ...records: readonly (object | null)[]): number | null {
  for (const record of records) {
    const value = (record as Numbers | null)?.[name];
    if (typeof value === 'number') return value;
  }
  return null;
}

function volumeRow([label, quantity, decimals]: Row, cine: CineQuantities, ventricles: VentricleQuantities) {
  const drawn = !ofRv.has(quantity) || cine.rvEdvMl > 0;
  const value = drawn ? numberOf(quantity, cine, ventricles) : null;
  const index = indexOf[quantity] ?? quantity;
  const error = value === null ? null : errorOf(quantity, value);
  const compared = [index, quantity].flatMap((name) =>
    ventricles.comparisons.filter((one) => one.quantity === name),
  );
  return [
    label,
    round(value, decimals),
    round(error && error.error, decimals),
    round(numberOf(index, ventricles.indexed), decimals),
    ...(compared[0] ? [rangeText(compared[0]), positionText(compared[0])] : [null, null]),
  ];
}

function rangeText({ quantity, lower, upper }: ReferenceComparison): string {
  const unit = quantity.includes('PerM2') ? ' /m²' : '';
  const [from, to] = [lower?.toFixed(lower < 10 ? 1 : 0), upper?.toFixed(upper < 10 ? 1 : 0)];
  return from === undefined
    ? `up to ${to}${unit}`
    : to === undefined
      ? `from ${from}${unit}`
      : `${from} to ${to}${unit}`;
}

function positionText({ position, z, ageOutside }: ReferenceComparison): string {
  const score = z === null ? '' : ` (z ${z.toFixed(1)})`;
  return `${position}${score}${ageOutside ? ' *' : ''}`;
}

function otherRows(ventricles: VentricleQuantities) {
  const rates = (side: string, { leftRates, rightRates }: VentricleQuantities) => {
    const own = side === 'LV' ? leftRates : rightRates;
    if (own === null) return [];
    return [
      [
        `${side} peak ejection rate, ml/s`,
        round(own.peakEjectionRateMlPerS, 0),
        round(own.peakEjectionRateSeMlPerS, 0),
      ],
      [`${side} time to it from the R wave, ms`, round(own.timeToPeakEjectionMs, 0), null],
      [
        `${side} peak filling rate, ml/s`,
        round(own.peakFillingRateMlPerS, 0),
        round(own.peakFillingRateSeMlPerS, 0),
      ],
      [`${side} time to it from end-systole, ms`, round(own.timeToPeakFillingMs, 0), null],
      [`${side} diastolic volume recovery, %`, round(own.diastolicVolumeRecoveryPercent, 0), null],
    ];
  };
  const { sphericityIndex, longAxisMm, longAxisErrorMm } = ventricles;
  const sphericityError =
    sphericityIndex !== null && longAxisMm !== null && longAxisErrorMm !== null
      ? (3 * sphericityIndex * longAxisErrorMm) / longAxisMm
      : null;
  const rows = [
    ['mass over volume, g/ml', round(ventricles.massToVolumeGPerMl, 2), null],
    ['global function index, %', round(ventricles.globalFunctionIndexPercent, 1), null],
    ['sphericity index', round(sphericityIndex, 2), round(sphericityError, 2)],
    ['LV less RV stroke volume, ml', round(ventricles.strokeVolumeDifferenceMl, 1), null],
    ['heart rate, /min', round(ventricles.heartRatePerMin, 0), null],
    ...rates('LV', ventricles),
    ...rates('RV', ventricles),
  ];
  return rows.filter(([, value]) => value !== null);
}

function notes({ comparisons, errors, notAvailable }: VentricleQuantities): string[] {
  const sources = (records: readonly { readonly source: string }[]) =>
    [...new Set(records.map(({ source }) => source))].join(', ');
  const outside = comparisons.filter(({ ageOutside }) => ageOutside);
  const lines: string[] = [];
  if (errors.length > 0)
    lines.push(
      `± as published for a second exam (${sources(errors)}), in the unit of the row: of an EF in points; of rates, their standard error`,
    );
  if (comparisons.length > 0)
    lines.push(`healthy adults of the same sex, all ages together (${agesOf(comparisons)})`);
  if (outside.length > 0) lines.push('* the person is outside of the ages of the source');
  if (comparisons.some(({ ageOutside }) => ageOutside === null))
    lines.push('no age was given: the ranges may not apply');
  const missing = notAvailable.map(({ quantity, why }) => `  ${quantity}: ${why}`);
  return ['', ...lines, ...(missing.length > 0 ? ['not available', ...missing] : [])];
}

/** Each source with the ages it covers. */
function agesOf(comparisons: readonly ReferenceComparison[]): string {
  const words = comparisons.map(({ source, ageYears: [from, to] }) => `${source}: ${from} to ${to} years`);
  return [...new Set(words)].join(', ');
}

const round = (value: number | null, decimals: number) => (value === null ? null : value.toFixed(decimals));
