// Trains the model that tells contrasts apart by their pixels, on phantoms alone, and writes its weights:
//   npx tsx --conditions=source scripts/train-image-look.ts [samples of each contrast = 500]
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Random } from '@myocast/base';
import { type Contrast, contrastSample } from '@myocast/simulation';
import { featureNames, imageFeatures } from '../stages/imaging/src/ingest/image-look/image-features.ts';
import {
  classProbabilities,
  imageClasses,
  type ImageLookWeights,
  lookStack,
} from '../stages/imaging/src/ingest/image-look/image-look.ts';

interface Sample {
  readonly features: Float64Array;
  readonly label: number;
}

const perClass = Number(process.argv[2] ?? 500);
const ridge = 5e-4;
const rounds = 1500;

/** The phantoms are cut and moved as real fields of view are, and stored at several sizes. */
function sample(label: number, index: number): Sample | null {
  const random = new Random('image look').fork(`${label} ${index}`);
  const contrast: Contrast = imageClasses[label]!;
  const { image, size, spacingMm } = contrastSample(random, contrast);
  const [height, width] = random.chance(0.5)
    ? [size, size]
    : [size - random.integer(40), size - random.integer(30)];
  const [top, left] = [Math.floor((size - height) / 2), Math.floor((size - width) / 2)];
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++)
    data.set(image.subarray((y + top) * size + left, (y + top) * size + left + width), y * width);
  if (!contrast.endsWith('map')) rescale(data, random);
  if (random.chance(0.3)) pad(data, height, width, random);
  const affine = [spacingMm, 0, 0, 0, 0, spacingMm, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1];
  const stack = lookStack({ shape: [1, 1, height, width], data, affine, triggerTimesMs: null });
  const features = imageFeatures(stack, 0);
  return features && { features, label };
}

/** Images that are no maps have any scale: the scanner's, or that of a picture of 8 bits. */
function rescale(data: Float32Array, random: Random): void {
  const top = data.reduce((most, value) => Math.max(most, value), 0);
  if (!(top > 0)) return;
  const highest = random.chance(0.3) ? 255 : Math.exp(random.uniform(Math.log(150), Math.log(6000)));
  for (let at = 0; at < data.length; at++) data[at] = Math.round((data[at]! / top) * highest);
}

/** Some scanners fill what they did not acquire with one value. */
function pad(data: Float32Array, height: number, width: number, random: Random): void {
  const rows = random.integer(Math.floor(height / 6));
  data.fill(0, 0, rows * width);
  data.fill(0, (height - rows) * width);
}

function trained(samples: readonly Sample[]): ImageLookWeights {
  const n = featureNames.length;
  const mean = Array.from({ length: n }, (_, f) => average(samples.map(({ features }) => features[f]!)));
  const spread = mean.map((middle, f) =>
    Math.max(1e-3, Math.sqrt(average(samples.map(({ features }) => (features[f]! - middle) ** 2)))),
  );
  const weights = imageClasses.map(() => zeros(n + 1));
  for (let round = 0; round < rounds; round++) {
    const slope = imageClasses.map(() => zeros(n + 1));
    for (const { features, label } of samples) {
      const probabilities = classProbabilities(features, { mean, spread, weights });
      for (const [index, probability] of probabilities.entries()) {
        const off = (probability - Number(index === label)) / samples.length;
        for (let f = 0; f < n; f++) slope[index]![f]! += (off * (features[f]! - mean[f]!)) / spread[f]!;
        slope[index]![n]! += off;
      }
    }
    for (const [index, row] of weights.entries())
      for (let f = 0; f <= n; f++) row[f]! -= 1.5 * (slope[index]![f]! + (f < n ? ridge * row[f]! : 0));
  }
  const four = (value: number) => Number(value.toPrecision(4));
  return { mean: mean.map(four), spread: spread.map(four), weights: weights.map((row) => row.map(four)) };
}

const zeros = (length: number) => Array.from({ length }, () => 0);

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const samples = imageClasses.flatMap((_, label) =>
  Array.from({ length: perClass }, (_, index) => sample(label, index)).filter((one) => one !== null),
);
const held = samples.filter((_, index) => index % 5 === 4);
const model = trained(samples.filter((_, index) => index % 5 !== 4));
const table = imageClasses.map(() => zeros(imageClasses.length));
for (const { features, label } of held) {
  const probabilities = classProbabilities(features, model);
  table[label]![probabilities.indexOf(Math.max(...probabilities))]! += 1;
}
console.log('held-out phantoms, rows true:');
for (const [index, row] of table.entries()) console.log(imageClasses[index]!.padEnd(20), row.join(' '));

const file = 'stages/imaging/src/ingest/image-look/image-look-weights.ts';
writeFileSync(
  file,
  `import type { ImageLookWeights } from './image-look.ts';

/**
 * Written by scripts/train-image-look.ts: multinomial logistic regression (ridge ${ridge}) on
 * ${samples.length - held.length} slices of domain-randomised phantoms of stages/simulation. No image of a patient was
 * used: no licence of data attaches, and real images measure it (docs/results/recognition.md).
 */
export const imageLookWeights: ImageLookWeights = ${JSON.stringify(model)};
`,
);
execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'ignore' });
