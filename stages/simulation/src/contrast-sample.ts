import type { Random } from '@myocast/base';
import { darkBloodSignals, lgeSignals, mapValues } from './contrast.ts';
import { pointSpread, spread } from './kspace.ts';
import { type PaintedPhantom, type PhantomSample, paintPhantom, phantomSample } from './phantom-sample.ts';
import { addRicianNoise, applyGain, applyGrain, coilGain, createCoils } from './scanner.ts';
import type { FieldStrengthT } from './signal.ts';

/** What kinds of image a slice of a phantom can be scanned as. */
export const contrasts = [
  'cine',
  'lge-magnitude',
  'lge-phase-sensitive',
  't2-stir',
  't1-map',
  't2-map',
] as const;

export type Contrast = (typeof contrasts)[number];

/**
 * One slice of a domain-randomised phantom in any of the contrasts of an exam, for telling
 * them apart by their pixels. Maps are in ms, with the noise of a fit where there is no signal.
 */
export function contrastSample(random: Random, contrast: Contrast): PhantomSample {
  if (contrast === 'cine') return phantomSample(random, 'cine-sax');
  if (contrast === 't1-map' || contrast === 't2-map') return mapSample(random, contrast);
  return contrast === 't2-stir' ? stirSample(random) : lgeSample(random, contrast);
}

const fieldOf = (random: Random) => random.choice<FieldStrengthT>([1.5, 3]);

/** Every tissue by a factor of its own. */
function scattered(random: Random, signals: Float32Array, deviation: number): Float32Array {
  return signals.map((value) => value * Math.exp(random.normal(0, deviation)));
}

function stirSample(random: Random): PhantomSample {
  const painted = paintPhantom(random, 't2-sax', () => {
    const timing = {
      tiMs: random.uniform(140, 190),
      trMs: random.uniform(1200, 2200),
      teMs: random.uniform(55, 95),
    };
    return scattered(random, darkBloodSignals(fieldOf(random), timing, random.uniform(0.02, 0.3)), 0.2);
  });
  enterCoils(random, painted);
  read(random, painted, top(painted.signals) * random.uniform(0.03, 0.1));
  return sampleOf(painted);
}

function lgeSample(random: Random, contrast: 'lge-magnitude' | 'lge-phase-sensitive'): PhantomSample {
  const painted = paintPhantom(random, 'lge-sax', () => {
    const physics = lgeSignals(
      fieldOf(random),
      random.uniform(600, 1100),
      random.uniform(0.85, 1.2),
      random.normal(0, 25),
    );
    return scattered(random, physics.signals, 0.12);
  });
  enterCoils(random, painted);
  const { image } = painted;
  const highest = top(painted.signals);
  const sigma = highest * random.uniform(0.02, 0.08);
  if (contrast === 'lge-magnitude') {
    for (let at = 0; at < image.length; at++) image[at] = Math.abs(image[at]!);
    read(random, painted, sigma);
  } else {
    // The phase of air is random: its signal has any sign.
    const zero = highest * random.uniform(0.5, 1.6);
    for (let at = 0; at < image.length; at++) image[at] = image[at]! + sigma * random.normal() + zero;
    read(random, painted, 0);
  }
  return sampleOf(painted);
}

function mapSample(random: Random, contrast: 't1-map' | 't2-map'): PhantomSample {
  const field = fieldOf(random);
  const map = contrast === 't2-map' ? 'T2' : random.choice(['T1', 'T1 enhanced'] as const);
  const painted = paintPhantom(random, 'lge-sax', () => scattered(random, mapValues(map, field), 0.08));
  const { image } = painted;
  const masked = random.chance(0.5);
  const highest = top(painted.signals) * random.uniform(1, 2);
  const deviation = random.uniform(0.02, 0.08);
  for (let at = 0; at < image.length; at++) {
    const value = image[at]!;
    if (value > 0) image[at] = value * (1 + deviation * random.normal());
    else if (!masked) image[at] = highest * random.uniform();
  }
  soften(random, painted);
  return sampleOf(painted);
}

const top = (signals: Float32Array) => signals.reduce((most, value) => Math.max(most, value), 0);

const sampleOf = ({ image, label, placement }: PaintedPhantom): PhantomSample => ({
  image,
  label,
  size: placement.size,
  spacingMm: placement.spacingMm,
});

function enterCoils(random: Random, { image, placement }: PaintedPhantom): void {
  applyGrain(image, placement.size, random.uniform(0, 0.12), random.integer(512), random.integer(512));
  applyGain(image, coilGain(placement.size, createCoils(random)));
}

/** The point spread of a matrix up to half as fine. */
function soften(random: Random, { image, placement: { size } }: PaintedPhantom): void {
  const share = () => pointSpread(random.uniform(0.5, 1));
  spread(image, size, size, share(), share());
}

/** Blur, Rician noise and an arbitrary scale. */
function read(random: Random, painted: PaintedPhantom, sigma: number): void {
  soften(random, painted);
  const { image, placement } = painted;
  if (sigma > 0) addRicianNoise(image, placement.size, sigma, random);
  const gain = random.uniform(100, 2000);
  for (let at = 0; at < image.length; at++) image[at] = gain * Math.max(0, image[at]!);
}
