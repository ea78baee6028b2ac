import { density, enhancedT1, nativeT1, nativeT2, nativeT2Star } from './relaxation.ts';
import {
  bssfpSignal,
  type FieldStrengthT,
  inversionRecoverySignal,
  molliSignal,
  nullingTimeMs,
  stirSignal,
} from './signal.ts';
import { blood, byTissue, fatty, type Tissue } from './tissue.ts';

const isBlood: ReadonlySet<Tissue> = new Set(blood);
const isFat: ReadonlySet<Tissue> = new Set(fatty);

/** DOMAIN C1: TR 2.8 to 3.4 ms, TE 1.2 to 1.6 ms, flip angle 50 to 80° (1.5 T), 35 to 50° (3 T). */
export const cineTiming = {
  1.5: { trMs: 3.0, teMs: 1.4, flipDegrees: 65 },
  3: { trMs: 3.2, teMs: 1.5, flipDegrees: 45 },
} as const;

/** Share of fat in that pass band: protons of olefins and beside them are off by another amount. (recalled) */
const fatInPhase = 0.9;

/**
 * Cine signal by tissue code. Fat is negative: 3.5 ppm off resonance it falls into
 * the next pass band, whose phase is opposite, so that a pixel of fat and water is
 * dark (the black rim round organs). (recalled)
 *
 * @param inflow factor on blood: what flows in between excitations is fresher than the steady state (recalled)
 */
export function cineSignals(field: FieldStrengthT, inflow = 1): Float32Array {
  const [t1, t2] = [nativeT1[field], nativeT2[field]];
  return byTissue((name) => {
    const signal = bssfpSignal(density[name], t1[name], t2[name], cineTiming[field]);
    return signal * (isFat.has(name) ? -fatInPhase : isBlood.has(name) ? inflow : 1);
  });
}

/**
 * LGE signal by tissue code, phase-sensitive: remote myocardium about 0, MVO
 * below, infarct highest. `remoteT1Factor` is the patient's wash-out; `tiErrorMs`
 * a wrongly chosen inversion time.
 */
export function lgeSignals(
  field: FieldStrengthT,
  rrMs: number,
  remoteT1Factor: number,
  tiErrorMs: number,
): { signals: Float32Array; tiMs: number; trMs: number } {
  // Every second heart beat is read (DOMAIN C1).
  const trMs = 2 * rrMs;
  const t1 = enhancedT1[field];
  const tiMs = nullingTimeMs(t1.myocardium * remoteT1Factor, trMs) + tiErrorMs;
  const signals = byTissue((name) =>
    inversionRecoverySignal(density[name], t1[name] * (isFat.has(name) ? 1 : remoteT1Factor), {
      tiMs,
      trMs,
    }),
  );
  return { signals, tiMs, trMs };
}

/** DOMAIN C1: TE 60 to 90 ms, two heart beats, the inversion nulls fat. */
const stirTeMs = 70;

/**
 * T2-STIR signal by tissue code. The double inversion leaves blood dark; what
 * stays is the slow part of it.
 *
 * @param slowFlow share of the blood's signal that is left
 */
export function stirSignals(
  field: FieldStrengthT,
  rrMs: number,
  slowFlow: number,
): { signals: Float32Array; tiMs: number; trMs: number; teMs: number } {
  const trMs = 2 * rrMs;
  const timing = { tiMs: nullingTimeMs(nativeT1[field].fat, trMs), trMs, teMs: stirTeMs };
  return { signals: darkBloodSignals(field, timing, slowFlow), ...timing };
}

/** T2-weighted dark-blood signal by tissue code at any timing, as a magnitude; `stirSignals` is that of the protocol. */
export function darkBloodSignals(
  field: FieldStrengthT,
  timing: { readonly tiMs: number; readonly trMs: number; readonly teMs: number },
  slowFlow: number,
): Float32Array {
  const [t1, t2] = [nativeT1[field], nativeT2[field]];
  return byTissue((name) => {
    const signal = Math.abs(stirSignal(density[name], t1[name], t2[name], timing));
    return isBlood.has(name) ? slowFlow * signal : signal;
  });
}

/** What a perfect T1 or T2 map shows by tissue code, in ms; air has no value. */
export function mapValues(map: 'T1' | 'T1 enhanced' | 'T2', field: FieldStrengthT): Float32Array {
  const table = { T1: nativeT1, 'T1 enhanced': enhancedT1, T2: nativeT2 }[map][field];
  return byTissue((name) => (name === 'air' ? 0 : table[name]));
}

/** Preparation times of the T2 map and echo times of the T2* map, in ms (DOMAIN C1). */
export const t2PreparationsMs = [0, 25, 55] as const;
export const t2StarEchoesMs = [2, 4.3, 6.6, 8.9, 11.1, 13.4, 15.7, 18] as const;
/** Times after the inversions of MOLLI 5(3)3 at a first TI of 110 and 190 ms, in beats beyond the first. */
const molliBeats = [
  { tiMs: 110, beats: [0, 1, 2, 3, 4] },
  { tiMs: 190, beats: [0, 1, 2] },
] as const;
const molliTiming = { trMs: 2.6, teMs: 1.1, flipDegrees: 35 } as const;

/** Signals of the images behind a T2 map, by preparation: M0 e^(-t/T2). */
export function t2PreparedSignals(field: FieldStrengthT): Float32Array[] {
  return t2PreparationsMs.map((time) =>
    byTissue((name) => density[name] * Math.exp(-time / nativeT2[field][name])),
  );
}

/** Signals of the echoes behind a T2* map: M0 e^(-TE/T2*). */
export function t2StarSignals(field: FieldStrengthT): Float32Array[] {
  return t2StarEchoesMs.map((time) =>
    byTissue((name) => density[name] * Math.exp(-time / nativeT2Star[field][name])),
  );
}

/** Signals, with their sign, of the images behind a MOLLI T1 map, in order of `timesMs`. */
export function molliSignals(
  field: FieldStrengthT,
  rrMs: number,
): { timesMs: readonly number[]; signals: Float32Array[] } {
  const timesMs = molliBeats
    .flatMap(({ tiMs, beats }) => beats.map((beat) => tiMs + beat * rrMs))
    .sort((a, b) => a - b);
  const [t1, t2] = [nativeT1[field], nativeT2[field]];
  const signals = timesMs.map((time) =>
    byTissue((name) => molliSignal(density[name], t1[name], t2[name], time, molliTiming)),
  );
  return { timesMs, signals };
}
