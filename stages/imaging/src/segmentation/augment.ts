import type { Random } from '@myocast/base';
import { normalise, sampleImage, sampleLabels, type Slice, type View } from './view.ts';

/** One labelled slice to learn from. */
export interface Example {
  readonly image: Slice<Float32Array>;
  readonly label: Slice<Uint8Array>;
  /** [row, column] */
  readonly pixelMm: readonly [number, number];
  /** Middle of the heart in pixels, of the stack where this slice shows none. */
  readonly heart: readonly [row: number, column: number];
}

/** A view as the network gets it, with its labels. */
export interface Sample {
  readonly image: Float32Array;
  readonly label: Uint8Array;
}

/**
 * A random view of an example: turned, scaled, shifted, then its grey values bent,
 * shaded and made noisy. One view in six is far wider than the others, as in the
 * first look that finds the heart.
 */
export function augment(
  random: Random,
  example: Example,
  { size, pixelMm }: { size: number; pixelMm: number },
): Sample {
  const wide = random.chance(1 / 6);
  const zoom = wide ? random.uniform(0.55, 0.9) : Math.exp(random.normal(0, 0.13));
  const stepMm = pixelMm / zoom;
  const shiftMm = wide ? 22 : 9;
  const turn = random.chance(0.1) ? random.uniform(-Math.PI, Math.PI) : random.normal(0, 0.3);
  const stepPixels = [stepMm / example.pixelMm[0], stepMm / example.pixelMm[1]] as const;
  const view: View = {
    size,
    stepPixels,
    turn,
    centre: [
      example.heart[0] + random.normal(0, shiftMm) / example.pixelMm[0],
      example.heart[1] + random.normal(0, shiftMm) / example.pixelMm[1],
    ],
  };
  const image = sampleImage(example.image, view);
  normalise(image);
  bendGreyValues(random, image, size);
  return { image, label: sampleLabels(example.label, view) };
}

function bendGreyValues(random: Random, image: Float32Array, size: number): void {
  const gamma = Math.exp(random.normal(0, 0.25));
  const [gain, offset] = [Math.exp(random.normal(0, 0.12)), random.normal(0, 0.06)];
  const noise = random.chance(0.5) ? random.uniform(0, 0.07) : 0;
  const shade = Array.from({ length: 5 }, () => random.normal(0, 0.15));
  for (let pixel = 0; pixel < image.length; pixel++) {
    const x = ((pixel % size) / size) * 2 - 1;
    const y = (Math.floor(pixel / size) / size) * 2 - 1;
    const field = shade[0]! * x + shade[1]! * y + shade[2]! * x * y + shade[3]! * x * x + shade[4]! * y * y;
    const value = image[pixel]!;
    const bent = value > 0 ? value ** gamma : value;
    image[pixel] = bent * gain * (1 + field) + offset + (noise > 0 ? noise * random.normal() : 0);
  }
}
