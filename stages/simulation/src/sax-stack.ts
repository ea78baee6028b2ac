import type { Random } from '@myocast/base';
import type { Scene } from './scene.ts';
import { openSlice, type Slice } from './slice.ts';
import type { Surroundings } from './surroundings.ts';

/** Slices of an exam whose surroundings are looked at once, whichever series needs them. */
export class SliceShelf {
  readonly #scene: Scene;
  readonly #known = new Map<number, Surroundings>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Opens a slice in the breath-hold of a series. */
  open(index: number, random: Random): Slice {
    const slice = openSlice(this.#scene, index, breathHold(random, this.#scene), this.#known.get(index));
    this.#known.set(index, slice.surroundings);
    return slice;
  }
}

/** The shift of the heart by a breath-hold, right and down: SD 1.5 mm, now and then 8 to 10 (DOMAIN C3). */
export function breathHold(random: Random, { faults }: Scene): readonly [number, number] {
  const off = random.chance(faults.breathHoldShare);
  const spread = off ? 8 : 1.5;
  return [random.normal(0, 0.6 * spread), random.normal(0, spread)];
}

/** Stored values: 12 bits, `top` as 4095 at most. */
export function store(image: Float32Array, scale: number, stored: Uint16Array, at: number): void {
  for (let pixel = 0; pixel < image.length; pixel++) {
    const value = image[pixel]! * scale + 0.5;
    stored[at + pixel] = value < 0 ? 0 : value > 4095 ? 4095 : value;
  }
}

/** Writes the labels of a painted slice into its place of the volume. */
export function storeLabels({ grid, painted }: Slice, label: Uint8Array, at: number): void {
  const { firstColumn, firstRow, width, height, placement } = grid;
  for (let row = 0; row < height; row++)
    label.set(
      painted.label.subarray(row * width, (row + 1) * width),
      at + (firstRow + row) * placement.size + firstColumn,
    );
}
