import { contentHash } from '@myocast/base';
import { type ImageHeader, type Keyword, number, type Series, text, texts } from '@myocast/dicom';

/**
 * The names of the series of an exam, in their order. A key is a hash of what the headers say of
 * how a series was taken: rows and columns, orientation, all different places, the most images
 * at one place, the echo, repetition and inversion times, the flip angles, and the part of a complex image.
 *
 * So it stays the same under another transfer syntax, byte order or packing (classic or enhanced), with
 * files that come twice, and after de-identification: neither UIDs, dates, names nor stored pixels are in it.
 *
 * Ties: series that are equal in all of this follow one another by SeriesNumber, then by
 * AcquisitionNumber, then by their description, then by their pixels as stored; the first
 * has the key as it is, the others with -2, -3, … after it.
 */
export function seriesKeys(series: readonly Series[]): readonly string[] {
  const keys: string[] = series.map(({ images }) => contentHash(lookOf(images)).slice(0, 10));
  const equal = grouped([...series.keys()], (index) => keys[index]!);
  for (const [key, indices] of equal) {
    const inOrder = indices
      .map((index) => ({ index, rank: rankOf(series[index]!) }))
      .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
    for (const [place, { index }] of inOrder.entries()) if (place > 0) keys[index] = `${key}-${place + 1}`;
  }
  return keys;
}

function grouped<Item>(
  items: readonly Item[],
  by: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group) group.push(item);
    else groups.set(by(item), [item]);
  }
  return groups;
}

const timing = ['EchoTime', 'RepetitionTime', 'InversionTime', 'FlipAngle'] as const;

function lookOf(images: readonly ImageHeader[]): string {
  const { rows, columns, plane } = images[0]!;
  const places = grouped(images, placeOf);
  const direction = plane === null ? [] : [...plane.along, ...plane.down];
  const values = (keyword: Keyword) => [
    ...new Set(images.map(({ dataset }) => rounded(number(dataset, keyword) ?? 0, 10))),
  ];
  return JSON.stringify([
    rows,
    columns,
    direction.map((share) => rounded(share, 1000)),
    [...places.keys()].sort(),
    Math.max(...[...places.values()].map(differing)),
    timing.map((keyword) => values(keyword).sort((a, b) => a - b)),
    partOf(images[0]!),
  ]);
}

/** To a tenth of a millimetre. */
function placeOf({ plane }: ImageHeader): string {
  return plane === null ? '' : plane.position.map((mm) => rounded(mm, 10)).join(' ');
}

/** How many different images are at one place: by their time after the R wave, or else by what names an image. */
function differing(images: readonly ImageHeader[]): number {
  const times = new Set(images.map(({ dataset }) => number(dataset, 'TriggerTime')));
  if (times.size > 1) return times.size;
  const byPixels = new Set(images.map(({ pixelCheck }) => pixelCheck)).size;
  const uids = images.map(({ dataset, frame }) => `${text(dataset, 'SOPInstanceUID')} ${frame}`);
  return uids.some((uid) => uid.startsWith(' ')) ? byPixels : Math.min(byPixels, new Set(uids).size);
}

/** Magnitude, phase, real or imaginary, by its first letter; enhanced images say it in an attribute of its own. */
function partOf({ dataset }: ImageHeader): string {
  const said = text(dataset, 'ComplexImageComponent') || (texts(dataset, 'ImageType')[2] ?? '');
  const [, part = ''] = /^(M|P|R|I)(?:AGNITUDE|HASE|EAL|MAGINARY)?$/i.exec(said) ?? [];
  return part.toUpperCase();
}

function rankOf({ images, description }: Series): string {
  const lowest = (keyword: Keyword) =>
    Math.min(...images.map(({ dataset }) => number(dataset, keyword) ?? 0));
  const numbers = [lowest('SeriesNumber'), lowest('AcquisitionNumber')].map(padded);
  const pixels = Math.min(...images.map(({ pixelCheck }) => pixelCheck));
  return [...numbers, description, padded(pixels)].join('\n');
}

const padded = (value: number) => String(value).padStart(12, '0');

/** The nearest multiple of a share, without the sign of a zero. */
const rounded = (value: number, parts: number) => Math.round(value * parts) / parts + 0;
