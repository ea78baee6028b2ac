import type { ExamRecord, SeriesRecord } from '../records.ts';

const fewestSlices = 6;
/** Below this the kind of a series is a guess. */
const sureEnough = 0.6;

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
  for (const [kind, name] of [
    ['cine-sax', 'short-axis cine'],
    ['lge-sax', 'short-axis late enhancement'],
  ] as const) {
    const found = series.find((entry) => entry.kind === kind);
    if (found === undefined) stopping.push(`no ${name} that forms a regular volume`);
    else if (found.shape[1] < fewestSlices)
      stopping.push(`${name}: expected at least ${fewestSlices} slices, found ${found.shape[1]}`);
    if (found !== undefined && found.confidence < sureEnough)
      doubts.push(`${name}: uncertain (${found.confidence}): ${found.reason}`);
    if (found !== undefined && found.spacingMm === null) doubts.push(`${name}: no geometry`);
  }
  if (gaps) doubts.push('slices or images had to be left out');
  const reasons = [...stopping, ...doubts];
  if (stopping.length > 0) return { verdict: 'exclude', reasons };
  return { verdict: doubts.length > 0 ? 'review' : 'include', reasons };
}
