import type { Affine, Mask } from '@myocast/dicom';
import { cineLabel } from '../records.ts';

export type Vector = readonly [number, number, number];

/** A made-up heart: a cylinder of wall around a cavity, an RV on the septal side. */
export interface StackPlan {
  readonly slices: number;
  readonly size: number;
  /** [z, in-plane]. */
  readonly spacingMm: readonly [number, number];
  /** Of the cavity at one height, 0 base to 1 apex, and one phase. */
  readonly cavityMm: (height: number, phase: number) => number;
  readonly wallMm: (phase: number) => number;
  readonly phases: number;
  /** The RV touches the wall over these LPS angles from the septum's direction, in degrees; null without RV. */
  readonly septumHalfDegrees: number | null;
}

export const plan: StackPlan = {
  slices: 9,
  size: 96,
  spacingMm: [8, 1],
  cavityMm: (height, phase) => (phase === 0 ? 25 : 18) - 4 * height,
  wallMm: (phase) => (phase === 0 ? 8 : 12),
  phases: 2,
  septumHalfDegrees: 60,
};

/** The heart's own axes in LPS: from base to apex, to the septum, and to the anterior wall. */
const apex = unit([0.7, -0.55, -0.45]);
const septum = unit(withoutPart([-0.7, -0.7, 0], apex));
const anterior = unit(withoutPart(withoutPart([0, 0, 1], apex), septum));

/** How the grid lies on the heart: turned in its plane, mirrored, and from which end it counts. */
export interface GridPlan {
  readonly turnDegrees: number;
  readonly mirrored: boolean;
  readonly apexFirst: boolean;
}
export const plainGrid: GridPlan = { turnDegrees: 0, mirrored: false, apexFirst: false };

/** An oblique grid around the heart. */
export function gridAffine({ slices, size, spacingMm: [dz, d] }: StackPlan, grid: GridPlan): Affine {
  const turn = (grid.turnDegrees * Math.PI) / 180;
  const side = septum.map((value, axis) => -Math.cos(turn) * value + Math.sin(turn) * anterior[axis]!);
  const down = septum.map((value, axis) => -Math.sin(turn) * value - Math.cos(turn) * anterior[axis]!);
  const columns = grid.mirrored ? side.map((value) => -value) : side;
  const along = grid.apexFirst ? apex.map((value) => -value) : apex;
  const rows = [0, 1, 2].map((axis) => {
    const step = [columns[axis]! * d, down[axis]! * d, along[axis]! * dz];
    const middle = (size - 1) / 2;
    const origin = 20 - middle * (step[0]! + step[1]!) - ((slices - 1) / 2) * step[2]!;
    return [...step, origin];
  });
  return [...rows.flat(), 0, 0, 0, 1];
}

/** Degrees from the septum's direction towards the anterior wall, and mm from the axis, of a voxel. */
export function placeOf(affine: Affine, { size }: StackPlan, column: number, row: number) {
  const middle = (size - 1) / 2;
  const offset = [0, 1, 2].map(
    (axis) => affine[4 * axis]! * (column - middle) + affine[4 * axis + 1]! * (row - middle),
  );
  const x = dot(offset, septum);
  const y = dot(offset, anterior);
  return { degrees: (Math.atan2(y, x) * 180) / Math.PI, mm: Math.hypot(x, y) };
}

/** The cine mask of the made-up heart on a grid. */
export function stackMask(plan: StackPlan, grid: GridPlan = plainGrid): Mask {
  const { phases, slices, size } = plan;
  const affine = gridAffine(plan, grid);
  const data = new Uint8Array(phases * slices * size * size);
  for (let at = 0; at < data.length; at++) {
    const column = at % size;
    const row = Math.floor(at / size) % size;
    const z = Math.floor(at / (size * size)) % slices;
    const phase = Math.floor(at / (size * size * slices));
    const height = (grid.apexFirst ? slices - 1 - z : z) / (slices - 1);
    data[at] = labelOf(plan, placeOf(affine, plan, column, row), height, phase);
  }
  return { shape: [phases, slices, size, size], data, affine };
}

function labelOf(
  plan: StackPlan,
  { degrees, mm }: { degrees: number; mm: number },
  height: number,
  phase: number,
): number {
  const cavity = plan.cavityMm(height, phase);
  const wall = plan.wallMm(phase);
  if (mm < cavity) return cineLabel.leftVentricle;
  if (mm < cavity + wall) return cineLabel.myocardium;
  const rv = plan.septumHalfDegrees !== null && Math.abs(degrees) < plan.septumHalfDegrees;
  return rv && mm < cavity + wall + 10 ? cineLabel.rightVentricle : 0;
}

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

function withoutPart(vector: Vector, direction: Vector): Vector {
  const part = dot(vector, direction);
  const at = (axis: 0 | 1 | 2) => vector[axis] - part * direction[axis];
  return [at(0), at(1), at(2)];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, axis) => sum + value * b[axis]!, 0);
}
