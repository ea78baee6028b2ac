import type { Mask } from '@myocast/dicom';
import { cineLabel, type SegmentedKind, type SliceTokens } from '../records.ts';
import type { WindowScores } from './segmenter.ts';

/** Encoder features of every phase and slice; null where no heart was labelled. */
export class SliceFeatures {
  readonly #phases: number;
  readonly #slices: number;
  readonly #values: (Float32Array | null)[];

  constructor(phases: number, slices: number) {
    this.#phases = phases;
    this.#slices = slices;
    this.#values = Array.from({ length: phases * slices }, () => null);
  }

  set(index: number, features: Float32Array | null): void {
    this.#values[index] = features;
  }

  at(phase: number, slice: number): Float32Array | null {
    if (phase >= this.#phases || slice >= this.#slices)
      throw new RangeError(`SliceFeatures: no phase ${phase}, slice ${slice}`);
    return this.#values[phase * this.#slices + slice]!;
  }
}

/** Mean of the deepest feature map over the cells that hold heart, weighted by how much; null without heart. */
export function meanFeatures(
  { logits, bottleneck, bottleneckWidth: width, bottleneckSize: size, size: side }: WindowScores,
  at: number,
  classes: number,
): Float32Array | null {
  const weights = heartShare(logits, at, classes, { cells: size, side });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return null;
  return Float32Array.from({ length: width }, (_, channel) => {
    const start = (at * width + channel) * size * size;
    let sum = 0;
    for (let cell = 0; cell < size * size; cell++) sum += weights[cell]! * bottleneck[start + cell]!;
    return sum / total;
  });
}

/** Labelled pixels in each cell of the feature map. */
function heartShare(
  logits: Float32Array,
  at: number,
  classes: number,
  { cells, side }: { cells: number; side: number },
): Float32Array {
  const area = side * side;
  const step = side / cells;
  const share = new Float32Array(cells * cells);
  for (let place = 0; place < area; place++) {
    const background = logits[at * classes * area + place]!;
    let labelled = false;
    for (let c = 1; c < classes && !labelled; c++)
      labelled = logits[(at * classes + c) * area + place]! > background;
    if (labelled) share[Math.floor(place / side / step) * cells + Math.floor((place % side) / step)]!++;
  }
  return share;
}

/**
 * One token per slice that holds heart, from base to apex: for cine the features
 * at end-diastole and end-systole side by side, for LGE those of its one phase.
 */
export function sliceTokens(
  mask: Mask,
  features: SliceFeatures,
  kind: SegmentedKind,
  encoder: string,
): SliceTokens | null {
  const phases = kind === 'cine-sax' ? extremePhases(mask) : [0];
  const order = baseToApex(mask);
  const rows = order.flatMap((slice) => {
    const parts = phases.map((phase) => features.at(phase, slice));
    const known = parts.find((part) => part !== null);
    if (!known) return [];
    return [{ slice, values: parts.flatMap((part) => [...(part ?? new Float32Array(known.length))]) }];
  });
  if (rows.length === 0) return null;
  return {
    kind,
    encoder,
    width: rows[0]!.values.length,
    values: Float32Array.from(rows.flatMap(({ values }) => values)),
    level: Float32Array.from(rows, (_, index) => (rows.length === 1 ? 0.5 : index / (rows.length - 1))),
    slice: rows.map(({ slice }) => slice),
  };
}

/** End-diastole and end-systole: the phases with the most and the least LV cavity. */
export function extremePhases({ shape: [phases], data }: Mask): readonly [number, number] {
  const size = data.length / phases;
  const cavity = Array.from({ length: phases }, (_, t) => {
    let count = 0;
    for (let voxel = t * size; voxel < (t + 1) * size; voxel++)
      if (data[voxel] === cineLabel.leftVentricle) count++;
    return count;
  });
  return [cavity.indexOf(Math.max(...cavity)), cavity.indexOf(Math.min(...cavity))];
}

/** Slices of the first phase that hold heart; the end with the larger sections comes first. */
function baseToApex({ shape: [, slices, rows, columns], data }: Mask): number[] {
  const sections = Array.from({ length: slices }, (_, z) => {
    let count = 0;
    for (let voxel = z * rows * columns; voxel < (z + 1) * rows * columns; voxel++) if (data[voxel]) count++;
    return count;
  });
  const covered = [...sections.keys()].filter((z) => sections[z]! > 0);
  const third = Math.max(1, Math.floor(covered.length / 3));
  const sum = (part: number[]) => part.reduce((total, z) => total + sections[z]!, 0);
  return sum(covered.slice(0, third)) >= sum(covered.slice(-third)) ? covered : covered.reverse();
}
