import type { Random } from '@myocast/base';
import { type PhantomSample, paintPhantom, phantomSample } from './phantom-sample.ts';
import { addRicianNoise, applyGain, blur, coilGain, createCoils } from './scanner.ts';
import { type FieldStrengthT, lgeSignals, mapValues, stirSignals } from './signal.ts';
import { tissueLabels } from './tissue.ts';

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

const size = 128;
const spacingMm = 1.5;
const labels = tissueLabels['lge-sax'];
/** Late enhancement, oedema images and maps are read in diastole. */
const diastole = (random: Random) => () => random.uniform(0, 0.3);
const fieldOf = (random: Random) => random.choice<FieldStrengthT>([1.5, 3]);

/** Every tissue by a factor of its own. */
function scattered(random: Random, signals: Float32Array, spread: number): Float32Array {
  return signals.map((value) => value * Math.exp(random.normal(0, spread)));
}

function stirSample(random: Random): PhantomSample {
  const { image, label, signals } = paintPhantom(random, {
    infarctChance: 0.7,
    fraction: diastole(random),
    labels,
    signals: () => {
      const timing = {
        tiMs: random.uniform(140, 190),
        trMs: random.uniform(1200, 2200),
        teMs: random.uniform(55, 95),
        bloodShare: random.uniform(0.02, 0.3),
      };
      return scattered(random, stirSignals(fieldOf(random), timing), 0.2);
    },
  });
  applyGain(image, coilGain(size, createCoils(random)));
  receive(random, image, top(signals) * random.uniform(0.03, 0.1));
  return { image, label, size, spacingMm };
}

function lgeSample(random: Random, contrast: 'lge-magnitude' | 'lge-phase-sensitive'): PhantomSample {
  const { image, label, signals } = paintPhantom(random, {
    infarctChance: 0.8,
    fraction: diastole(random),
    labels,
    signals: () => {
      const physics = lgeSignals(
        fieldOf(random),
        random.uniform(600, 1100),
        random.uniform(0.85, 1.2),
        random.normal(0, 25),
      );
      return scattered(random, physics.signals, 0.12);
    },
  });
  applyGain(image, coilGain(size, createCoils(random)));
  const highest = top(signals);
  const sigma = highest * random.uniform(0.02, 0.08);
  if (contrast === 'lge-magnitude') {
    for (let at = 0; at < image.length; at++) image[at] = Math.abs(image[at]!);
    receive(random, image, sigma);
  } else {
    // The phase of air is random: its signal has any sign.
    const zero = highest * random.uniform(0.5, 1.6);
    for (let at = 0; at < image.length; at++) image[at] = image[at]! + sigma * random.normal() + zero;
    receive(random, image, 0);
  }
  return { image, label, size, spacingMm };
}

function mapSample(random: Random, contrast: 't1-map' | 't2-map'): PhantomSample {
  const field = fieldOf(random);
  const map = contrast === 't2-map' ? 'T2' : random.choice(['T1', 'T1 enhanced'] as const);
  const { image, label, signals } = paintPhantom(random, {
    infarctChance: 0.7,
    fraction: diastole(random),
    labels,
    signals: () => scattered(random, mapValues(map, field), 0.08),
  });
  const masked = random.chance(0.5);
  const highest = top(signals) * random.uniform(1, 2);
  const spread = random.uniform(0.02, 0.08);
  for (let at = 0; at < image.length; at++) {
    const value = image[at]!;
    if (value > 0) image[at] = value * (1 + spread * random.normal());
    else if (!masked) image[at] = highest * random.uniform();
  }
  blur(image, size, random.uniform(0, 0.15));
  return { image, label, size, spacingMm };
}

const top = (signals: Float32Array) => signals.reduce((most, value) => Math.max(most, value), 0);

/** Blur, Rician noise and an arbitrary scale. */
function receive(random: Random, image: Float32Array, sigma: number): void {
  blur(image, size, random.uniform(0, 0.2));
  if (sigma > 0) addRicianNoise(image, sigma, random);
  const gain = random.uniform(100, 2000);
  for (let at = 0; at < image.length; at++) image[at] = gain * Math.max(0, image[at]!);
}
