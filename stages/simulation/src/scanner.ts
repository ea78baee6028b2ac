import { Random } from '@myocast/base';
import { pointSpread, spread } from './kspace.ts';

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
    coils: Array.from({ length: 3 }, (_, index) => ({
      column: random.normal([0.02, 0.5, 1][index]!, 0.1),
      row: random.normal([0.45, 0, 0.75][index]!, 0.1),
      width: random.uniform(0.2, 0.4),
      weight: random.uniform(0.3, 0.8),
    })),
    floor: 0.6,
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
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++)
        gain[r * size + c] = gain[r * size + c]! + weight * across[c]! * down[r]!;
  }
  return gain;
}

/** Multiplies the image by the gain of the coils, in place. */
export function applyGain(image: Float32Array, gain: Float32Array): void {
  for (let pixel = 0; pixel < image.length; pixel++) image[pixel] = image[pixel]! * gain[pixel]!;
}

/**
 * Square fields of random numbers of variance 1, periodic, made once: an image
 * reads a part from a random place, because drawing two numbers a pixel would cost
 * more than the rest of the image.
 */
const fieldSide = 512;
const mask = fieldSide - 1;
const fields = new Map<string, Float32Array>();

function field(name: string, make: (random: Random) => Float32Array): Float32Array {
  const known = fields.get(name);
  if (known) return known;
  const made = make(new Random(name));
  const variance = made.reduce((sum, value) => sum + value * value, 0) / made.length;
  for (let at = 0; at < made.length; at++) made[at] = made[at]! / Math.sqrt(variance);
  fields.set(name, made);
  return made;
}

const white = (random: Random) => Float32Array.from({ length: fieldSide * fieldSide }, () => random.normal());

/** The scanner's noise, band-limited as the image is: zero-filled k-space holds no noise either. */
function noiseField(): Float32Array {
  return field('scanner noise', (random) => {
    const noise = white(random);
    spread(noise, fieldSide, fieldSide, pointSpread(0.8), pointSpread(0.7));
    return noise;
  });
}

/** Smooth grain of tissue and flow, a few pixels wide. */
function grainField(): Float32Array {
  return field('grain of tissue', (random) => {
    const grain = white(random);
    const kernel = Float32Array.of(0.2, 0.16, 0.12, 0.08, 0.03, 0.01, 0);
    for (let pass = 0; pass < 2; pass++) spread(grain, fieldSide, fieldSide, kernel, kernel);
    return grain;
  });
}

/** Multiplies by 1 + amount · grain, read from a place of its own; in place. */
export function applyGrain(
  image: Float32Array,
  width: number,
  amount: number,
  fromColumn: number,
  fromRow: number,
): void {
  const grain = grainField();
  const height = image.length / width;
  for (let row = 0; row < height; row++) {
    const line = ((row + fromRow) & mask) * fieldSide;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      image[at] = image[at]! * (1 + amount * grain[line + ((column + fromColumn) & mask)]!);
    }
  }
}

/** Patches of blood about a centimetre wide: what is lost where it swirls outweighs what fresh blood adds. */
function flowField(): Float32Array {
  return field('flow of blood', (random) => {
    const flow = white(random);
    const kernel = Float32Array.of(0.12, 0.12, 0.11, 0.09, 0.06, 0.04, 0.02);
    for (let pass = 0; pass < 3; pass++) spread(flow, fieldSide, fieldSide, kernel, kernel);
    const sd = Math.sqrt(flow.reduce((sum, value) => sum + value * value, 0) / flow.length);
    return flow.map((value) => (value < 0 ? 1.3 * value : Math.min(0.7 * value, 0.9 * sd)));
  });
}

/** How uneven the heart is. */
export interface Unevenness {
  /** Share by which every tissue varies. */
  readonly grain: number;
  /** Share by which blood varies, and its signal; darker tissue varies by the square of its share of it. */
  readonly flow: number;
  readonly bright: number;
  /** Radians: the pattern of the flow is one of two, or a mixture, so that it changes little by little. */
  readonly course: number;
}

/** Adds grain of this amount where there is a label, in place: a nulled wall is not even either. */
export function addGrain(
  image: Float32Array,
  label: Uint8Array,
  width: number,
  amount: number,
  { column, row }: FieldPlace,
): void {
  const grains = grainField();
  for (let at = 0; at < image.length; at++) {
    if (label[at] === 0) continue;
    const line = ((((at / width) | 0) + row) & mask) * fieldSide;
    image[at] = image[at]! + amount * grains[line + (((at % width) + column) & mask)]!;
  }
}

