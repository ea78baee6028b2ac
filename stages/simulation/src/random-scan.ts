import type { Random } from '@myocast/base';
import type { Placement } from './heart-image.ts';
import { pointSpread, spread } from './kspace.ts';
import {
  addGaussianNoise,
  addGhost,
  addRicianNoise,
  applyGain,
  applyUnevenness,
  coilGain,
  createCoils,
} from './scanner.ts';
import { type LabelledKind, tissueCode } from './tissue.ts';

/** Reads a painted image in a scanner of no make, in place: coils, blur, ghosts, bands, noise, contrast curve. */
export function randomScan(
  random: Random,
  image: Float32Array,
  { size }: Placement,
  kind: LabelledKind,
  signals: Float32Array,
): void {
  const uneven = {
    grain: random.uniform(0, 0.12),
    flow: random.chance(0.7) ? random.uniform(0, 0.25) : 0,
    bright: Math.max(0.1, Math.abs(signals[tissueCode.lvBlood]!)),
    course: random.uniform(0, 2 * Math.PI),
  };
  const place = () => ({ column: random.integer(512), row: random.integer(512) });
  applyUnevenness(image, size, uneven, place(), place());
  const blurred = () => pointSpread(random.chance(0.3) ? 1 : random.uniform(0.45, 0.95));
  spread(image, size, size, blurred(), blurred());
  applyGain(image, coilGain(size, createCoils(random)));
  if (random.chance(0.1)) applyBand(random, image, size);
  if (random.chance(0.15)) addGhost(image, size, random.normal(0, 12), random.uniform(0.03, 0.15));
  const sigma =
    (0.015 + 0.085 * random.uniform() ** 2) * Math.max(0.4, Math.abs(signals[tissueCode.lvBlood]!));
  if (kind !== 'lge-sax' || random.chance(0.25)) addRicianNoise(image, size, sigma, random);
  else {
    addGaussianNoise(image, size, sigma, random);
    const offset = random.uniform(-0.02, 0.35);
    for (let pixel = 0; pixel < image.length; pixel++) image[pixel] = Math.max(0, image[pixel]! + offset);
  }
  const gamma = Math.exp(random.normal(0, 0.15));
  const gain = random.uniform(100, 2000);
  for (let pixel = 0; pixel < image.length; pixel++)
    image[pixel] = gain * Math.max(0, image[pixel]!) ** gamma;
}

/** A dark band across the image, anywhere. */
function applyBand(random: Random, image: Float32Array, size: number): void {
  const angle = random.uniform(0, Math.PI);
  const middle = random.uniform(-0.4, 0.4) * size;
  const width = random.uniform(2, 6);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let pixel = 0; pixel < image.length; pixel++) {
    const x = (pixel % size) - size / 2;
    const y = Math.floor(pixel / size) - size / 2;
    const away = (cos * x + sin * y - middle) / width;
    image[pixel] = image[pixel]! * (1 - 0.85 * Math.exp(-0.5 * away * away));
  }
}
