import type { ExamRecord, OtherSeriesRecord, SeriesRecord } from '../records.ts';
import { sureEnough } from './choose-series.ts';
import { type QualityMeasure, thresholds } from './quality/thresholds.ts';

const essential = [
  ['cine-sax', 'short-axis cine'],
  ['lge-sax', 'short-axis late enhancement'],
] as const;
/** A series that may be what is missing, with at least this probability, is looked at by a person. */
const mayBe = 0.1;
/** A series of unknown kind with so many phases and slices may be a short-axis cine. */
const leastCine = 6;

/** What a verdict rests on. */
export interface Evidence {
  readonly series: readonly SeriesRecord[];
  readonly otherSeries: readonly OtherSeriesRecord[];
  readonly quality: readonly QualityMeasure[];
  /** Whether images or slices of a used series had to be left out. */
  readonly gaps: boolean;
  /** How many patients all readable images name, used or not. */
  readonly patients?: number;
  /** How many studies. */
  readonly studies?: number;
}

/**
 * Exclusion criterion 6: are a short-axis cine and late enhancement there, and are they good
 * enough? A missing series or a measure that fails excludes; a kind that is uncertain, a
 * measure in doubt, images that had to be left out, and those of several patients or studies,
 * used or not, send the exam to a person.
 */
export function examVerdict({
  series,
  otherSeries,
  quality,
  gaps,
  patients = 1,
  studies = 1,
}: Evidence): Pick<ExamRecord, 'verdict' | 'reasons'> {
  const stopping = stoppingReasons({ series, otherSeries, quality });
  const doubts: string[] = [];
  for (const [kind, name] of essential) {
    const found = series.find((entry) => entry.kind === kind);
    if (found) doubts.push(...doubtsOf(found, name));
    else {
      const { line, stops } = missing(kind, name, otherSeries);
      if (!stops) doubts.push(line);
    }
  }
  doubts.push(...mixed(patients, studies));
  doubts.push(...quality.filter(({ grade }) => grade === 'doubt').map(sentence));
  if (gaps) doubts.push('slices or images are missing or had to be left out');
  const reasons = [...stopping, ...doubts];
  if (stopping.length > 0) return { verdict: 'exclude', reasons };
  return { verdict: doubts.length > 0 ? 'review' : 'include', reasons };
}

/** One exam is of one patient and one study; that there are more is said, not which. */
function mixed(patients: number, studies: number): readonly string[] {
  return [
    patients > 1 && `expected images of one patient, found ${patients} by their PatientID`,
    studies > 1 && `expected images of one study, found ${studies} by their StudyInstanceUID`,
  ].filter((line) => line !== false);
}

/** Which of the reasons of a verdict exclude the exam by themselves; the others are doubts. */
export function stoppingReasons({
  series,
  otherSeries,
  quality,
}: Pick<Evidence, 'series' | 'otherSeries' | 'quality'>): readonly string[] {
  const absent = essential
    .filter(([kind]) => !series.some((entry) => entry.kind === kind))
    .map(([kind, name]) => missing(kind, name, otherSeries))
    .flatMap(({ line, stops }) => (stops ? [line] : []));
  return [...absent, ...quality.filter(({ grade }) => grade === 'fail').map(sentence)];
}

/** A series that was not found may be one that was taken for something else. */
function missing(
  kind: SeriesRecord['kind'],
  name: string,
  otherSeries: readonly OtherSeriesRecord[],
): { readonly line: string; readonly stops: boolean } {
  const line = `no ${name} that forms a regular volume`;
  const perhaps =
    otherSeries.find(({ otherwise }) => otherwise?.kind === kind && otherwise.confidence >= mayBe) ??
    (kind === 'cine-sax' ? otherSeries.find(isSilentCine) : undefined);
  if (perhaps === undefined) return { line, stops: true };
  return {
    line: `${line}; it may be series ${perhaps.key} (${perhaps.description || 'no name'}): --label ${perhaps.key}=${kind} --by <name> says so`,
    stops: false,
  };
}

/** Whether a series of which no header tells what it is has the shape of a short-axis cine. */
function isSilentCine({ kind, confidence, shape }: OtherSeriesRecord): boolean {
  const known = kind !== 'other' && confidence >= sureEnough;
  return !known && shape !== null && shape[0] >= leastCine && shape[1] >= leastCine;
}

function doubtsOf({ confidence, reason, spacingMm }: SeriesRecord, name: string): readonly string[] {
  const doubts: string[] = [];
  if (confidence < sureEnough) doubts.push(`${name}: uncertain (${confidence}): ${reason}`);
  if (spacingMm === null) doubts.push(`${name}: no geometry`);
  return doubts;
}

/** A measure in one line, as a reader of images would say it. */
function sentence({ series, name, value, good, doubt, fail, grade, note }: QualityMeasure): string {
  const { label, unit } = thresholds[name];
  const what = essential.find(([kind]) => kind === series)![1];
  if (value === null) return `${what}: ${label} could not be measured (${note})`;
  const limit = grade === 'fail' ? fail : doubt;
  const bound = `expected at ${good === 'high' ? 'least' : 'most'} ${limit}`;
  return `${what}: ${label} ${value}${unit && ` ${unit}`}, ${bound}${note && ` (${note})`}`;
}
