import type { Random } from '@myocast/base';

/**
 * In place, what scanners do to an image of the same heart: coil shading, another
 * contrast curve, a coarser matrix, noise. All are drawn anew, most are mild.
 *
 * @param image [size, size]
 * @param inside 1 where the window shows the slice; what lies outside stays as it is
 */
export function disturb(image: Float32Array, inside: Uint8Array, size: number, random: Random): void {
  let top = 0;
  for (const value of image) top = Math.max(top, value);
  if (top <= 0) return;
  shade(image, inside, size, top, random);
  if (random.chance(0.2)) blur(image, size, random.uniform(0.1, 1));
  // In parts of what the image shows: late enhancement may use a tenth of the range that fat spans.
  const noise = random.chance(0.5) ? random.uniform(0, 0.2) * deviation(image) : 0;
  if (noise === 0) return;
  for (let place = 0; place < image.length; place++)
    if (inside[place]) image[place] = image[place]! + random.normal(0, noise);
}

/** Gain of the coils over the window and the contrast curve; values are relative to the highest from here on. */
function shade(image: Float32Array, inside: Uint8Array, size: number, top: number, random: Random): void {
  const gamma = Math.exp(random.normal(0, 0.15));
  const tiltX = random.normal(0, 0.15);
  const tiltY = random.normal(0, 0.15);
  const bow = random.normal(0, 0.2);
  for (let place = 0; place < image.length; place++) {
    if (!inside[place]) continue;
    const x = (place % size) / size - 0.5;
    const y = Math.floor(place / size) / size - 0.5;
    const gain = Math.exp(tiltX * x + tiltY * y + bow * (x * x + y * y));
    image[place] = (Math.max(0, image[place]!) / top) ** gamma * gain;
  }
}

function deviation(image: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of image) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / image.length;
  return Math.sqrt(Math.max(0, squares / image.length - mean * mean));
}

/** Each pixel with its four neighbours, which weigh `share` / 4 of it each. */
function blur(image: Float32Array, size: number, share: number): void {
  const before = image.slice();
  const own = 1 / (1 + share);
  for (let y = 1; y < size - 1; y++)
    for (let x = 1; x < size - 1; x++) {
      const at = y * size + x;
      const around = before[at - 1]! + before[at + 1]! + before[at - size]! + before[at + size]!;
      image[at] = own * (before[at]! + (share / 4) * around);
    }
}
