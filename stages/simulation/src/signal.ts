export type FieldStrengthT = 1.5 | 3;

/** Timing of a balanced or spoiled gradient echo. */
export interface EchoTiming {
  readonly trMs: number;
  readonly teMs: number;
  readonly flipDegrees: number;
}

/**
 * Balanced steady-state free precession on resonance:
 * S = M0 sin α (1 - E1) / (1 - (E1 - E2) cos α - E1 E2) · e^(-TE/T2). DOMAIN C3.
 */
export function bssfpSignal(
  density: number,
  t1Ms: number,
  t2Ms: number,
  { trMs, teMs, flipDegrees }: EchoTiming,
): number {
  const alpha = (flipDegrees * Math.PI) / 180;
  const e1 = Math.exp(-trMs / t1Ms);
  const e2 = Math.exp(-trMs / t2Ms);
  return (
    ((density * Math.sin(alpha) * (1 - e1)) / (1 - (e1 - e2) * Math.cos(alpha) - e1 * e2)) *
    Math.exp(-teMs / t2Ms)
  );
}

/**
 * Balanced steady-state free precession where a spin is off resonance, as a share
 * of the signal on resonance: 0 to about 1. With θ the phase gained in TR beyond
 * that of the alternating pulses,
 * |M| ∝ √(1 + E2² + 2 E2 cos θ) / (1 - E1 cos α - E2² (E1 - cos α) + E2 (1 - E1)(1 + cos α) cos θ).
 * The dark band lies at θ = π, where off-resonance · TR = ±½ (DOMAIN C3).
 */
export function bandingShare(
  offResonanceHz: number,
  t1Ms: number,
  t2Ms: number,
  { trMs, flipDegrees }: EchoTiming,
): number {
  const cosine = Math.cos((flipDegrees * Math.PI) / 180);
  const e1 = Math.exp(-trMs / t1Ms);
  const e2 = Math.exp(-trMs / t2Ms);
  const at = (theta: number) => {
    const across = Math.sqrt(Math.max(0, 1 + e2 * e2 + 2 * e2 * Math.cos(theta)));
    const along = 1 - e1 * cosine - e2 * e2 * (e1 - cosine) + e2 * (1 - e1) * (1 + cosine) * Math.cos(theta);
    return across / along;
  };
  return at((2 * Math.PI * offResonanceHz * trMs) / 1000) / at(0);
}

/** Inversion recovery with its sign: Mz = M0 (1 - 2 e^(-TI/T1) + e^(-TR/T1)). DOMAIN C3. */
export function inversionRecoverySignal(
  density: number,
  t1Ms: number,
  { tiMs, trMs }: { tiMs: number; trMs: number },
): number {
  return density * (1 - 2 * Math.exp(-tiMs / t1Ms) + Math.exp(-trMs / t1Ms));
}

/** The inversion time that nulls a T1: 1 - 2 e^(-TI/T1) + e^(-TR/T1) = 0. */
export function nullingTimeMs(t1Ms: number, trMs: number): number {
  return t1Ms * (Math.LN2 - Math.log1p(Math.exp(-trMs / t1Ms)));
}

/** Short-TI inversion recovery turbo spin echo: inversion recovery times e^(-TE/T2), TE the effective one. DOMAIN C3. */
export function stirSignal(
  density: number,
  t1Ms: number,
  t2Ms: number,
  { tiMs, trMs, teMs }: { tiMs: number; trMs: number; teMs: number },
): number {
  return inversionRecoverySignal(density, t1Ms, { tiMs, trMs }) * Math.exp(-teMs / t2Ms);
}

/** Look-Locker recovery after an inversion: A - B e^(-t/T1*), with its sign. DOMAIN C3. */
export function molliSignal(
  density: number,
  t1Ms: number,
  t2Ms: number,
  timeMs: number,
  { trMs, teMs, flipDegrees }: EchoTiming,
): number {
  const alpha = (flipDegrees * Math.PI) / 180;
  const steady = bssfpSignal(density, t1Ms, t2Ms, { trMs, teMs, flipDegrees });
  const start = density * Math.sin(alpha / 2) * Math.exp(-teMs / t2Ms);
  // bSSFP approaches its steady state with 1/T1* = cos²(α/2)/T1 + sin²(α/2)/T2 (recalled).
  const apparent = 1 / (Math.cos(alpha / 2) ** 2 / t1Ms + Math.sin(alpha / 2) ** 2 / t2Ms);
  return steady - (start + steady) * Math.exp(-timeMs / apparent);
}
