import { areasOf, type ProbabilityMaps } from './probability-maps.ts';

/** An area this many robust deviations away from that of its neighbours is out of place. */
const farDeviations = 6;
/** Below this share of the largest area a jump is within what contours vary. */
const leastJump = 0.2;
/** Fewer phases than these show no curve that one of them could leave. */
const fewestPhases = 8;
/** A slice is missing only where both of its neighbours hold so many pixels of the window. */
const surePixels = 40;
/** Below this share of the smaller neighbour a slice is as good as missing. */
const missingShare = 0.1;

/**
 * In place: a phase in which the area of a structure leaves the curve of its slice
 * over the beat gets the mean of the probabilities before and after it, and of its
 * own. The beat is a circle: the last phase comes before the first.
 *
 * @param labels whose areas are looked at
 * @returns how many windows were voted on again
 */
export function revotePhases(maps: ProbabilityMaps, labels: readonly number[]): number {
  const { phases, slices } = maps;
  if (phases < fewestPhases) return 0;
  const out = new Set<number>();
  for (const label of labels) {
    const areas = areasOf(maps, label);
    for (let z = 0; z < slices; z++) {
      const curve = Array.from({ length: phases }, (_, t) => areas[t * slices + z]!);
      for (const t of outliersOf(curve)) out.add(t * slices + z);
    }
  }
  const before = new Map([...out].map((index) => [index, windowOf(maps, index).slice()]));
  for (const index of out) {
    const [t, z] = [Math.floor(index / slices), index % slices];
    const near = [neighbour(t, z, -1), neighbour(t, z, 1)].map(
      (other) => before.get(other) ?? windowOf(maps, other),
    );
    average(windowOf(maps, index), near);
  }
  return out.size;

  /** The nearest phase in this direction that is not itself out of place. */
  function neighbour(t: number, z: number, step: 1 | -1): number {
    for (let far = 1; far < phases; far++) {
      const other = ((((t + far * step) % phases) + phases) % phases) * slices + z;
      if (!out.has(other)) return other;
    }
    return t * slices + z;
  }
}

/**
 * The phases whose value leaves the curve through the two phases before and the two
 * after by far more than others do. That curve is a cubic, which follows an end-systole
 * where a straight line would cut it off.
 */
function outliersOf(curve: readonly number[]): number[] {
  const count = curve.length;
  const largest = Math.max(...curve);
  if (largest === 0) return [];
  const at = (t: number) => curve[(t + count) % count]!;
  const jumps = curve.map((value, t) => value - (4 * (at(t - 1) + at(t + 1)) - at(t - 2) - at(t + 2)) / 6);
  const deviation = 1.4826 * middleOf(jumps.map(Math.abs));
  const least = Math.max(farDeviations * deviation, leastJump * largest);
  // A jump of one phase makes two thirds of a jump, the other way, in each of the two beside it.
  return [...jumps.keys()].filter((t) => {
    const beside = [jumps[(t + count - 1) % count]!, jumps[(t + 1) % count]!];
    return Math.abs(jumps[t]!) > least && beside.every((jump) => Math.abs(jump) < Math.abs(jumps[t]!));
  });
}

/**
 * In place: a slice that lacks a structure between two slices that hold it gets the
 * mean of their probabilities and its own: no chamber of a heart is interrupted.
 *
 * @returns how many windows were voted on again
 */
export function revoteSlices(maps: ProbabilityMaps, labels: readonly number[]): number {
  const { phases, slices } = maps;
  const out = new Set<number>();
  for (const label of labels) {
    const areas = areasOf(maps, label);
    for (let index = 0; index < phases * slices; index++) {
      const z = index % slices;
      if (z === 0 || z === slices - 1) continue;
      const beside = Math.min(areas[index - 1]!, areas[index + 1]!);
      if (beside >= surePixels && areas[index]! < missingShare * beside) out.add(index);
    }
  }
  for (const index of out)
    average(windowOf(maps, index), [windowOf(maps, index - 1), windowOf(maps, index + 1)]);
  return out.size;
}

function windowOf({ values, classes, size }: ProbabilityMaps, index: number): Float32Array {
  const length = classes * size * size;
  return values.subarray(index * length, (index + 1) * length);
}

/** In place: the mean of a window with others. */
function average(own: Float32Array, others: readonly Float32Array[]): void {
  for (let at = 0; at < own.length; at++) {
    let sum = own[at]!;
    for (const other of others) sum += other[at]!;
    own[at] = sum / (1 + others.length);
  }
}

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
