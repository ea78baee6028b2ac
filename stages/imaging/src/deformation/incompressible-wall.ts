import { type Mask, spacingMm } from '@myocast/dicom';
import { cineLabel } from '../records.ts';
import { windowAround } from './image-window.ts';
import { enclosedArea } from './polyline.ts';
import type { ExpectedArea } from './register-band.ts';
import { isVentricle, ringContour } from './ring-contour.ts';
import type { LongAxisMotion } from './through-plane.ts';

/**
 * How far the area of a wall may be off what an incompressible one would have, one
 * standard deviation: systole presses 3.6 ml of blood out of 100 g of muscle (judd1991),
 * and the contours of neighbouring slices spread. Without long axes the shortening along
 * the ventricle is a guess, which may miss half of a usual 17 %.
 */
const tolerance = { byLongAxes: 0.05, asAround: 0.1 } as const;

/** For a slice and a phase; null where nothing is expected. */
export type ExpectedAreas = (z: number, phase: number) => ExpectedArea | null;

export const nothingExpected: ExpectedAreas = () => null;

/** Cavity and wall of a slice at end-diastole, mm². */
interface RestingSlice {
  readonly cavity: number;
  readonly wall: number;
}

/** How the muscle moves along the ventricle in one phase: where in the stack it is that lies still, and the strain. */
interface Lengthening {
  readonly slicesMoved: (z: number) => number;
  readonly strain: number;
}

/**
 * The area of the wall in a plane that stands still, as incompressible muscle has it:
 * the plane shows muscle that lay elsewhere at end-diastole, and that has grown across
 * the plane by as much as it has shortened along the ventricle,
 * A(z, t) = A(z₀, ED) / (1 + longitudinal strain). Contours of two phases err each in
 * their own way, and thickening is the difference of small differences; that muscle is
 * neither made nor lost ties them together.
 *
 * Along the ventricle the muscle moves as long axes show it at end-systole, in other
 * phases in the share in which the contoured cavity has emptied. Without long axes it is
 * taken to shorten along the ventricle as it does around it, the apex lying still.
 *
 * Source: bistoquet2007, judd1991 (docs/references.bib).
 */
export function expectedAreas(
  mask: Mask,
  edPhase: number,
  esPhase: number | null,
  motion: LongAxisMotion | null,
): ExpectedAreas {
  const rest = Array.from({ length: mask.shape[1] }, (_, z) => restingSlice(mask, edPhase, z));
  const cavities = cavityAreas(mask);
  const phases = cavities.map((areas, phase) => {
    if (phase === edPhase || !areas.some((area) => area > 0)) return null;
    return motion === null
      ? asAround(rest, areas)
      : inPart(motion, emptied(cavities, edPhase, esPhase, phase));
  });
  return (z, phase) => {
    const lengthening = phases[phase]!;
    const here = rest[z];
    if (!here || lengthening === null) return null;
    const before = wallAt(rest, placeBefore(lengthening, z));
    return {
      share: before / here.wall / (1 + lengthening.strain),
      tolerance: motion === null ? tolerance.asAround : tolerance.byLongAxes,
    };
  };
}

function restingSlice(mask: Mask, edPhase: number, z: number): RestingSlice | null {
  const window = windowAround(mask, z, isVentricle, 0);
  const ring = window && ringContour(mask, edPhase, z, window);
  if (!ring) return null;
  const cavity = Math.abs(enclosedArea(ring.inner));
  return { cavity, wall: Math.abs(enclosedArea(ring.outer)) - cavity };
}

/** [t][z], mm². */
function cavityAreas({ shape, data, affine }: Mask): number[][] {
  const [phases, slices, rows, columns] = shape;
  const [, rowMm, columnMm] = affine ? spacingMm(affine) : ([1, 1, 1] as const);
  return Array.from({ length: phases }, (_, phase) =>
    Array.from({ length: slices }, (_, z) => {
      const start = (phase * slices + z) * rows * columns;
      let count = 0;
      for (let at = start; at < start + rows * columns; at++)
        if (data[at] === cineLabel.leftVentricle) count++;
      return count * rowMm * columnMm;
    }),
  );
}

/** Share of the stroke that has left the cavity in a phase, 0 to 1. */
function emptied(
  cavities: readonly (readonly number[])[],
  edPhase: number,
  esPhase: number | null,
  phase: number,
): number {
  const volumes = cavities.map((areas) => areas.reduce((sum, area) => sum + area, 0));
  const drawn = volumes.filter((volume) => volume > 0);
  const [full, empty] = [volumes[edPhase]!, esPhase === null ? Math.min(...drawn) : volumes[esPhase]!];
  return full > empty ? Math.min(1, Math.max(0, (full - volumes[phase]!) / (full - empty))) : 0;
}

function inPart({ slicesMoved, strain }: LongAxisMotion, share: number): Lengthening {
  return { slicesMoved: (z) => share * slicesMoved(z), strain: share * strain };
}

/** As much along the ventricle as around it; mean over the slices, weighted by their muscle. */
function asAround(rest: readonly (RestingSlice | null)[], areas: readonly number[]): Lengthening | null {
  let [sum, weight] = [0, 0];
  for (const [z, slice] of rest.entries()) {
    if (slice === null || areas[z] === 0) continue;
    sum += slice.wall * evenStrain(slice.cavity, slice.wall, areas[z]!);
    weight += slice.wall;
  }
  if (weight === 0) return null;
  const strain = sum / weight;
  const still = apexPlace(rest);
  return { strain, slicesMoved: (z) => strain * (z - still) };
}

/**
 * The strain of an incompressible ring that is the same around the middle of its wall
 * and along its axis, λ - 1 with λ² (a + w/2) = b + w / (2λ): cavity a at rest and b now,
 * wall w at rest. Newton's method; the left side less the right grows with λ.
 */
export function evenStrain(cavity: number, wall: number, cavityNow: number): number {
  let stretch = 1;
  for (let step = 0; step < 20; step++) {
    const value = stretch ** 2 * (cavity + wall / 2) - cavityNow - wall / (2 * stretch);
    const move = value / (2 * stretch * (cavity + wall / 2) + wall / (2 * stretch ** 2));
    stretch -= move;
    if (Math.abs(move) < 1e-9) break;
  }
  return stretch - 1;
}

/** Half a slice beyond that end of the stack where the cavity is smaller. */
function apexPlace(rest: readonly (RestingSlice | null)[]): number {
  const there = rest.flatMap((slice, z) => (slice === null ? [] : [{ z, cavity: slice.cavity }]));
  const [first, last] = [there[0]!, there.at(-1)!];
  return first.cavity < last.cavity ? first.z - 0.5 : last.z + 0.5;
}

/** Where the muscle that is now at a slice was at end-diastole. */
function placeBefore({ slicesMoved }: Lengthening, z: number): number {
  let place = z;
  for (let step = 0; step < 8; step++) place = z - slicesMoved(place);
  return place;
}

/** The wall at end-diastole between two slices; beyond them that of the last. */
function wallAt(rest: readonly (RestingSlice | null)[], place: number): number {
  const there = rest.flatMap((slice, z) => (slice === null ? [] : [{ z, wall: slice.wall }]));
  const behind = there.findIndex(({ z }) => z >= place);
  if (behind === 0) return there[0]!.wall;
  if (behind < 0) return there.at(-1)!.wall;
  const [below, above] = [there[behind - 1]!, there[behind]!];
  return below.wall + ((place - below.z) / (above.z - below.z)) * (above.wall - below.wall);
}
