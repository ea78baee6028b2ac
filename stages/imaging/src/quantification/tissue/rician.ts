/** Above this signal over noise the magnitude's spread is the noise to half a percent. */
const mostSignal = 10;

/**
 * The noise behind a magnitude image, from what a uniform region shows. Where the
 * signal is nulled, the magnitude spreads by only 0.655 of the noise (the Rician
 * floor), and a threshold set by that spread would be too low for the bright tissue.
 *
 * With signal over noise θ: variance = ξ(θ) σ², mean² + variance = (2 + θ²) σ².
 *
 * @param mean,sd of the magnitude in the region; a ratio below that of pure noise (1.913) is taken as pure noise
 * @returns σ, the standard deviation of the noise in each of the two channels
 *
 * Source: koay2006 (docs/references.bib).
 */
export function ricianNoise(mean: number, sd: number): number {
  if (!(sd > 0)) return 0;
  let [low, high] = [0, mostSignal];
  if (mean / sd >= ratioAt(high)) return sd;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (ratioAt(middle) < mean / sd) low = middle;
    else high = middle;
  }
  return sd / Math.sqrt(varianceFactor(low));
}

/** Mean over standard deviation of the magnitude; grows with θ. */
const ratioAt = (theta: number) => Math.sqrt((2 + theta ** 2) / varianceFactor(theta) - 1);

/** ξ(θ) = 2 + θ² - π/8 e^(-θ²/2) ((2 + θ²) I0(θ²/4) + θ² I1(θ²/4))². */
function varianceFactor(theta: number): number {
  const square = theta ** 2;
  const [i0, i1] = scaledBessel(square / 4);
  return 2 + square - (Math.PI / 8) * ((2 + square) * i0 + square * i1) ** 2;
}

/** e^(-x) I0(x) and e^(-x) I1(x) for 0 <= x <= 25, by their power series. */
function scaledBessel(x: number): readonly [i0: number, i1: number] {
  let [term, i0, i1] = [1, 0, 0];
  for (let k = 0; k < 80; k++) {
    i0 += term;
    i1 += (term * (x / 2)) / (k + 1);
    term *= (x / 2 / (k + 1)) ** 2;
  }
  const scale = Math.exp(-x);
  return [i0 * scale, i1 * scale];
}
