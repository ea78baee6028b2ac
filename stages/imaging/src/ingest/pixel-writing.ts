import { type Issue, issue } from '@myocast/base';
import { burntInText, type Dataset, openDicom, pixelsMayIdentify } from '@myocast/dicom';

/** Why an image may carry a name in its pixels, by its header; null where nothing says so. */
export function writingByHeader(dataset: Dataset): Issue | null {
  const why = pixelsMayIdentify(dataset);
  return why === null
    ? null
    : issue('identifying', dataset.path, `expected pixels without writing, but ${why}: have a look at it`);
}

/** Writing that is seen in the pixels of one image: where, never what. */
export function writingInPixels(
  path: string,
  size: { readonly rows: number; readonly columns: number; readonly samplesPerPixel: number },
  values: ArrayLike<number>,
): Issue | null {
  const [first, ...more] = burntInText({ ...size, values });
  if (first === undefined) return null;
  const { top, left, bottom, right, letters } = first;
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return issue(
    'identifying',
    path,
    `expected pixels without writing, found what looks like ${letters} letters in rows ${top} to ${bottom}, columns ${left} to ${right}${others}`,
  );
}

/** Both for a file with all its frames; pixels that cannot be decoded cannot be cleared. */
export function writingInFile(dataset: Dataset, bytes: Uint8Array): Issue | null {
  const stated = writingByHeader(dataset);
  if (stated) return stated;
  const opened = openDicom(bytes, dataset.path);
  if (!opened.ok) return opened.issues[0]!;
  const { layout, read } = opened.value;
  for (let frame = 0; frame < layout.frames; frame++) {
    const stored = read(frame, 1);
    const found = stored.ok ? writingInPixels(dataset.path, layout, stored.value) : stored.issues[0]!;
    if (found) return found;
  }
  return null;
}
