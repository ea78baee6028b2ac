import type { Affine } from '@myocast/dicom';
import type { WrittenOutline } from './contours-schema.ts';
import type { Outline } from './outline.ts';
import { type SeriesGrid, voxelOfLps } from './series-grid.ts';

/** A point in the patient and the same point in the image may be so far apart. */
const samePointMm = 0.05;
/** A point in the patient may lie so far from the plane of its slice. */
const inPlaneMm = 0.5;

/** Where a line is in the image, or why that cannot be known, in words. */
export function placedOutline(
  { pixels, mm }: WrittenOutline,
  slice: number,
  { affine }: SeriesGrid,
): Outline | string {
  if (mm === null || affine === null) return pixels === null ? unplaced(mm) : withoutRepeats(pixels);
  if (pixels !== null && pixels.length !== mm.length)
    return `expected as many points in mm as in pixels, found ${mm.length} and ${pixels.length}`;
  const found = mm.map((point) => voxelOfLps(affine, point));
  const [columnMm, rowMm, sliceMm] = [0, 1, 2].map((axis) => stepMm(affine, axis)) as [
    number,
    number,
    number,
  ];
  const off = most(found.map(([, , z]) => Math.abs(z - slice) * sliceMm));
  if (off > inPlaneMm)
    return `expected points in the plane of the slice, found one ${off.toFixed(2)} mm off it`;
  const placed = found.map(([column, row]): readonly [number, number] => [column, row]);
  if (pixels === null) return withoutRepeats(placed);
  const apart = most(
    pixels.map(([column, row], index) =>
      Math.hypot((column - placed[index]![0]) * columnMm, (row - placed[index]![1]) * rowMm),
    ),
  );
  return apart > samePointMm
    ? `expected the same point in mm and in pixels, found them ${apart.toFixed(2)} mm apart`
    : withoutRepeats(pixels);
}

function unplaced(mm: WrittenOutline['mm']): string {
  return mm === null
    ? 'expected points in pixels or in mm, found neither'
    : 'expected points in pixels, as the series has no place in the patient, found them in mm';
}

/** Other programs repeat the first point at the end, or stay at a point. */
export function withoutRepeats(points: Outline): Outline {
  return points.filter((point, index) => {
    const before = points.at(index - 1)!;
    return points.length === 1 || point[0] !== before[0] || point[1] !== before[1];
  });
}

function stepMm(affine: Affine, axis: number): number {
  return Math.hypot(affine[axis]!, affine[4 + axis]!, affine[8 + axis]!);
}

const most = (values: readonly number[]) => values.reduce((high, value) => Math.max(high, value), 0);
