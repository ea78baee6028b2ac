import type { Beat, ChamberRates } from './ventricle-records.ts';
import { fitVolumeCurve, leastPhases, type VolumeCurve } from './volume-curve.ts';

/** Known RR and the time that the phases cover may differ by so much and still be one beat. */
const samePeriod = 0.1;
/** A cine that stops before this share of the beat (triggered, not gated) leaves the curve to chance. */
const leastCovered = 0.8;
/** A header's heart rate is rounded, and that of the minute: phases that cover a little more make the period. */
const rounded = 1.02;
/** Steps of the search over the beat, before it is refined. */
const searchSteps = 96;
const recovered = 0.8;
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** Rates, or why there are none. */
export type RatesFound =
  | { readonly rates: ChamberRates; readonly why: null }
  | { readonly rates: null; readonly why: string };

/**
 * Peak ejection and filling rates, their times and the diastolic volume recovery of
 * one ventricle, from a Fourier series of four harmonics through its volumes.
 *
 * End-diastole and end-systole are the curve's own largest and smallest volume;
 * the E wave is the greatest filling in the first half of diastole, the A wave that
 * in the second. Ejection is timed from the R wave, filling from end-systole. The period is RR where it is known, else the time that evenly spaced
 * phases cover. Without trigger times, with fewer than 12 good phases, with
 * phases that do not rise in time or cover less than 80 % of the beat, or more
 * than one beat, there are no rates.
 *
 * @param volumesMl [t]; 0 is a failed contour
 *
 * Source: kawaji2009, mendoza2010 (DVR80; docs/references.bib).
 */
export function chamberRates(volumesMl: readonly number[], beat: Beat): RatesFound {
  const timing = timingOf(beat, volumesMl.length);
  if ('why' in timing) return { rates: null, why: timing.why };
  const curve = fitVolumeCurve(volumesMl, timing.timesMs, timing.periodMs);
  if (curve === null) {
    const drawn = volumesMl.filter((volume) => volume > 0).length;
    return {
      rates: null,
      why: `expected at least ${leastPhases} phases along a smooth curve, found ${drawn} with contours that make none`,
    };
  }
  return ratesOf(curve, timing);
}

interface Timing {
  readonly timesMs: readonly number[];
  readonly periodMs: number;
  readonly periodSource: ChamberRates['periodSource'];
  /** Whether the images reach to the end of the beat. */
  readonly whole: boolean;
}

function timingOf({ triggerTimesMs: times, rrMs, rrSource }: Beat, phases: number): Timing | { why: string } {
  if (times === null) return { why: 'expected trigger times, found none' };
  if (phases < leastPhases || times.length !== phases)
    return {
      why: `expected at least ${leastPhases} phases with their times, found ${phases} with ${times.length}`,
    };
  const steps = times.slice(1).map((time, at) => time - times[at]!);
  if (!steps.every((step) => Number.isFinite(step) && step > 0))
    return { why: 'expected trigger times that rise from phase to phase' };
  const coveredMs = steps.reduce((sum, step) => sum + step, 0) * (phases / (phases - 1));
  if (rrMs !== null && rrSource !== null) return timingOfBeat(times, coveredMs, rrMs, rrSource);
  return Math.max(...steps) > 1.5 * Math.min(...steps)
    ? { why: 'expected RR or evenly spaced phases, found neither' }
    : { timesMs: times, periodMs: coveredMs, periodSource: 'trigger times', whole: true };
}

function timingOfBeat(
  timesMs: readonly number[],
  coveredMs: number,
  rrMs: number,
  rrSource: 'given' | 'header',
): Timing | { why: string } {
  const share = coveredMs / rrMs;
  if (!(share >= leastCovered && share <= 1 + samePeriod))
    return {
      why: `expected phases over one whole beat, found phases over ${coveredMs.toFixed(0)} ms of a beat of ${rrMs.toFixed(0)} ms`,
    };
  const whole = share >= 1 - samePeriod;
  return share > rounded
    ? { timesMs, periodMs: coveredMs, periodSource: 'trigger times', whole }
    : { timesMs, periodMs: rrMs, periodSource: rrSource, whole };
}

function ratesOf(curve: VolumeCurve, { periodMs, periodSource, whole }: Timing): RatesFound {
  const edMs = peak(curve.valueAt, 0, periodMs);
  const esMs = peak((ms) => -curve.valueAt(ms), edMs, edMs + periodMs);
  const nextEdMs = edMs + periodMs;
  const [edvMl, esvMl] = [curve.valueAt(edMs), curve.valueAt(esMs)];
  if (!(edvMl > esvMl && esvMl > 0))
    return { rates: null, why: 'expected a curve with an end-systole, found none' };
  const middleMs = (esMs + nextEdMs) / 2;
  const ejectionMs = peak((ms) => -curve.slopeAt(ms), edMs, esMs);
  const fillingMs = peak(curve.slopeAt, esMs, middleMs);
  const ejection = -curve.slopeAt(ejectionMs);
  const filling = curve.slopeAt(fillingMs);
  const recoveredMs = crossing(curve.valueAt, esvMl + recovered * (edvMl - esvMl), esMs, nextEdMs);
  const rates: ChamberRates = {
    periodMs,
    periodSource,
    phases: curve.used.length,
    phasesLeftOut: curve.leftOut,
    residualMl: curve.residualMl,
    peakEjectionRateMlPerS: ejection,
    timeToPeakEjectionMs: ((ejectionMs % periodMs) + periodMs) % periodMs,
    peakFillingRateMlPerS: filling,
    timeToPeakFillingMs: fillingMs - esMs,
    lateFillingRateMlPerS: whole ? curve.slopeAt(peak(curve.slopeAt, middleMs, nextEdMs)) : null,
    peakEjectionRateSeMlPerS: curve.slopeSeAt(ejectionMs),
    peakFillingRateSeMlPerS: curve.slopeSeAt(fillingMs),
    peakEjectionRatePerS: ejection / edvMl,
    peakFillingRatePerS: filling / edvMl,
    diastolicVolumeRecoveryPercent: (100 * (recoveredMs - esMs)) / (nextEdMs - esMs),
  };
  return { rates, why: null };
}

/** Where a function is greatest between two times: on a grid, then by golden section. */
function peak(f: (ms: number) => number, from: number, to: number): number {
  const step = (to - from) / searchSteps;
  let best = 0;
  for (let at = 1; at <= searchSteps; at++) if (f(from + at * step) > f(from + best * step)) best = at;
  let [low, high] = [Math.max(from, from + (best - 1) * step), Math.min(to, from + (best + 1) * step)];
  while (high - low > 1e-7) {
    const [left, right] = [high - goldenRatio * (high - low), low + goldenRatio * (high - low)];
    if (f(left) > f(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

/** The first time at which a function has risen to a value. */
function crossing(f: (ms: number) => number, value: number, from: number, to: number): number {
  const step = (to - from) / searchSteps;
  let at = 1;
  while (at < searchSteps && f(from + at * step) < value) at++;
  let [low, high] = [from + (at - 1) * step, from + at * step];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (f(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
