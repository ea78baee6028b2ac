import { Random } from '@myocast/base';

/** Sensitivity of the receive coils: a few wide Gaussians (DOMAIN C3), separable in rows and columns. */
export interface CoilField {
  readonly coils: readonly {
    readonly column: number;
    readonly row: number;
    readonly width: number;
    readonly weight: number;
  }[];
  readonly floor: number;
}

/** Coils near the chest wall (up and left in the image); sensitivity varies by ±20 to 40 %. */
export function createCoils(random: Random): CoilField {
  return {
    coils: Array.from({ length: 2 }, (_, index) => ({
      column: random.normal(index === 0 ? 0.3 : 0.7, 0.15),
      row: random.normal(0.2, 0.15),
      width: random.uniform(0.35, 0.6),
      weight: random.uniform(0.25, 0.5),
    })),
    floor: 0.65,
  };
}

/** The sensitivity of the coils at every pixel, [size, size]. */
export function coilGain(size: number, { coils, floor }: CoilField): Float32Array {
  const gain = new Float32Array(size * size).fill(floor);
  for (const { column, row, width, weight } of coils) {
    const bell = (centre: number) =>
      Float32Array.from({ length: size }, (_, at) => Math.exp(-0.5 * ((at / size - centre) / width) ** 2));
    const across = bell(column);
    const down = bell(row);
    for (let pixel = 0; pixel < gain.length; pixel++)
      gain[pixel] = gain[pixel]! + weight * across[pixel % size]! * down[(pixel / size) | 0]!;
  }
  return gain;
}

/** Multiplies the image by the gain of the coils, in place. */
export function applyGain(image: Float32Array, gain: Float32Array): void {
  for (let pixel = 0; pixel < image.length; pixel++) image[pixel] = image[pixel]! * gain[pixel]!;
}

/**
 * Gaussian numbers drawn once: an image reads a stretch of them from a random
 * place, because drawing two a pixel would cost more than the rest of the image.
 */
const poolSize = 1 << 18;
let pool: Float32Array | null = null;

function noisePool(): Float32Array {
  if (pool) return pool;
  const random = new Random('scanner noise');
  pool = Float32Array.from({ length: poolSize }, () => random.normal());
  return pool;
}

/** The magnitude of signal plus complex Gaussian noise (Rician, DOMAIN C3), in place. */
export function addRicianNoise(image: Float32Array, sigma: number, random: Random): void {
  const noise = noisePool();
  let at = random.integer(poolSize);
  for (let pixel = 0; pixel < image.length; pixel++) {
    const real = image[pixel]! + sigma * noise[at & (poolSize - 1)]!;
    const imaginary = sigma * noise[(at + 1) & (poolSize - 1)]!;
    image[pixel] = Math.sqrt(real * real + imaginary * imaginary);
    at += 2;
  }
}

/** Gaussian noise: a phase-sensitive image keeps the sign (DOMAIN C3), in place. */
export function addGaussianNoise(image: Float32Array, sigma: number, random: Random): void {
  const noise = noisePool();
  const start = random.integer(poolSize);
  for (let pixel = 0; pixel < image.length; pixel++)
    image[pixel] = image[pixel]! + sigma * noise[(start + pixel) & (poolSize - 1)]!;
}

/**
 * The point spread of a matrix smaller than the image's (zero-filled k-space):
 * [w, 1 - 2w, w] along rows and columns, in place.
 */
export function blur(image: Float32Array, size: number, w: number): void {
  if (w <= 0) return;
  for (const [step, line] of [
    [1, size],
    [size, 1],
  ] as const) {
    for (let first = 0; first < size; first++) {
      let before = image[first * line]!;
      for (let index = 0; index < size; index++) {
        const at = first * line + index * step;
        const here = image[at]!;
        const after = index + 1 < size ? image[at + step]! : here;
        image[at] = w * (before + after) + (1 - 2 * w) * here;
        before = here;
      }
    }
  }
}

/**
 * A ghost of breathing or of a missed trigger: a faint copy moved along the
 * phase-encoding direction (the rows), in place.
 */
export function addGhost(image: Float32Array, size: number, rows: number, strength: number): void {
  const original = image.slice();
  const shift = Math.round(rows) * size;
  for (let pixel = 0; pixel < image.length; pixel++) {
    const from = (pixel + shift + image.length) % image.length;
    image[pixel] = (1 - strength) * original[pixel]! + strength * original[from]!;
  }
}
