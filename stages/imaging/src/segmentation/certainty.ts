import type { Random } from '@myocast/base';
import type { ProbabilityMaps } from './probability-maps.ts';

/** What the probabilities say of a structure: how well its contour will agree with an expert's. */
export interface StructureCertainty {
  /** Expected Dice over all phases and slices; null where the structure was not seen. */
  readonly expectedDice: number | null;
  /** [z] the same in each slice, over all phases. */
  readonly sliceDice: readonly (number | null)[];
}

/**
 * Expected Dice of the labels that were chosen: 2 Σ p over the chosen pixels / (number
 * chosen + Σ p over all pixels), p the probability that the pixel is of the structure.
 * It is the Dice of a truth that is drawn pixel by pixel from the probabilities, its
 * numerator and denominator each replaced by their expectation.
 *
 * @param labels that make up the structure
 */
export function structureCertainty(maps: ProbabilityMaps, labels: readonly number[]): StructureCertainty {
  const { phases, slices } = maps;
  const bySlice = Array.from({ length: slices }, () => ({ both: 0, either: 0 }));
  for (let index = 0; index < phases * slices; index++)
    addOverlap(maps, index, labels, bySlice[index % slices]!);
  const diceOf = ({ both, either }: Overlap) => (both > 0 ? (2 * both) / either : null);
  const whole = bySlice.reduce((sum, one) => ({
    both: sum.both + one.both,
    either: sum.either + one.either,
  }));
  return { expectedDice: diceOf(whole), sliceDice: bySlice.map(diceOf) };
}

/** A background this probable is what is chosen. */
const mostUnchosen = 0.501;

/** The most probable label of a place; the lowest of equal ones. */
function chosenAt(values: Float32Array, place: number, classes: number, area: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (values[place + c * area]! > values[place + best * area]!) best = c;
  return best;
}

interface Overlap {
  both: number;
  either: number;
}

function addOverlap(
  { values, classes, size }: ProbabilityMaps,
  index: number,
  labels: readonly number[],
  sum: Overlap,
): void {
  const area = size * size;
  const start = index * classes * area;
  let { both, either } = sum;
  for (let place = start; place < start + area; place++) {
    let own = 0;
    for (let at = 0; at < labels.length; at++) own += values[place + labels[at]! * area]!;
    const chosen = values[place]! < mostUnchosen && labels.includes(chosenAt(values, place, classes, area));
    if (chosen) both += own;
    either += own + (chosen ? 1 : 0);
  }
  sum.both = both;
  sum.either = either;
}

/**
 * How much contours move between readers who see the same probabilities: the standard
 * deviation, in log odds, of where the border is drawn, of a reader and of a slice.
 * Chosen on the 50 patients of ACDC, each by a network that had not seen it; docs/results/segmentation.md says how often
 * the 90 % interval of the ejection fraction holds the expert's.
 */
const readerSpread = { reader: 3, slice: 3 } as const;
/** A pixel beyond these log odds (99.8 %) is what it is to every reader. */
const certainLogOdds = 6;
const bins = 128;
const draws = 400;

/** What volumes could be, as pixels of the window summed over the slices, one number a draw. */
export type DrawnAreas = Float64Array;

/**
 * Areas of a structure in one phase as readers could draw them, a reader a draw.
 *
 * A reader puts the border where the log odds of the structure are -u instead of 0,
 * u = reader + slice, both normal. The part of a reader is the same in every phase and
 * that of a slice is drawn for each phase anew.
 *
 * @param random the same for all phases of a stack
 */
export function drawnAreas(
  maps: ProbabilityMaps,
  labels: readonly number[],
  phase: number,
  random: Random,
): DrawnAreas {
  const reader = random.fork('reader');
  const tilts = Float64Array.from({ length: draws }, () => reader.normal(0, readerSpread.reader));
  const own = random.fork(`phase ${phase}`);
  const sums = new Float64Array(draws);
  for (let z = 0; z < maps.slices; z++) {
    const above = countsAbove(maps, phase * maps.slices + z, labels);
    if (above[0] === 0) continue;
    for (let draw = 0; draw < draws; draw++) {
      const threshold = -(tilts[draw]! + own.normal(0, readerSpread.slice));
      sums[draw]! += above[binOf(threshold)]!;
    }
  }
  return sums;
}

const binOf = (logOdds: number) =>
  Math.min(bins - 1, Math.max(0, Math.round(((logOdds + certainLogOdds) / (2 * certainLogOdds)) * bins)));

/** [bin] pixels whose log odds are at least those of the bin; pixels that are surely not of the structure are in none. */
function countsAbove(
  { values, classes, size }: ProbabilityMaps,
  index: number,
  labels: readonly number[],
): Float64Array {
  const area = size * size;
  const start = index * classes * area;
  const counts = new Float64Array(bins);
  for (let place = start; place < start + area; place++) {
    let own = 0;
    for (const label of labels) own += values[place + label * area]!;
    const logOdds = Math.log(own + 1e-9) - Math.log(1 - own + 1e-9);
    if (logOdds > -certainLogOdds) counts[binOf(logOdds)]!++;
  }
  for (let bin = bins - 2; bin >= 0; bin--) counts[bin]! += counts[bin + 1]!;
  return counts;
}

/** The middle 90 % of draws. */
export function interval(values: Float64Array): readonly [low: number, high: number] {
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(0.05), at(0.95)];
}
