import { sureEnough } from './choose-series.ts';
import type { ExamRecord, SeriesRecord } from '../records.ts';

const fewestSlices = 6;
const essential = [
  ['cine-sax', 'short-axis cine'],
  ['lge-sax', 'short-axis late enhancement'],
] as const;

/**
 * Exclusion criterion 6: are a short-axis cine and late enhancement there, each
 * in at least six slices without gaps? Sources that cannot say (one volume
 * without phases) go to review, not out.
 *
 * @param gaps whether images or slices of a used series had to be left out
 */
export function examVerdict(
  series: readonly SeriesRecord[],
  gaps: boolean,
): Pick<ExamRecord, 'verdict' | 'reasons'> {
  const stopping: string[] = [];
  const doubts: string[] = [];
  for (const [kind, name] of essential) {
    const found = series.find((entry) => entry.kind === kind);
    if (found === undefined) stopping.push(`no ${name} that forms a regular volume`);
    else {
      if (found.shape[1] < fewestSlices)
        stopping.push(`${name}: expected at least ${fewestSlices} slices, found ${found.shape[1]}`);
      doubts.push(...doubtsOf(found, name));
    }
  }
  if (gaps) doubts.push('slices or images are missing or had to be left out');
  const reasons = [...stopping, ...doubts];
  if (stopping.length > 0) return { verdict: 'exclude', reasons };
  return { verdict: doubts.length > 0 ? 'review' : 'include', reasons };
}

function doubtsOf({ confidence, reason, spacingMm }: SeriesRecord, name: string): readonly string[] {
  const doubts: string[] = [];
  if (confidence < sureEnough) doubts.push(`${name}: uncertain (${confidence}): ${reason}`);
  if (spacingMm === null) doubts.push(`${name}: no geometry`);
  return doubts;
}
