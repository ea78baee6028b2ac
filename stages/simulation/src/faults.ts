import type { Random } from '@myocast/base';
import { clamp } from './injury.ts';
import { type Sequence, sequences } from './plan.ts';
import type { ExamConditions } from './record/exam-conditions.ts';

/** What an exam lacks or suffers from. Zero or empty is an exam without fault. */
export interface ExamFaults {
  readonly missing: readonly Sequence[];
  /** Share of the slices whose breath-hold is 8 mm or so off. */
  readonly breathHoldShare: number;
  /** Strength of the copies that breathing leaves along the phase-encoding direction. */
  readonly ghost: number;
  /** Missed triggers: phases slip by up to this share of the beat, and the beating heart leaves copies. */
  readonly misTrigger: number;
  /**
   * Off-resonance at the middle of the heart in Hz. A shim leaves a few tens; beyond
   * `shimmedHz` the field is steep as well, and a dark band crosses the heart beside its middle.
   */
  readonly bandingHz: number;
  /** Error of the inversion time that should null the remote muscle. */
  readonly tiErrorMs: number;
}

export const noFaults: ExamFaults = {
  missing: [],
  breathHoldShare: 0,
  ghost: 0,
  misTrigger: 0,
  bandingHz: 0,
  tiErrorMs: 0,
};

/** What a shim leaves of the off-resonance at the middle of the heart, at most. (recalled) */
export const shimmedHz = 45;

/** Whether a band lies over the heart in the cines of an exam: 5 % at 3 T, 1 % at 1.5 T. (recalled) */
export function bandOverHeart(random: Random, fieldT: number): boolean {
  return random.fork('band').chance(fieldT > 2 ? 0.05 : 0.01);
}

/** Long axes that are not there although the stack of the cine is. (recalled) */
const longAxisMissing = { 'cine-2ch': 0.02, 'cine-3ch': 0.04, 'cine-4ch': 0.02 } as const;

/** What the record says of the sequences: without a cine no plane of it, without enhancement neither way of showing it. */
function missingOf(random: Random, exam: ExamConditions): Sequence[] {
  const longAxes = Object.entries(longAxisMissing) as [keyof typeof longAxisMissing, number][];
  const there: { readonly [Name in Sequence]: boolean } = {
    'cine-sax': exam.cine,
    ...(Object.fromEntries(
      longAxes.map(([name, rate]) => [name, !random.fork(name).chance(rate) && exam.cine]),
    ) as { [Name in keyof typeof longAxisMissing]: boolean }),
    'lge-sax': exam.lge,
    'lge-magnitude': exam.lge,
    't2-sax': exam.t2Stir,
    't1-map': exam.t1Map,
    't2-map': exam.t2Map,
    't2star-map': exam.t2StarMap,
  };
  return sequences.filter((name) => !there[name]);
}

/**
 * The faults of one exam: which there are stands in the subject's record, how
 * strong they are is drawn here (recalled). A band over the heart, which no clinical
 * record would hold, stands in truth.csv.
 */
export function examFaults(random: Random, exam: ExamConditions, fieldT: number): ExamFaults {
  const missing = missingOf(random, exam);
  const ghost = random.uniform(0.03, 0.09);
  const misTrigger = random.uniform(0.03, 0.08);
  const band = bandOverHeart(random, fieldT);
  const shimmed = clamp(random.normal(0, 6 * fieldT), -shimmedHz, shimmedHz);
  return {
    missing,
    breathHoldShare: exam.breathHoldArtefact ? 0.2 : 0,
    ghost: exam.breathHoldArtefact ? ghost : 0,
    misTrigger: exam.gatingArtefact ? misTrigger : 0,
    bandingHz: band ? random.choice([-1, 1]) * random.uniform(60, 115) : shimmed,
    tiErrorMs: exam.poorNulling ? random.choice([-1, 1]) * random.uniform(30, 60) : random.normal(0, 6),
  };
}
