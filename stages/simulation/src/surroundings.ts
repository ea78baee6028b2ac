import type { Placement } from './heart-image.ts';
import { crossProduct, organAt, type Point, type Thorax, type Vessel } from './thorax.ts';
import { tissueCode } from './tissue.ts';

/** Axes of an image plane in the patient: through `origin`, mm along the rows and the columns of the image. */
export interface PlaneAxes {
  /** The point of the placement's `column`, `row`, in LPS mm from the centre of the LV's long axis. */
  readonly origin: Point;
  readonly alongRow: Point;
  readonly alongColumn: Point;
}

/**
 * The organs in an image plane, as tissue: what an image shows of them is the
 * mean of the signals. Computed once per slice and shared by its series and
 * phases.
 */
export interface Surroundings {
  readonly size: number;
  /** [size, size], 255 where a pixel holds several tissues. */
  readonly tissue: Uint8Array;
  /** Pixels that hold several, and the tissues of their sub-pixels, [mixed, samples]. */
  readonly mixed: Int32Array;
  readonly parts: Uint8Array;
  readonly samples: number;
}

const several = 255;
const oversampling = 3;

/** Looks at the corners of the pixels; only where they differ, at the sub-pixels. */
export function lookAround(thorax: Thorax, axes: PlaneAxes, placement: Placement): Surroundings {
  const { size, spacingMm } = placement;
  const look = (column: number, row: number) => {
    const u = (column - placement.column) * spacingMm;
    const v = (row - placement.row) * spacingMm;
    const { origin, alongRow, alongColumn } = axes;
    return organAt(
      thorax,
      origin[0] + u * alongRow[0] + v * alongColumn[0],
      origin[1] + u * alongRow[1] + v * alongColumn[1],
      origin[2] + u * alongRow[2] + v * alongColumn[2],
    );
  };
  const line = size + 1;
  const corners = lookAtCorners(line, (column, row) => look(column - 0.5, row - 0.5));
  const tissue = new Uint8Array(size * size);
  const mixed: number[] = [];
  for (let pixel = 0; pixel < tissue.length; pixel++) {
    const corner = ((pixel / size) | 0) * line + (pixel % size);
    const here = corners[corner]!;
    const same =
      here === corners[corner + 1] && here === corners[corner + line] && here === corners[corner + line + 1];
    tissue[pixel] = same ? here : several;
    if (!same) mixed.push(pixel);
  }
  const samples = oversampling ** 2;
  const parts = new Uint8Array(mixed.length * samples);
  for (const [index, pixel] of mixed.entries())
    for (let sub = 0; sub < samples; sub++)
      parts[index * samples + sub] = look(
        (pixel % size) + ((sub % oversampling) + 0.5) / oversampling - 0.5,
        ((pixel / size) | 0) + (((sub / oversampling) | 0) + 0.5) / oversampling - 0.5,
      );
  return { size, tissue, mixed: Int32Array.from(mixed), parts, samples };
}

/** Every second corner first, of an odd number; those between corners that agree are taken to agree too. */
function lookAtCorners(line: number, look: (column: number, row: number) => number): Uint8Array {
  const corners = new Uint8Array(line * line);
  for (let row = 0; row < line; row += 2)
    for (let column = 0; column < line; column += 2) corners[row * line + column] = look(column, row);
  const between = (row: number, column: number, step: number) => {
    const at = row * line + column;
    const [one, other] = [corners[at - step]!, corners[at + step]!];
    corners[at] = one === other ? one : look(column, row);
  };
  for (let row = 0; row < line; row += 2)
    for (let column = 1; column < line; column += 2) between(row, column, 1);
  for (let row = 1; row < line; row += 2)
    for (let column = 0; column < line; column++) between(row, column, line);
  return corners;
}

