/** Systole takes 40 % of the beat (DOMAIN C4: 35 to 40). */
const systoleShare = 0.4;

/** Share of the filling that the left ventricle has by the end of the E wave. */
const earlyShare = 0.78;
/** The E wave ends, and the A wave begins, at these shares of diastole. */
const earlyEnd = 0.45;
const atrialBegin = 0.8;

/**
 * Contraction of the ventricles through the beat, 0 at end-diastole, 1 at
 * end-systole: sin² systole, fast filling (E), a plateau, the atrial kick (A).
 *
 * @param beat 0 to 1, from the R wave
 */
export function contractionAt(beat: number): number {
  if (beat <= systoleShare) return Math.sin((Math.PI / 2) * (beat / systoleShare)) ** 2;
  const diastole = (beat - systoleShare) / (1 - systoleShare);
  if (diastole < earlyEnd) return 1 - earlyShare * Math.sin((Math.PI / 2) * (diastole / earlyEnd)) ** 2;
  if (diastole < atrialBegin) return 1 - earlyShare;
  return (1 - earlyShare) * (1 - (diastole - atrialBegin) / (1 - atrialBegin));
}

/**
 * Filling of the left atrium, 0 at its smallest (end-diastole) to 1 at its largest
 * (end-systole): a reservoir in systole, a conduit in the E wave, a pump in the A
 * wave. `boosterShare` of its emptying is the pump's (DOMAIN B3: booster 12.5 of a
 * reservoir of 28).
 */
export function atrialFillingAt(beat: number, boosterShare: number): number {
  if (beat <= systoleShare) return Math.sin((Math.PI / 2) * (beat / systoleShare)) ** 2;
  const diastole = (beat - systoleShare) / (1 - systoleShare);
  if (diastole < earlyEnd) {
    const emptied = Math.sin((Math.PI / 2) * (diastole / earlyEnd)) ** 2;
    return 1 - (1 - boosterShare) * emptied;
  }
  if (diastole < atrialBegin) return boosterShare;
  return boosterShare * Math.cos(((Math.PI / 2) * (diastole - atrialBegin)) / (1 - atrialBegin)) ** 2;
}
