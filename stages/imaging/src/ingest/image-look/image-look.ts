import type { PixelEvidence, Technique, Volume } from '@myocast/dicom';
import { type SmallStack, smallStack } from '../quality/small-stack.ts';
import { imageFeatures } from './image-features.ts';
import { imageLookWeights } from './image-look-weights.ts';

/** The contrasts that are told apart by their pixels. */
export const imageClasses = [
  'cine',
  'lge-magnitude',
  'lge-phase-sensitive',
  't2-stir',
  't1-map',
  't2-map',
] as const;

export type ImageClass = (typeof imageClasses)[number];

/** A multinomial logistic model on standardised features. */
export interface ImageLookWeights {
  /** [features] */
  readonly mean: readonly number[];
  readonly spread: readonly number[];
  /** [classes][features + 1], the intercept last. */
  readonly weights: readonly (readonly number[])[];
}

/** Probability of each contrast, [classes]. */
export function classProbabilities(
  features: Float64Array,
  { mean, spread, weights }: ImageLookWeights,
): readonly number[] {
  const scores = weights.map((row) =>
    features.reduce(
      (sum, value, index) => sum + (row[index]! * (value - mean[index]!)) / spread[index]!,
      row.at(-1)!,
    ),
  );
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** The resolution at which the look was learned, in mm. */
const pixelMm = 2;

/** A volume as its look is judged. */
export function lookStack(volume: Volume): SmallStack {
  return smallStack(volume, [], pixelMm);
}

/** What the slices of a volume look like: the mean of their probabilities; null where no slice can be judged. */
export function lookAt(volume: Volume): readonly number[] | null {
  const stack = lookStack(volume);
  const found = middleSlices(stack).flatMap((slice) => {
    const features = imageFeatures(stack, slice);
    return features ? [classProbabilities(features, imageLookWeights)] : [];
  });
  if (found.length === 0) return null;
  return imageClasses.map(
    (_, index) => found.reduce((sum, probabilities) => sum + probabilities[index]!, 0) / found.length,
  );
}

/** Up to three slices about the middle of a stack. */
function middleSlices({ slices }: SmallStack): readonly number[] {
  const picked = [0.3, 0.5, 0.7].map((share) => slices[Math.floor(share * slices.length)]!);
  return [...new Set(picked)];
}

/** What the pixels alone may say is limited: they come from other scanners than the model has seen. */
const mostOdds = 3;

/** The look of a volume as evidence of its technique, in log odds against all others. */
export function pixelEvidence(volume: Volume): PixelEvidence {
  const probabilities = lookAt(volume);
  if (probabilities === null) return null;
  const of = (...classes: readonly ImageClass[]) =>
    classes.reduce((sum, name) => sum + probabilities[imageClasses.indexOf(name)]!, 0);
  const odds = (probability: number) => {
    const kept = Math.min(0.999, Math.max(0.001, probability));
    return Math.max(-mostOdds, Math.min(mostOdds, Math.log(kept / (1 - kept))));
  };
  const single: Partial<Record<Technique, number>> = {
    cine: odds(of('cine')),
    lge: odds(of('lge-magnitude', 'lge-phase-sensitive')),
    't2-stir': odds(of('t2-stir')),
    't1-map': odds(of('t1-map')),
    't2-map': odds(of('t2-map')),
  };
  return { why: 'looks so', odds: single };
}
