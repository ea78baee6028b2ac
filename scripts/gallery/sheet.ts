import { encode } from 'fast-png';
import type { Look } from './appearance.ts';

/** Pixels [height, width] of an image to be shown. */
export type Tile = Pick<Look, 'pixels' | 'width' | 'height'>;

/** Rows of square tiles as a grey PNG; each tile is windowed to its own 1st and 99.5th percentile. */
export function sheet(rows: readonly (readonly Tile[])[], side: number): Uint8Array {
  const across = Math.max(...rows.map((row) => row.length));
  const data = new Uint8Array(across * side * rows.length * side);
  for (const [r, row] of rows.entries())
    for (const [c, tile] of row.entries())
      draw(tile, side, (x, y, grey) => {
        data[(r * side + y) * across * side + c * side + x] = grey;
      });
  return encode(
    { width: across * side, height: rows.length * side, data, channels: 1, depth: 8 },
    { zlib: { level: 9 } },
  );
}

function draw(
  { pixels, width, height }: Tile,
  side: number,
  put: (x: number, y: number, grey: number) => void,
): void {
  const sorted = Array.from(pixels).sort((a, b) => a - b);
  const low = sorted[Math.floor(0.01 * sorted.length)]!;
  const high = sorted[Math.floor(0.995 * sorted.length)]!;
  const scale = Math.max(width, height) / side;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const value = areaMean(pixels, width, height, x * scale, y * scale, scale);
      // 64 grey levels: what is below is noise, and would not pack.
      if (value !== null)
        put(x, y, 4 * Math.round(63 * Math.min(1, Math.max(0, (value - low) / (high - low)))));
    }
}

/** Mean over the square that a pixel of the sheet covers; null outside of the image. */
function areaMean(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  left: number,
  top: number,
  size: number,
): number | null {
  let sum = 0;
  let count = 0;
  const steps = Math.max(1, Math.round(size * 2));
  for (let i = 0; i < steps; i++)
    for (let j = 0; j < steps; j++) {
      const x = Math.floor(left + ((i + 0.5) / steps) * size);
      const y = Math.floor(top + ((j + 0.5) / steps) * size);
      if (x >= width || y >= height) continue;
      sum += pixels[y * width + x]!;
      count++;
    }
  return count === 0 ? null : sum / count;
}
