import { type ExamRecord, type QualityMeasure, qualityThresholds, stoppingReasons } from '@myocast/imaging';

/** An exam for the eyes of a core lab: the verdict and why, every series with its key, every measure with its limit. */
export function examLines(record: ExamRecord): readonly string[] {
  const { series, otherSeries, quality, reasons } = record;
  const stopping = new Set(stoppingReasons(record));
  return [
    examLine(record),
    ...reasons.map((reason) => `  ${stopping.has(reason) ? 'stops:' : 'look at:'} ${reason}`),
    ...(series.length > 0 ? ['  series used'] : []),
    ...series.map(({ key, kind, shape, confidence, reason, chosen }) =>
      line([key, kind, shape.join('×'), String(confidence)], chosen ? `${reason}; ${chosen}` : reason),
    ),
    ...(otherSeries.length > 0 ? ['  other series'] : []),
    ...otherSeries.map(({ key, kind, shape, images, confidence, reason, whyNotUsed }) =>
      line(
        [key, kind, shape?.join('×') ?? `${images} images`, String(confidence)],
        `${reason}; not used: ${whyNotUsed}`,
      ),
    ),
    ...(quality.length > 0 ? ['  quality'] : []),
    ...quality.map(measureLine),
  ];
}

/** An exam in one line, with what spoke against it. */
export function examLine({ subject, verdict, reasons, filesRead, filesNotUsed }: ExamRecord): string {
  const why = reasons.length > 0 ? ` (${reasons.length} reason${reasons.length === 1 ? '' : 's'})` : '';
  return `${subject}: ${verdict}${why}; ${filesRead} files read, ${filesNotUsed} not used`;
}

const widths = [10, 14, 14, 5];

function line(cells: readonly string[], rest: string): string {
  return `    ${cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' ')} ${rest}`;
}

const grades = { pass: 'good', doubt: 'DOUBT', fail: 'FAIL', 'not-measured': '-' } as const;

function measureLine({ series, name, value, good, doubt, fail, grade, note }: QualityMeasure): string {
  const { label, unit } = qualityThresholds[name];
  const limit = `${good === 'high' ? 'at least' : 'at most'} ${grade === 'fail' ? fail : doubt}`;
  const found = value === null ? 'not measured' : `${value}${unit && ` ${unit}`} (${limit})`;
  return `    ${grades[grade].padEnd(5)} ${series.padEnd(8)} ${label}: ${found}${note && `, ${note}`}`;
}
