import type { Mask } from '@myocast/dicom';
import { cineLabel } from '../../records.ts';
import { distance, lowPass, outline, type Point, resample } from './contour.ts';
import { type SliceRegions, sliceRegions } from './slice-regions.ts';

/** Chords of a slice (Sheehan 1986; von Land 1990). */
export const chordCount = 100;
/** How often the line is moved to the middle of its chords, and how smooth it stays. */
const rounds = 3;
const lineHarmonics = 12;
/** Samples along a chord, of which so many must be wall. */
const chordSamples = 9;
const leastWallShare = 0.5;

/** One chord across the wall, at right angles to the line midway between endo- and epicardium. */
export interface Chord {
  /** The middle of the chord, in mm from the first voxel's centre: along columns, along rows. */
  readonly middle: Point;
  /** In mm, or in voxels where the mask carries no geometry; null where the wall is open. */
  readonly thickness: number | null;
}

/**
 * Thickness of the wall of one short-axis slice by the centre-line method: a closed
 * line midway between the contours, 100 chords at equal distances at right angles
 * to it, each from the endocardium to the epicardium. Unlike rays from the centre
 * of the cavity, chords do not cross an oval or eccentric wall aslant.
 *
 * A chord of which less than half runs in myocardium lies in a gap of the wall, and
 * its thickness is null.
 *
 * @param mask cine labels
 * @returns null without cavity, or where the contours give no line
 *
 * Source: sheehan1986, vonland1990 (docs/references.bib).
 */
export function centreLineChords(mask: Mask, phase: number, z: number): readonly Chord[] | null {
  const regions = sliceRegions(mask, phase, z);
  if (regions === null) return null;
  const endo = outline(regions.endocardium, regions.width, regions.mm);
  const epi = outline(regions.epicardium, regions.width, regions.mm);
  if (endo === null || epi === null) return null;
  const [x, y] = [regions.column * regions.mm[0], regions.row * regions.mm[1]];
  return wallChords(endo, epi).map(({ middle, ends }) => ({
    middle: [middle[0] + x, middle[1] + y],
    thickness: ends !== null && isWall(regions, ends) ? distance(...ends) : null,
  }));
}

/** A chord between two contours, whatever lies between them; no ends where the normal misses one. */
export interface ContourChord {
  readonly middle: Point;
  readonly ends: readonly [endo: Point, epi: Point] | null;
}

/** The chords between two closed contours, one around the other. */
export function wallChords(endo: readonly Point[], epi: readonly Point[]): readonly ContourChord[] {
  let line = firstLine(endo, epi);
  let chords = chordsOn(line, endo, epi);
  for (let round = 0; round < rounds; round++) {
    line = resample(
      lowPass(
        resample(
          chords.map(({ middle }) => middle),
          chordCount,
        ),
        lineHarmonics,
      ),
      chordCount,
    );
    chords = chordsOn(line, endo, epi);
  }
  return chords;
}

/** From each place on the endocardium half the way to the nearest place on the epicardium. */
function firstLine(endo: readonly Point[], epi: readonly Point[]): Point[] {
  return resample(endo, chordCount).map((point) => {
    let nearest = epi[0]!;
    let nearestMm = distance(point, nearest);
    for (const other of epi) {
      const mm = distance(point, other);
      if (mm < nearestMm) [nearest, nearestMm] = [other, mm];
    }
    return [(point[0] + nearest[0]) / 2, (point[1] + nearest[1]) / 2];
  });
}

function chordsOn(line: readonly Point[], endo: readonly Point[], epi: readonly Point[]): ContourChord[] {
  return line.map((point, at) => {
    const before = line[(at + line.length - 1) % line.length]!;
    const after = line[(at + 1) % line.length]!;
    const length = distance(before, after);
    if (length === 0) return { middle: point, ends: null };
    const normal: Point = [(after[1] - before[1]) / length, -(after[0] - before[0]) / length];
    const inner = nearestCrossing(point, normal, endo);
    const outer = nearestCrossing(point, normal, epi);
    if (inner === null || outer === null) return { middle: point, ends: null };
    const ends = [alongLine(point, normal, inner), alongLine(point, normal, outer)] as const;
    return { middle: [(ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2], ends };
  });
}

/** Signed distance along the normal to the nearest crossing with a closed line; null where there is none. */
function nearestCrossing(point: Point, [nx, ny]: Point, contour: readonly Point[]): number | null {
  let best: number | null = null;
  let from = contour.at(-1)!;
  let before = (from[0] - point[0]) * ny - (from[1] - point[1]) * nx;
  for (const to of contour) {
    // The normal's line passes between two points on its two sides.
    const b = (to[0] - point[0]) * ny - (to[1] - point[1]) * nx;
    const a = before;
    before = b;
    const [start, share] = [from, a / (a - b)];
    from = to;
    if (a * b > 0 || a === b) continue;
    const x = start[0] + share * (to[0] - start[0]) - point[0];
    const y = start[1] + share * (to[1] - start[1]) - point[1];
    const along = x * nx + y * ny;
    if (best === null || Math.abs(along) < Math.abs(best)) best = along;
  }
  return best;
}

function alongLine(point: Point, normal: Point, along: number): Point {
  return [point[0] + along * normal[0], point[1] + along * normal[1]];
}

function isWall({ labels, width, mm }: SliceRegions, [from, to]: readonly [Point, Point]): boolean {
  let wall = 0;
  for (let sample = 0; sample < chordSamples; sample++) {
    const share = (sample + 0.5) / chordSamples;
    const column = Math.round((from[0] + share * (to[0] - from[0])) / mm[0]);
    const row = Math.round((from[1] + share * (to[1] - from[1])) / mm[1]);
    if (labels[row * width + column] === cineLabel.myocardium) wall++;
  }
  return wall >= leastWallShare * chordSamples;
}
