import type { SeriesRecord } from '../../records.ts';
import type { Beat } from './ventricle-records.ts';

export const beatUnknown: Beat = { triggerTimesMs: null, rrMs: null, rrSource: null };

/** Heart rates of an adult at rest, per minute; a header beyond them is not believed. */
const plausiblePerMin = [25, 220] as const;

/** The beat with a heart rate that was given, which stands above what headers say. */
export function withHeartRate(beat: Beat, perMin: number | null): Beat {
  return perMin === null ? beat : { ...beat, rrMs: 60_000 / perMin, rrSource: 'given' };
}

/** The beat of the short-axis cine as the record of an ingested exam tells; unknown where it does not. */
export function beatOfSeries(series: readonly SeriesRecord[] | null): Beat {
  const cine = series?.find(({ kind }) => kind === 'cine-sax');
  if (cine === undefined) return beatUnknown;
  const rrMs = cine.rrIntervalMs ?? null;
  const believed =
    rrMs !== null && rrMs >= 60_000 / plausiblePerMin[1] && rrMs <= 60_000 / plausiblePerMin[0];
  return {
    triggerTimesMs: cine.triggerTimesMs ?? null,
    rrMs: believed ? rrMs : null,
    rrSource: believed ? 'header' : null,
  };
}
