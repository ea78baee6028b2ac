import { text, texts } from './dataset.ts';
import { dot, sameOrientation, sameSpacing } from './image-plane.ts';
import type { ImageHeader } from './read.ts';

/**
 * Images that belong together: one SeriesInstanceUID, orientation, matrix and part of a complex image,
 * or the slices of one stack that the scanner put into a series each.
 */
export interface Series<Image extends ImageHeader = ImageHeader> {
  readonly description: string;
  readonly images: readonly Image[];
}

/** A series of at most so many slices may be a piece of a stack. */
const mostInPiece = 2;

/** Splits images into series. */
export function groupSeries<Image extends ImageHeader>(images: readonly Image[]): readonly Series<Image>[] {
  const groups = new Map<string, Image[][]>();
  for (const image of images) {
    const key = `${text(image.dataset, 'SeriesInstanceUID')} ${sortOf(image)}`;
    const alike = groups.get(key) ?? [];
    groups.set(key, alike);
    const group = alike.find(([first]) => sameOrientation(first!.plane, image.plane));
    if (group) group.push(image);
    else alike.push([image]);
  }
  const apart = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, alike]) => alike);
  return joined(apart).map((members) => ({ description: descriptionOf(members[0]!), images: members }));
}

/** Images of one series that differ in this are different series. */
function sortOf({ dataset, rows, columns }: ImageHeader): string {
  return `${texts(dataset, 'ImageType')[2] ?? ''} ${rows}x${columns}`;
}

/**
 * Some scanners give each breath-hold, hence each slice, a series of its own: pieces with one
 * description but for numbers, one frame of reference, orientation and pixel size become one series.
 */
function joined<Image extends ImageHeader>(
  series: readonly (readonly Image[])[],
): readonly (readonly Image[])[] {
  const whole: (readonly Image[])[] = [];
  const stacks: { readonly key: string; readonly images: Image[] }[] = [];
  for (const images of series) {
    const first = images[0]!;
    if (first.plane === null || slicesOf(images) > mostInPiece) {
      whole.push(images);
      continue;
    }
    const key = pieceKey(first);
    const stack = stacks.find((other) => other.key === key && isSameStack(other.images[0]!, first));
    if (stack) stack.images.push(...images);
    else stacks.push({ key, images: [...images] });
  }
  return [...whole, ...stacks.map(({ images }) => images)];
}

function isSameStack({ plane: a }: ImageHeader, { plane: b }: ImageHeader): boolean {
  return sameOrientation(a, b) && sameSpacing(a, b);
}

function pieceKey(image: ImageHeader): string {
  const { dataset } = image;
  const words = descriptionOf(image)
    .toLowerCase()
    .replace(/[\d\s_.-]+/g, ' ')
    .trim();
  return [text(dataset, 'StudyInstanceUID'), text(dataset, 'FrameOfReferenceUID'), sortOf(image), words].join(
    '|',
  );
}

/** How many places along the normal the images take. */
function slicesOf(images: readonly ImageHeader[]): number {
  return new Set(images.map(({ plane }) => plane && Math.round(dot(plane.position, plane.normal) * 2))).size;
}

function descriptionOf({ dataset }: ImageHeader): string {
  return text(dataset, 'SeriesDescription') || text(dataset, 'ProtocolName');
}
