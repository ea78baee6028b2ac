import { type Issue, issue } from '@myocast/base';
import { type Dataset, number, text } from './dataset.ts';
import type { Keyword } from './keywords.ts';
import type { ImageHeader } from './read.ts';

/** The images at one place, in the order of time once {@link phasesOf} has put them so. */
export interface PhasedSlice<Image extends ImageHeader> {
  readonly alongMm: number;
  readonly images: readonly Image[];
}

/** The complete slices, at least one, and what was left out. */
export interface Phased<Image extends ImageHeader> {
  readonly slices: readonly PhasedSlice<Image>[];
  /** Every image that is in no slice, with the reason. */
  readonly leftOut: ReadonlyMap<Image, Issue>;
  readonly issues: readonly Issue[];
}

/** What may say the order of the phases, best first. */
const timeKeywords: readonly Keyword[] = ['TriggerTime', 'TemporalPositionIdentifier', 'InstanceNumber'];

/**
 * Orders the images of every slice in time, uses images that are given twice
 * once, and leaves out slices whose number of phases is not that of most images.
 */
export function phasesOf<Image extends ImageHeader>(
  slices: readonly PhasedSlice<Image>[],
  path: string,
): Phased<Image> {
  const leftOut = new Map<Image, Issue>();
  const single = slices.map(({ alongMm, images }) => ({ alongMm, images: once(images, leftOut) }));
  const issues = [...leftOut.values()];
  const keyword = timeKeywords.find((candidate) => single.every(({ images }) => tells(images, candidate)));
  const ordered = single.map(({ alongMm, images }) => ({
    alongMm,
    images: images.toSorted(
      (a, b) =>
        (keyword ? number(a.dataset, keyword)! - number(b.dataset, keyword)! : 0) ||
        byNumber(a.dataset, b.dataset),
    ),
  }));
  const phases = usualPhases(ordered);
  for (const { alongMm, images } of ordered) {
    if (images.length === phases) continue;
    const why = `expected ${phases} phases in each slice, found ${images.length} at ${alongMm.toFixed(1)} mm: slice left out`;
    issues.push(issue('bad-geometry', path, why));
    for (const image of images) leftOut.set(image, issue('bad-geometry', image.dataset.path, why));
  }
  return { slices: ordered.filter(({ images }) => images.length === phases), leftOut, issues };
}

/** The number of phases with which most images can be used. */
function usualPhases(slices: readonly PhasedSlice<ImageHeader>[]): number {
  const images = new Map<number, number>();
  for (const slice of slices) {
    const phases = slice.images.length;
    images.set(phases, (images.get(phases) ?? 0) + phases);
  }
  return [...images].sort(([a, x], [b, y]) => y - x || b - a)[0]![0];
}

/** Whether every image of a slice has a time of its own. */
function tells(images: readonly ImageHeader[], keyword: Keyword): boolean {
  if (images.length === 1) return true;
  const times = images.map(({ dataset }) => number(dataset, keyword));
  return !times.includes(null) && new Set(times).size === times.length;
}

/** The images of a slice, each once: an equal instance UID, or equal time and pixels, is the same image. */
function once<Image extends ImageHeader>(
  images: readonly Image[],
  leftOut: Map<Image, Issue>,
): readonly Image[] {
  const kept: Image[] = [];
  for (const image of images.toSorted((a, b) => byNumber(a.dataset, b.dataset))) {
    const twin = kept.find((other) => isSame(image, other));
    if (twin === undefined) kept.push(image);
    else {
      const { path } = image.dataset;
      leftOut.set(
        image,
        issue('duplicate-image', path, `expected every image once, found ${twin.dataset.path} again`),
      );
    }
  }
  return kept;
}

function isSame(a: ImageHeader, b: ImageHeader): boolean {
  const { uid } = orderOf(a.dataset);
  if (uid !== '' && uid === orderOf(b.dataset).uid) return true;
  if (number(a.dataset, 'TriggerTime') !== number(b.dataset, 'TriggerTime')) return false;
  return a.pixelCheck === b.pixelCheck && a.frames === b.frames;
}

/** An order that does not depend on file names. */
function byNumber(a: Dataset, b: Dataset): number {
  const [first, second] = [orderOf(a), orderOf(b)];
  return first.number - second.number || (first.uid < second.uid ? -1 : first.uid > second.uid ? 1 : 0);
}

interface Order {
  readonly number: number;
  readonly uid: string;
}

/** Sorting asks for these many times. */
const orders = new WeakMap<Dataset, Order>();

function orderOf(dataset: Dataset): Order {
  const order = orders.get(dataset) ?? {
    number: number(dataset, 'InstanceNumber') ?? 0,
    uid: text(dataset, 'SOPInstanceUID'),
  };
  orders.set(dataset, order);
  return order;
}