/** The surroundings in these signals, [size, size], written into `image`. */
export function paintSurroundings(
  { tissue, mixed, parts, samples }: Surroundings,
  signal: Float32Array,
  image: Float32Array,
): void {
  for (let pixel = 0; pixel < tissue.length; pixel++) {
    const code = tissue[pixel]!;
    if (code !== several) image[pixel] = signal[code]!;
  }
  for (let index = 0; index < mixed.length; index++) {
    let sum = 0;
    for (let sub = index * samples; sub < (index + 1) * samples; sub++) sum += signal[parts[sub]!]!;
    image[mixed[index]!] = sum / samples;
  }
}

/** The vessels of an organ that a slice of this thickness cuts, drawn over its plain tissue. */
export function paintVessels(
  vessels: readonly Vessel[],
  organ: 'lung' | 'liver',
  axes: PlaneAxes,
  placement: Placement,
  thicknessMm: number,
  surroundings: Surroundings,
  signal: Float32Array,
  image: Float32Array,
): void {
  const normal = crossProduct(axes.alongRow, axes.alongColumn);
  const blood = signal[tissueCode.lungVessel]!;
  const half = thicknessMm / 2;
  for (const { from, to, radiusMm } of vessels) {
    const a = project(from, axes, normal);
    const b = project(to, axes, normal);
    const clipped = clip(a, b, half + radiusMm);
    if (clipped === null) continue;
    const share = Math.min(1, (2 * radiusMm) / thicknessMm + 0.25);
    drawPiece(clipped, radiusMm, placement, (pixel, cover) => {
      if (surroundings.tissue[pixel] !== tissueCode[organ]) return;
      image[pixel] = image[pixel]! + cover * share * (blood - image[pixel]!);
    });
  }
}

type Flat = readonly [u: number, v: number, n: number];

function project(point: Point, { origin, alongRow, alongColumn }: PlaneAxes, normal: Point): Flat {
  const d: Point = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
  const along = (axis: Point) => d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2];
  return [along(alongRow), along(alongColumn), along(normal)];
}

/** The part of a piece within a distance of the plane. */
function clip(a: Flat, b: Flat, most: number): readonly [Flat, Flat] | null {
  const [low, high] = a[2] < b[2] ? [a, b] : [b, a];
  if (low[2] > most || high[2] < -most) return null;
  const span = high[2] - low[2] + 1e-9;
  const from = Math.max(0, (-most - low[2]) / span);
  const to = Math.min(1, (most - low[2]) / span);
  const at = (t: number): Flat => [
    low[0] + t * (high[0] - low[0]),
    low[1] + t * (high[1] - low[1]),
    low[2] + t * span,
  ];
  return [at(from), at(to)];
}

function drawPiece(
  [a, b]: readonly [Flat, Flat],
  radiusMm: number,
  { size, spacingMm, column, row }: Placement,
  paint: (pixel: number, cover: number) => void,
): void {
  const [x0, y0, x1, y1] = [
    a[0] / spacingMm + column,
    a[1] / spacingMm + row,
    b[0] / spacingMm + column,
    b[1] / spacingMm + row,
  ];
  const radius = radiusMm / spacingMm;
  const reach = radius + 1;
  const lengthSquare = (x1 - x0) ** 2 + (y1 - y0) ** 2 + 1e-9;
  const lastRow = Math.min(size - 1, Math.ceil(Math.max(y0, y1) + reach));
  const lastColumn = Math.min(size - 1, Math.ceil(Math.max(x0, x1) + reach));
  for (let r = Math.max(0, Math.floor(Math.min(y0, y1) - reach)); r <= lastRow; r++)
    for (let c = Math.max(0, Math.floor(Math.min(x0, x1) - reach)); c <= lastColumn; c++) {
      const t = Math.min(1, Math.max(0, ((c - x0) * (x1 - x0) + (r - y0) * (y1 - y0)) / lengthSquare));
      const away = Math.hypot(c - x0 - t * (x1 - x0), r - y0 - t * (y1 - y0));
      const cover = Math.min(1, Math.max(0, radius - away + 0.5)) * Math.min(1, 2 * radius);
      if (cover > 0) paint(r * size + c, cover);
    }
}
