/**
 * How a length of the wall changes through the beat: Lagrangian strain
 * L(t) / L(ED) - 1 in percent. Negative is shorter or thinner.
 */
export interface StrainCurve {
  /** [t] null in phases that could not be followed. */
  readonly percent: readonly (number | null)[];
  /** The most negative value of circumferential and longitudinal strain, the most positive of radial strain, at any time of the beat. */
  readonly peakPercent: number;
  readonly peakPhase: number;
  /** From end-diastole; null where the phases carry no times. */
  readonly timeToPeakMs: number | null;
  /** At end-systole; null where that phase could not be followed. */
  readonly endSystolicPercent: number | null;
  /** Fastest change 1/s towards the peak in systole, and away from it in the first half of diastole; null without times or with fewer than 10 phases. Coarse phases make both smaller. */
  readonly systolicRatePerS: number | null;
  readonly earlyDiastolicRatePerS: number | null;
}

/** When the phases are. */
export interface BeatTiming {
  readonly edPhase: number;
  readonly esPhase: number;
  /** [t] after the R wave; null where the source does not say. */
  readonly timesMs: readonly number[] | null;
}

/** Lengths of one part of the wall in all phases, and in which of them it could be followed. */
export interface TrackedLength {
  readonly lengths: readonly number[];
  readonly followed: readonly boolean[];
}

const fewestPhasesForRates = 10;

/**
 * The strain of several parts together: the sum of their lengths against the sum at
 * end-diastole, in each phase over the parts that could be followed in it. Null
 * where that is less than half of the whole length.
 */
export function strainPercent(parts: readonly TrackedLength[], edPhase: number): (number | null)[] {
  const whole = parts.reduce((sum, { lengths }) => sum + lengths[edPhase]!, 0);
  return (parts[0]?.lengths ?? []).map((_, phase) => {
    const there = parts.filter(({ followed }) => followed[phase]);
    const rest = there.reduce((sum, { lengths }) => sum + lengths[edPhase]!, 0);
    const now = there.reduce((sum, { lengths }) => sum + lengths[phase]!, 0);
    return rest > 0 && rest >= whole / 2 ? 100 * (now / rest - 1) : null;
  });
}

/**
 * A curve with its peak and rates; null where no phase but that of reference could be followed.
 *
 * @param direction what the wall does in systole: -1 it gets shorter, 1 thicker
 */
export function strainCurve(
  percent: readonly (number | null)[],
  direction: -1 | 1,
  timing: BeatTiming,
): StrainCurve | null {
  const { edPhase, esPhase } = timing;
  if (!percent.some((value, phase) => value !== null && phase !== edPhase)) return null;
  const peakPhase = percent.reduce<number>((best, value, phase) => {
    const known = percent[best];
    return value !== null && (known === null || known === undefined || direction * (value - known) > 0)
      ? phase
      : best;
  }, edPhase);
  const since = sinceEndDiastole(timing, percent.length);
  return {
    percent: percent.map((value) => value && Math.round(1000 * value) / 1000),
    peakPercent: percent[peakPhase] ?? 0,
    peakPhase,
    timeToPeakMs: since && since.msAt(peakPhase),
    endSystolicPercent: percent[esPhase] ?? null,
    ...ratesOf(percent, direction, timing, since),
  };
}

/** Times from end-diastole, the beat going round. */
interface Since {
  readonly msAt: (phase: number) => number;
  readonly beatMs: number;
}

function sinceEndDiastole({ edPhase, timesMs }: BeatTiming, phases: number): Since | null {
  if (timesMs === null || timesMs.length !== phases || phases < 2) return null;
  const [first, last] = [timesMs[0]!, timesMs[phases - 1]!];
  if (!(last > first)) return null;
  const beatMs = ((last - first) * phases) / (phases - 1);
  return { beatMs, msAt: (phase) => (timesMs[phase]! - timesMs[edPhase]! + beatMs) % beatMs };
}

function ratesOf(
  percent: readonly (number | null)[],
  direction: -1 | 1,
  { edPhase, esPhase }: BeatTiming,
  since: Since | null,
): Pick<StrainCurve, 'systolicRatePerS' | 'earlyDiastolicRatePerS'> {
  const phases = percent.length;
  if (since === null || phases < fewestPhasesForRates)
    return { systolicRatePerS: null, earlyDiastolicRatePerS: null };
  const values = smoothRound(percent);
  const stepS = since.beatMs / phases / 1000;
  const rateAt = (phase: number) => {
    const [before, behind] = [values[(phase + phases - 1) % phases], values[(phase + 1) % phases]];
    return before === null || behind === null ? null : (behind! - before!) / 100 / (2 * stepS);
  };
  const systole = (esPhase - edPhase + phases) % phases;
  const fastest = (from: number, to: number, sign: number) => {
    let most: number | null = null;
    for (let away = from; away <= to; away++) {
      const rate = rateAt((edPhase + away) % phases);
      if (rate !== null && (most === null || sign * (rate - most) > 0)) most = rate;
    }
    return most;
  };
  return {
    systolicRatePerS: fastest(0, systole, direction),
    earlyDiastolicRatePerS: fastest(systole, Math.round((systole + phases) / 2), -direction),
  };
}

/** A quarter of each neighbour round the beat: a difference of neighbours doubles their noise. */
function smoothRound(percent: readonly (number | null)[]): (number | null)[] {
  const phases = percent.length;
  return percent.map((value, phase) => {
    const before = percent[(phase + phases - 1) % phases] ?? value;
    const behind = percent[(phase + 1) % phases] ?? value;
    return value === null ? null : before! / 4 + value / 2 + behind! / 4;
  });
}
