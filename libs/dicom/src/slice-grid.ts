import { norm, subtract, type Vector } from './image-plane.ts';

/** Places of slices on an even grid. */
export interface SliceGrid {
  /** Index on the grid of each position given; null where it lies off the grid. */
  readonly at: readonly (number | null)[];
  /** Places of the grid. */
  readonly length: number;
  /** From one place to the next, in mm. */
  readonly step: Vector;
  /** Position of place 0. */
  readonly start: Vector;
}

/** How far a slice may lie from where the even spacing would have it. */
const slackMm = 0.5;
/** A grid with a larger share of empty places, or of slices that lie off it, is none. */
const mostLost = 0.2;

/**
 * The even grid on which most of the positions lie, from the first to the last of them.
 * Places without a slice are allowed (a slice that was lost), and so is a slice between
 * the places, each as a fifth of the whole at the most.
 *
 * @param positions at least two, in LPS mm, in the order of the slice normal
 * @returns null when they lie on no such grid
 */
export function sliceGrid(positions: readonly Vector[]): SliceGrid | null {
  const spacing = usualGap(positions);
  const candidates = positions.map((_, anchor) => gridAt(positions, anchor, spacing));
  let best: SliceGrid | null = null;
  for (const grid of candidates) if (grid && (best === null || fits(grid) > fits(best))) best = grid;
  if (best === null) return null;
  const off = positions.length - fits(best);
  const empty = best.length - fits(best);
  return off > mostLost * positions.length || empty > mostLost * best.length ? null : best;
}

/** Places closer than this are no grid of slices. */
const leastStepMm = 1;

/**
 * The grid of a few slices that were placed one by one, as those of a map are: the
 * widest that has a place within half a millimetre of each. Most of its places are empty.
 *
 * @param positions at least two, in LPS mm, in the order of the slice normal
 * @returns null when they lie on no line, or on one place
 */
export function scatteredGrid(positions: readonly Vector[]): SliceGrid | null {
  const start = positions[0]!;
  const line = subtract(positions.at(-1)!, start);
  const whole = norm(line);
  const least = gapsOf(positions).reduce((most, gap) => Math.min(most, gap), Infinity);
  const awayFrom = (position: Vector, mm: number) =>
    norm(subtract(subtract(position, start), line.map((part) => (part * mm) / whole) as unknown as Vector));
  for (let parts = 1; least / parts >= leastStepMm; parts++) {
    const places = Math.round((whole * parts) / least);
    const stepMm = whole / places;
    const at = positions.map((position) => Math.round(norm(subtract(position, start)) / stepMm));
    if (at.every((place, index) => awayFrom(positions[index]!, place * stepMm) <= slackMm))
      return {
        at,
        length: places + 1,
        step: line.map((part) => part / places) as unknown as Vector,
        start,
      };
  }
  return null;
}

const fits = ({ at }: SliceGrid) => at.filter((place) => place !== null).length;

/** The lower median of the distances between neighbours. */
export function usualGap(positions: readonly Vector[]): number {
  const gaps = gapsOf(positions).sort((a, b) => a - b);
  return gaps[Math.floor((gaps.length - 1) / 2)]!;
}

export function gapsOf(positions: readonly Vector[]): number[] {
  return positions.slice(1).map((position, index) => norm(subtract(position, positions[index]!)));
}

/** The grid through the position at `anchor`, its step fitted to all positions that lie on it. */
function gridAt(positions: readonly Vector[], anchor: number, spacing: number): SliceGrid | null {
  const origin = positions[anchor]!;
  const signed = positions.map((position, index) => {
    const distance = norm(subtract(position, origin));
    return index < anchor ? -distance : distance;
  });
  const whole = signed.map((mm) => Math.round(mm / spacing));
  // A small error of the spacing adds up over many slices: the ends of the run decide.
  const near = whole.map((count, index) => Math.abs(signed[index]! - count * spacing) <= 2 * slackMm);
  const [first, last] = [near.indexOf(true), near.lastIndexOf(true)];
  const places = whole[last]! - whole[first]!;
  if (places === 0) return null;
  const start = positions[first]!;
  const step = subtract(positions[last]!, start).map((mm) => mm / places) as unknown as Vector;
  const seen = new Set<number>();
  const at = positions.map((position, index) => {
    const place = whole[index]! - whole[first]!;
    const due = start.map((mm, axis) => mm + place * step[axis]!) as unknown as Vector;
    const isOff = place < 0 || place > places || norm(subtract(position, due)) > slackMm || seen.has(place);
    if (!isOff) seen.add(place);
    return isOff ? null : place;
  });
  return { at, length: places + 1, step, start };
}
