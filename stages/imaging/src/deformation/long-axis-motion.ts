import { type Affine, lpsOfVoxel, type Mask, spacingMm } from '@myocast/dicom';
import { placesAlong } from './long-axis-walls.ts';
import type { TrackedLongAxis } from './long-axis-strain.ts';
import type { LongAxisMotion } from './through-plane.ts';
import type { WallBand } from './wall-band.ts';

/** Place of the base and of the apex along the normal of the short-axis slices, mm, and how far each moves until end-systole. */
interface AxisMotion {
  readonly base: number;
  readonly apex: number;
  readonly baseMoves: number;
  readonly apexMoves: number;
}

/**
 * By how many slices the muscle of each short-axis slice moves until end-systole:
 * between the way of the mitral insertions and that of the apex, in proportion to
 * where the slice lies between them. Mean over the long axes.
 *
 * @param sax a mask of the short-axis stack, and the long axes with the masks they were followed in
 * @returns null where no place in the patient is known
 */
export function longAxisMotion(
  sax: Mask,
  views: readonly { readonly mask: Mask; readonly tracked: TrackedLongAxis }[],
): LongAxisMotion | null {
  const { affine } = sax;
  if (affine === null) return null;
  const step = [affine[2]!, affine[6]!, affine[10]!];
  const spacing = Math.hypot(...step);
  const normal = step.map((value) => value / spacing);
  const motions = views.flatMap(({ mask, tracked }) =>
    mask.affine === null ? [] : [motionOf(mask.affine, tracked, normal)],
  );
  if (motions.length === 0) return null;
  const mean = (value: (motion: AxisMotion) => number) =>
    motions.reduce((sum, motion) => sum + value(motion), 0) / motions.length;
  const [base, apex] = [mean((motion) => motion.base), mean((motion) => motion.apex)];
  const [baseMoves, apexMoves] = [mean((motion) => motion.baseMoves), mean((motion) => motion.apexMoves)];
  if (Math.abs(apex - base) < spacing) return null;
  const origin = along([affine[3]!, affine[7]!, affine[11]!], normal);
  return {
    strain: (apexMoves - baseMoves) / (apex - base),
    slicesMoved: (z) => {
      const level = Math.min(1, Math.max(0, (origin + z * spacing - base) / (apex - base)));
      return ((1 - level) * baseMoves + level * apexMoves) / spacing;
    },
  };
}

function motionOf(affine: Affine, { strain, bands }: TrackedLongAxis, normal: readonly number[]): AxisMotion {
  const rest = bands[strain.edPhase]!;
  const now = bands[strain.esPhase]!;
  const { apex } = placesAlong(rest);
  const last = rest.count - 1;
  const place = (band: WallBand, point: number) => along(lpsOf(affine, band, point), normal);
  const baseAt = (band: WallBand) => (place(band, 0) + place(band, last)) / 2;
  return {
    base: baseAt(rest),
    apex: place(rest, apex),
    baseMoves: baseAt(now) - baseAt(rest),
    apexMoves: place(now, apex) - place(rest, apex),
  };
}

function lpsOf(affine: Affine, { inner }: WallBand, point: number): readonly number[] {
  const [, rowMm, columnMm] = spacingMm(affine);
  return lpsOfVoxel(affine, [inner[2 * point]! / columnMm, inner[2 * point + 1]! / rowMm, 0]);
}

const along = (place: readonly number[], normal: readonly number[]) =>
  place.reduce((sum, value, axis) => sum + value * normal[axis]!, 0);