/** Where in the periodic fields an image begins to read. */
export interface FieldPlace {
  readonly column: number;
  readonly row: number;
}

/** Multiplies by grain and flow, each read from a place of its own; in place. */
export function applyUnevenness(
  image: Float32Array,
  width: number,
  { grain, flow, bright, course }: Unevenness,
  fine: FieldPlace,
  wide: FieldPlace,
): void {
  if (flow === 0) return applyGrain(image, width, grain, fine.column, fine.row);
  const [grains, flows] = [grainField(), flowField()];
  const [one, other] = [flow * Math.cos(course), flow * Math.sin(course)];
  const height = image.length / width;
  for (let row = 0; row < height; row++) {
    const ofGrain = ((row + fine.row) & mask) * fieldSide;
    const ofFlow = ((row + wide.row) & mask) * fieldSide;
    // The other pattern is that of the same lines half the field away.
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const share = Math.min(1, Math.max(0, image[at]! / bright));
      const here = (column + wide.column) & mask;
      const there = (here + fieldSide / 2) & mask;
      const swirl = one * flows[ofFlow + here]! + other * flows[ofFlow + there]!;
      const speck = grains[ofGrain + ((column + fine.column) & mask)]!;
      image[at] = image[at]! * (1 + grain * speck + share * share * swirl);
    }
  }
}

/** Receives an image: gain of the coils, complex Gaussian noise, then magnitude or signed real part. */
export interface Reception {
  readonly width: number;
  /** Per pixel; null for 1. */
  readonly gain: Float32Array | null;
  readonly sigma: number;
  /** 'magnitude' gives Rician noise, 'real' keeps the sign and is Gaussian (DOMAIN C3). */
  readonly part: 'magnitude' | 'real';
}

/** In place. */
export function receive(image: Float32Array, { width, gain, sigma, part }: Reception, random: Random): void {
  const noise = noiseField();
  const [row0, column0, row1, column1] = [0, 0, 0, 0].map(() => random.integer(fieldSide)) as [
    number,
    number,
    number,
    number,
  ];
  const height = image.length / width;
  const gains = gain ?? ones(image.length);
  for (let row = 0; row < height; row++) {
    const real = ((row + row0) & mask) * fieldSide;
    const imaginary = ((row + row1) & mask) * fieldSide;
    const start = row * width;
    if (part === 'real')
      for (let column = 0; column < width; column++) {
        const at = start + column;
        image[at] = image[at]! * gains[at]! + sigma * noise[real + ((column + column0) & mask)]!;
      }
    else
      for (let column = 0; column < width; column++) {
        const at = start + column;
        const a = image[at]! * gains[at]! + sigma * noise[real + ((column + column0) & mask)]!;
        const b = sigma * noise[imaginary + ((column + column1) & mask)]!;
        image[at] = Math.sqrt(a * a + b * b);
      }
  }
}

let unity = new Float32Array(0);

/** At least so many ones. */
function ones(count: number): Float32Array {
  if (unity.length < count) unity = new Float32Array(count).fill(1);
  return unity;
}

/** The magnitude of signal plus complex Gaussian noise (Rician, DOMAIN C3), in place. */
export function addRicianNoise(image: Float32Array, width: number, sigma: number, random: Random): void {
  receive(image, { width, gain: null, sigma, part: 'magnitude' }, random);
}

/** Gaussian noise: a phase-sensitive image keeps the sign (DOMAIN C3), in place. */
export function addGaussianNoise(image: Float32Array, width: number, sigma: number, random: Random): void {
  receive(image, { width, gain: null, sigma, part: 'real' }, random);
}

/**
 * A ghost of breathing or of a missed trigger: a faint copy moved along the
 * phase-encoding direction (down the rows), in place.
 */
export function addGhost(image: Float32Array, size: number, rows: number, strength: number): void {
  const original = image.slice();
  const shift = Math.round(rows) * size;
  for (let pixel = 0; pixel < image.length; pixel++) {
    const from = (pixel + shift + image.length) % image.length;
    image[pixel] = (1 - strength) * original[pixel]! + strength * original[from]!;
  }
}
