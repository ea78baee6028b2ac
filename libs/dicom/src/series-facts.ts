import { number, text, texts } from './dataset.ts';
import type { Series } from './group-series.ts';
import { dot, type Vector } from './image-plane.ts';
import type { Keyword } from './keywords.ts';
import type { ImageHeader } from './read.ts';
import { plainWords, saysDelayed } from './series-words.ts';

/** What the headers of a series say of how it was taken, as far as they say it. */
export interface SeriesFacts {
  readonly series: string;
  readonly modality: string;
  /** A picture of a screen or a document, not of a patient. */
  readonly secondaryCapture: boolean;
  readonly words: string;
  readonly delayedWord: boolean;
  /** Values of ImageType and its like from the third on, in capitals. */
  readonly imageType: readonly string[];
  /** Places along the normal. */
  readonly slices: number;
  /** Most images at one place. */
  readonly images: number;
  /** Different values at the place with most images, ascending. */
  readonly echoTimesMs: readonly number[];
  readonly inversionTimesMs: readonly number[];
  readonly repetitionMs: number | null;
  readonly echoTrain: number | null;
  readonly spinEcho: boolean;
  readonly inversionRecovery: boolean;
  readonly steadyState: boolean;
  /** Usual time from one image to the next after the R wave. */
  readonly triggerStepMs: number | null;
  /** How long the scanner was at one place. */
  readonly spanSeconds: number | null;
  /** When the series began, in seconds of the day. */
  readonly startSeconds: number | null;
  readonly contrastAgent: boolean;
  readonly normal: Vector | null;
}

const wordKeywords: readonly Keyword[] = ['SeriesDescription', 'ProtocolName', 'PulseSequenceName'];
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

/** Reads the facts of one series. */
export function seriesFacts({ images, description }: Series): SeriesFacts {
  const first = images[0]!;
  const { dataset } = first;
  const fullest = fullestPlace(images);
  const said = [
    description,
    ...wordKeywords.map((keyword) => text(dataset, keyword)),
    text(dataset, 'SequenceName').replace(/^\*/, ''),
  ];
  const scanning = texts(dataset, 'ScanningSequence');
  return {
    series: text(dataset, 'SeriesInstanceUID'),
    modality: text(dataset, 'Modality'),
    secondaryCapture:
      text(dataset, 'SOPClassUID').startsWith(secondaryCapture) || text(dataset, 'ConversionType') !== '',
    words: plainWords(said),
    delayedWord: saysDelayed(said),
    imageType: imageTypeOf(first),
    slices: placesOf(images).size,
    images: fullest.length,
    echoTimesMs: different(fullest, 'EchoTime'),
    inversionTimesMs: different(fullest, 'InversionTime'),
    repetitionMs: number(dataset, 'RepetitionTime'),
    echoTrain: number(dataset, 'EchoTrainLength'),
    spinEcho: scanning.includes('SE'),
    inversionRecovery: scanning.includes('IR'),
    steadyState: texts(dataset, 'SequenceVariant').includes('SS'),
    triggerStepMs: triggerStep(fullest),
    spanSeconds: spanOf(fullest),
    startSeconds: earliest(images),
    contrastAgent: text(dataset, 'ContrastBolusAgent') !== '',
    normal: first.plane?.normal ?? null,
  };
}

/** The images of every place along the normal. */
function placesOf(images: readonly ImageHeader[]): ReadonlyMap<number | null, readonly ImageHeader[]> {
  const places = new Map<number | null, ImageHeader[]>();
  for (const image of images) {
    const place = image.plane && Math.round(dot(image.plane.position, image.plane.normal) * 2);
    const here = places.get(place);
    if (here) here.push(image);
    else places.set(place, [image]);
  }
  return places;
}

function fullestPlace(images: readonly ImageHeader[]): readonly ImageHeader[] {
  return [...placesOf(images).values()].reduce((most, here) => (here.length > most.length ? here : most));
}

function imageTypeOf({ dataset }: ImageHeader): readonly string[] {
  const values = [
    ...texts(dataset, 'ImageType').slice(2),
    text(dataset, 'ComplexImageComponent'),
    text(dataset, 'AcquisitionContrast'),
  ];
  return values.filter((value) => value !== '').map((value) => value.toUpperCase());
}

function different(images: readonly ImageHeader[], keyword: Keyword): readonly number[] {
  const values = new Set<number>();
  for (const { dataset } of images) {
    const value = number(dataset, keyword);
    if (value !== null) values.add(Math.round(value * 10) / 10);
  }
  return [...values].sort((a, b) => a - b);
}

function triggerStep(images: readonly ImageHeader[]): number | null {
  const times = different(images, 'TriggerTime');
  if (times.length < 4 || times.length < images.length / 2) return null;
  const steps = times.slice(1).map((ms, index) => ms - times[index]!);
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)]!;
}

function secondsOf({ dataset }: ImageHeader): number | null {
  const time = text(dataset, 'AcquisitionTime') || text(dataset, 'SeriesTime');
  const [, hours, minutes, seconds] = /^(\d\d)(\d\d)(\d\d(?:\.\d+)?)/.exec(time) ?? [];
  return hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function spanOf(images: readonly ImageHeader[]): number | null {
  const times = images.map((image) => (text(image.dataset, 'AcquisitionTime') ? secondsOf(image) : null));
  if (times.includes(null)) return null;
  const known = times as number[];
  return Math.max(...known) - Math.min(...known);
}

function earliest(images: readonly ImageHeader[]): number | null {
  const times = images.map(secondsOf).filter((seconds) => seconds !== null);
  return times.length > 0 ? Math.min(...times) : null;
}

/** The facts of a series that has no headers: its name, its size and where it lies. */
export function factsOfName(
  name: string,
  { images, slices, normal }: Pick<SeriesFacts, 'images' | 'slices' | 'normal'>,
): SeriesFacts {
  return {
    series: '',
    modality: 'MR',
    secondaryCapture: false,
    words: plainWords([name]),
    delayedWord: saysDelayed([name]),
    imageType: [],
    slices,
    images,
    echoTimesMs: [],
    inversionTimesMs: [],
    repetitionMs: null,
    echoTrain: null,
    spinEcho: false,
    inversionRecovery: false,
    steadyState: false,
    triggerStepMs: null,
    spanSeconds: null,
    startSeconds: null,
    contrastAgent: false,
    normal,
  };
}
