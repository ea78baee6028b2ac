import { type Issue, issue } from '@myocast/base';
import { type Dataset, number, text } from './dataset.ts';
import type { Keyword } from './keywords.ts';
import type { ImageHeader } from './read.ts';

/** The images at one place, in the order of time once {@link phasesOf} has put them so. */
export interface PhasedSlice<Image extends ImageHeader> {
  readonly alongMm: number;
  readonly images: readonly Image[];
}

/** The slices with one number of phases, at least one slice, and what was left out. */
export interface Phased<Image extends ImageHeader> {
  readonly slices: readonly PhasedSlice<Image>[];
  /** Every image that is in no slice, with the reason. */
  readonly leftOut: ReadonlyMap<Image, Issue>;
  /** What is to be said of slices that are used. */
  readonly notes: readonly Issue[];
}

/** What may say the order of the phases, best first. */
const timeKeywords: readonly Keyword[] = ['TriggerTime', 'TemporalPositionIdentifier', 'InstanceNumber'];
/** A slice with this share of the phases is completed by its neighbours in time. */
const enoughPhases = 0.8;

/**
 * Orders the images of every slice in time. Images that are given twice are used once; of a
 * slice that was taken several times the last take is used, which is why it was taken again;
 * a phase that a slice lacks is that of the nearest time. A slice that lacks more
 * than a fifth of its phases is left out.
 */
export function phasesOf<Image extends ImageHeader>(
  slices: readonly PhasedSlice<Image>[],
  path: string,
): Phased<Image> {
  const leftOut = new Map<Image, Issue>();
  const single = slices.map(({ alongMm, images }) => ({ alongMm, images: once(images, leftOut) }));
  const phases = usualPhases(single);
  const taken = single.map(({ alongMm, images }) => ({
    alongMm,
    images: lastTake(images, phases, alongMm, leftOut),
  }));
  const keyword = timeKeywords.find((candidate) => taken.every(({ images }) => tells(images, candidate)));
  const notes = lacking(taken, phases, path);
  const complete: PhasedSlice<Image>[] = [];
  for (const { alongMm, images } of taken) {
    const ordered = images.toSorted((a, b) => timeOf(a, keyword) - timeOf(b, keyword) || inOrder(a, b));
    if (ordered.length === phases) complete.push({ alongMm, images: ordered });
    else if (ordered.length > 1 && ordered.length < phases && ordered.length >= enoughPhases * phases) {
      complete.push({ alongMm, images: stretched(ordered, phases, keyword) });
      const message = `expected ${phases} phases, found ${ordered.length} at ${alongMm.toFixed(1)} mm: the nearest in time stand for those that are missing`;
      notes.push(issue('missing-image', path, message));
    } else {
      const why = `expected ${phases} phases in each slice, found ${ordered.length} at ${alongMm.toFixed(1)} mm: slice left out`;
      for (const image of ordered) leftOut.set(image, issue('bad-geometry', image.dataset.path, why));
    }
  }
  return { slices: complete, leftOut, notes };
}

/** What the headers say is missing from every slice. */
function lacking(slices: readonly PhasedSlice<ImageHeader>[], phases: number, path: string): Issue[] {
  const stated = slices.flatMap(({ images }) =>
    images.map(({ dataset }) => number(dataset, 'CardiacNumberOfImages') ?? 0),
  );
  const most = stated.reduce((high, count) => Math.max(high, count), 0);
  if (phases < 2 || most <= phases) return [];
  const why = `expected ${most} phases by CardiacNumberOfImages, found ${phases} in each slice`;
  return [issue('missing-image', path, why)];
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

function timeOf({ dataset }: ImageHeader, keyword: Keyword | undefined): number {
  return keyword ? number(dataset, keyword)! : 0;
}

/** Whether every image of a slice has a time of its own. */
function tells(images: readonly ImageHeader[], keyword: Keyword): boolean {
  if (images.length === 1) return true;
  const times = images.map(({ dataset }) => number(dataset, keyword));
  return !times.includes(null) && new Set(times).size === times.length;
}

/** Of a slice with two or more times the phases of the others, the last take. */
function lastTake<Image extends ImageHeader>(
  images: readonly Image[],
  phases: number,
  alongMm: number,
  leftOut: Map<Image, Issue>,
): readonly Image[] {
  if (images.length <= phases || images.length % phases !== 0) return images;
  const inTakes = images.toSorted((a, b) => takeOf(a).localeCompare(takeOf(b)) || inOrder(a, b));
  const early = inTakes.slice(0, -phases);
  const kept = inTakes.slice(-phases);
  if (phases > 1 && early.some((image) => takeOf(image) === takeOf(kept[0]!))) return images;
  const why = `expected one take of the slice at ${alongMm.toFixed(1)} mm, found ${images.length / phases}: the last one is used`;
  for (const image of early) leftOut.set(image, issue('duplicate-image', image.dataset.path, why));
  return kept;
}

/** Sorts the takes of a slice by when they were taken. */
function takeOf({ dataset }: ImageHeader): string {
  const number10 = (keyword: Keyword) => String(number(dataset, keyword) ?? 0).padStart(10, '0');
  return `${number10('SeriesNumber')} ${number10('AcquisitionNumber')}`;
}

/** Phases at even shares of the cycle, each by the image that is nearest in time. */
function stretched<Image extends ImageHeader>(
  images: readonly Image[],
  phases: number,
  keyword: Keyword | undefined,
): readonly Image[] {
  const known = keyword === 'TriggerTime';
  const times = images.map((image, index) => (known ? timeOf(image, keyword) : index));
  const [first, last] = [times[0]!, times.at(-1)!];
  return Array.from({ length: phases }, (_, phase) => {
    const due = first + ((last - first) * phase) / (phases - 1);
    const off = times.map((ms) => Math.abs(ms - due));
    return images[off.indexOf(Math.min(...off))]!;
  });
}

/** The images of a slice, each once: an equal instance UID, or equal time and pixels, is the same image. */
function once<Image extends ImageHeader>(
  images: readonly Image[],
  leftOut: Map<Image, Issue>,
): readonly Image[] {
  const kept: Image[] = [];
  for (const image of images.toSorted(inOrder)) {
    if (!kept.some((other) => isSame(image, other))) kept.push(image);
    else {
      const { path } = image.dataset;
      leftOut.set(image, issue('duplicate-image', path, 'expected every image once, given more than once'));
    }
  }
  return kept;
}

function isSame(a: ImageHeader, b: ImageHeader): boolean {
  const { uid } = orderOf(a.dataset);
  if (uid !== '' && uid === orderOf(b.dataset).uid) return a.frame === b.frame;
  if (number(a.dataset, 'TriggerTime') !== number(b.dataset, 'TriggerTime')) return false;
  return a.pixelCheck === b.pixelCheck && a.frames === b.frames;
}

/** An order that does not depend on file names. */
function inOrder(a: ImageHeader, b: ImageHeader): number {
  const [first, second] = [orderOf(a.dataset), orderOf(b.dataset)];
  const byUid = first.uid < second.uid ? -1 : first.uid > second.uid ? 1 : 0;
  return first.number - second.number || a.frame - b.frame || byUid;
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
