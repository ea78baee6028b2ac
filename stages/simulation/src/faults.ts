import type { Random } from '@myocast/base';
import type { Sequence } from './plan.ts';

/** What an exam lacks or suffers from. Zero or empty is an exam without fault. */
export interface ExamFaults {
  readonly missing: readonly Sequence[];
  /** Share of the slices whose breath-hold is 8 mm or so off. */
  readonly breathHoldShare: number;
  /** Strength of the copies that breathing leaves along the phase-encoding direction. */
  readonly ghost: number;
  /** Missed triggers: phases slip by up to this share of the beat, and the beating heart leaves copies. */
  readonly misTrigger: number;
  /** Off-resonance at the middle of the heart in Hz; near half of 1/TR a dark band crosses it. */
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

/** DOMAIN B7: cine missing 1 %, LGE 3 %, T2-STIR 12 %, T1 and T2 maps 35 %, T2* 40 %; long axes (recalled). */
const missingRates: { readonly [Name in Sequence]: number } = {
  'cine-sax': 0.01,
  'cine-2ch': 0.02,
  'cine-3ch': 0.04,
  'cine-4ch': 0.02,
  'lge-sax': 0.03,
  'lge-magnitude': 0,
  't2-sax': 0.12,
  't1-map': 0.35,
  't2-map': 0.35,
  't2star-map': 0.4,
};

/**
 * The faults of one exam: breath-hold artefact 15 %, gating artefact 8 %, poor
 * nulling 7 % (DOMAIN B7); a band over the heart 6 % at 3 T, 1 % at 1.5 T (recalled).
 */
export function drawFaults(random: Random, fieldT: number): ExamFaults {
  const missing = (Object.keys(missingRates) as Sequence[]).filter((name) =>
    random.fork(name).chance(missingRates[name]),
  );
  const breathing = random.chance(0.15);
  const gating = random.chance(0.08);
  const poorNulling = random.chance(0.07);
  const band = random.chance(fieldT > 2 ? 0.06 : 0.01);
  return {
    missing,
    breathHoldShare: breathing ? 0.2 : 0,
    ghost: breathing ? random.uniform(0.03, 0.09) : 0,
    misTrigger: gating ? random.uniform(0.03, 0.08) : 0,
    bandingHz: band ? random.choice([-1, 1]) * random.uniform(120, 170) : random.normal(0, 18),
    tiErrorMs: poorNulling ? random.choice([-1, 1]) * random.uniform(30, 60) : random.normal(0, 6),
  };
}
