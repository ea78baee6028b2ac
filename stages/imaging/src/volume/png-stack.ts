import { accepted, type Checked, issue, refused } from '@myocast/base';
import type { Volume } from '@myocast/dicom';
import { decode } from 'fast-png';

/**
 * Slices stored as grey PNG files of one size, in the order given, as one volume.
 * PNG carries no geometry, so the affine is null.
 */
export function readPngStack(
  slices: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Checked<Volume> {
  const first = slices[0];
  if (!first) return refused(issue('empty-input', 'PNG stack', 'expected at least one slice, found none'));
  const images: { width: number; height: number; data: ArrayLike<number> }[] = [];
  for (const { path, bytes } of slices) {
    const image = decodeGrey(bytes);
    if (typeof image === 'string') return refused(issue('not-readable', path, image));
    const { width, height } = images[0] ?? image;
    if (image.width !== width || image.height !== height)
      return refused(
        issue(
          'bad-geometry',
          path,
          `expected ${width}×${height} pixels as in ${first.path}, found ${image.width}×${image.height}`,
        ),
      );
    images.push(image);
  }
  const { width, height } = images[0]!;
  const data = new Float32Array(images.length * width * height);
  for (const [z, image] of images.entries()) data.set(image.data, z * width * height);
  return accepted({ shape: [1, images.length, height, width], data, affine: null, triggerTimesMs: null });
}

function decodeGrey(bytes: Uint8Array): { width: number; height: number; data: ArrayLike<number> } | string {
  try {
    const { width, height, data, channels, palette } = decode(bytes, { checkCrc: true });
    if (channels !== 1 || palette) return `expected a grey image, found ${channels} channels`;
    return { width, height, data };
  } catch (cause) {
    return `expected a PNG image: ${(cause as Error).message}`;
  }
}
