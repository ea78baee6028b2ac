import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { pointSpread, spread } from './kspace.ts';
import { addGaussianNoise, addGhost, addRicianNoise } from './scanner.ts';

const side = 256;
const filled = (value: number) => new Float32Array(side * side).fill(value);
const mean = (image: Float32Array) => image.reduce((sum, value) => sum + value, 0) / image.length;
const variance = (image: Float32Array) => {
  const centre = mean(image);
  return image.reduce((sum, value) => sum + (value - centre) ** 2, 0) / image.length;
};

describe('noise', () => {
  it('of a magnitude is Rician: Rayleigh where there is no signal, nearly Gaussian where there is much', () => {
    const air = filled(0);
    addRicianNoise(air, side, 2, new Random('air'));
    expect(mean(air)).toBeCloseTo(2 * Math.sqrt(Math.PI / 2), 1);
    expect(variance(air)).toBeCloseTo((2 - Math.PI / 2) * 4, 1);
    const blood = filled(40);
    addRicianNoise(blood, side, 2, new Random('blood'));
    // DOMAIN C3: the mean is higher by σ²/2S.
    expect(Math.abs(mean(blood) - (40 + 4 / 80))).toBeLessThan(0.05);
    expect(variance(blood)).toBeCloseTo(4, 0);
    // E[M²] = S² + 2σ² holds at every signal.
    for (const signal of [0, 1, 3, 10]) {
      const image = filled(signal);
      addRicianNoise(image, side, 2, new Random(signal));
      expect(Math.abs(mean(image.map((value) => value * value)) / (signal * signal + 8) - 1)).toBeLessThan(
        0.02,
      );
    }
  });

  it('of a phase-sensitive image is Gaussian and keeps the sign', () => {
    const image = filled(-5);
    addGaussianNoise(image, side, 1, new Random(1));
    expect(mean(image)).toBeCloseTo(-5, 1);
    expect(variance(image)).toBeCloseTo(1, 1);
    const third = mean(image.map((value) => (value + 5) ** 3));
    expect(Math.abs(third)).toBeLessThan(0.1);
  });
});

describe('the read-out', () => {
  it('keeps what is even, passes what was read and stops what was not', () => {
    for (const share of [0.6, 0.8]) {
      const kernel = pointSpread(share);
      const response = (cyclesPerPixel: number) =>
        kernel.reduce((sum, k, n) => sum + (n ? 2 : 1) * k * Math.cos(2 * Math.PI * cyclesPerPixel * n), 0);
      expect(response(0)).toBeCloseTo(1, 6);
      expect(response(0.25 * share)).toBeGreaterThan(0.93);
      expect(response(0.5)).toBeLessThan(share < 0.7 ? 0.02 : 0.2);
    }
    for (const [n, value] of pointSpread(1).entries()) expect(value).toBeCloseTo(n === 0 ? 1 : 0, 6);
  });

  it('rings beside an edge (Gibbs), by a few per cent of its height', () => {
    const image = Float32Array.from({ length: 64 * 64 }, (_, at) => (at % 64 < 32 ? 1 : 0));
    spread(image, 64, 64, pointSpread(0.6), pointSpread(1));
    const line = Array.from(image.subarray(64 * 20, 64 * 21));
    expect(Math.max(...line)).toBeGreaterThan(1.01);
    expect(Math.max(...line)).toBeLessThan(1.12);
    expect(Math.min(...line)).toBeLessThan(-0.01);
    expect(line[5]).toBeCloseTo(1, 6);
  });

  it('is the same, brute force, as the sum over neighbours of a small image', () => {
    const [width, height] = [9, 17];
    const random = new Random('small');
    const image = Float32Array.from({ length: width * height }, () => random.normal());
    const [kx, ky] = [pointSpread(0.7), pointSpread(0.5)];
    const clamped = (value: number, most: number) => Math.min(most - 1, Math.max(0, value));
    const expected = Array.from(image, (_, at) => {
      let sum = 0;
      for (let dy = -6; dy <= 6; dy++)
        for (let dx = -6; dx <= 6; dx++) {
          const x = clamped((at % width) + dx, width);
          const y = clamped(Math.floor(at / width) + dy, height);
          sum += ky[Math.abs(dy)]! * kx[Math.abs(dx)]! * image[y * width + x]!;
        }
      return sum;
    });
    spread(image, width, height, kx, ky);
    for (const [at, value] of expected.entries()) expect(image[at]).toBeCloseTo(value, 5);
  });

  it('leaves a ghost a shift away', () => {
    const image = filled(0);
    image[100 * side + 50] = 1;
    addGhost(image, side, 30, 0.2);
    expect(image[100 * side + 50]).toBeCloseTo(0.8, 6);
    expect(image[70 * side + 50]).toBeCloseTo(0.2, 6);
  });
});
