import type { Exam, SeriesImages } from './exam.ts';
import { positionOf, shortAxisPlane } from './geometry.ts';
import { longAxisAxes, longAxisPlacement, type LongAxisSequence } from './long-axis.ts';
import { sliceSpacingMm } from './scene.ts';

/**
 * Where the voxels of a series lie: [column, row, slice, 1] to LPS mm, row-major,
 * its slices in their own order, from base to apex. A long axis is
 * one slice, as thick as the headers of its images say that slices lie apart.
 */
export function seriesAffine(
  { scene, geometry, placement, spacingMm }: Exam,
  series: SeriesImages,
): number[] {
  const longAxis = series.kind === 'cine-lax';
  const [first = 0, second = first + 1] = series.sliceIndices;
  const axes = longAxis
    ? longAxisAxes(scene, series.sequence as LongAxisSequence)
    : shortAxisPlane(geometry, scene.firstSliceMm + first * sliceSpacingMm, scene.lengthMm);
  const { column, row } = longAxis ? longAxisPlacement(scene) : placement;
  const origin = positionOf(geometry, axes, -column * spacingMm, -row * spacingMm);
  const [a, b] = [axes.alongRow, axes.alongColumn];
  const through = longAxis
    ? [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    : geometry.towardsApex;
  const step = longAxis ? sliceSpacingMm : (second - first) * sliceSpacingMm;
  const rows = ([0, 1, 2] as const).flatMap((axis) => [
    a[axis] * spacingMm,
    b[axis] * spacingMm,
    through[axis]! * step,
    origin[axis],
  ]);
  return [...rows, 0, 0, 0, 1];
}
