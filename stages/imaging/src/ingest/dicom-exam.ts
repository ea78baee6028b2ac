import { type Issue, issue } from '@myocast/base';
import {
  classifyExam,
  emptyVolume,
  groupSeries,
  type ImageHeader,
  number,
  placePixels,
  openDicom,
  type PixelEvidence,
  type PixelFrames,
  planVolume,
  seriesFacts,
  text,
  type Volume,
  type VolumePlan,
} from '@myocast/dicom';
import type { SeriesLook } from '../records.ts';
import type { InputFile } from './containers/files-in.ts';
import { writingInPixels } from './pixel-writing.ts';
import { type Candidate, isUseful } from './exam.ts';
import { seriesKeys } from './series-key.ts';
import { labelled, type SeriesLabel } from './series-labels.ts';

/** A series of DICOM images as a plan: known by its headers, its pixels not read yet. */
export interface PlannedSeries extends Candidate {
  readonly images: readonly ImageHeader[];
  readonly plan: VolumePlan<ImageHeader>;
  /** What is to be said of the images that are used. */
  readonly notes: readonly Issue[];
}

/** A series that cannot or need not become a volume. */
export interface UnplannedSeries extends SeriesLook {
  readonly setBy: string | null;
  readonly images: readonly ImageHeader[];
  readonly shape: Volume['shape'] | null;
  /** Why, and the sort of issue that this is. */
  readonly why: Pick<Issue, 'kind' | 'message'>;
}

/** What the pixels of a series, found by its key, say. */
export type Looked = ReadonlyMap<string, PixelEvidence>;

/** The series among some images: those that can become a volume of use, and the others. */
export interface PlannedExam {
  readonly planned: readonly PlannedSeries[];
  readonly unplanned: readonly UnplannedSeries[];
}

/**
 * The series of an exam, each for what it is recognised or labelled as.
 *
 * @param looked what the pixels of some series say
 */
export function planSeries(
  images: readonly ImageHeader[],
  labels: readonly SeriesLabel[] = [],
  looked: Looked = new Map(),
): PlannedExam {
  const groups = groupSeries(images);
  const keys = seriesKeys(groups);
  const classes = classifyExam(
    groups.map(seriesFacts),
    keys.map((key) => looked.get(key) ?? null),
  );
  const plans = groups.map(({ description, images: members }, index) => {
    const look = labelled({ key: keys[index]!, description, ...classes[index]! }, labels, keys);
    return planOf(look, members);
  });
  return {
    planned: plans.filter((plan) => 'plan' in plan),
    unplanned: plans.filter((plan) => 'why' in plan),
  };
}

/** What is left of a series when some of its images are gone, under the look it had. */
export function replan(
  series: PlannedSeries,
  images: readonly ImageHeader[],
): PlannedSeries | UnplannedSeries {
  const { key, kind, confidence, reason, otherwise, variant, description, setBy } = series;
  return planOf({ key, kind, confidence, reason, otherwise, variant, description, setBy }, images);
}

/** Maps are a few slices, at distances that the site chooses. */
const placedOneByOne: readonly SeriesLook['kind'][] = [
  't1-map-native',
  't1-map-post',
  't2-map',
  't2star-map',
];

type Look = SeriesLook & { readonly setBy: string | null };

function planOf(look: Look, images: readonly ImageHeader[]): PlannedSeries | UnplannedSeries {
  const planned = planVolume(images, `series "${look.description}"`, placedOneByOne.includes(look.kind));
  const shape = planned.ok ? planned.value.shape : null;
  if (!isUseful(look)) {
    const message = `${look.kind}: ${look.reason}`;
    return { ...look, images, shape, why: { kind: 'missing-series', message } };
  }
  if (!planned.ok) {
    const message = [...new Set(planned.issues.map((one) => one.message))].join('; ');
    return { ...look, images, shape, why: { kind: 'bad-geometry', message } };
  }
  const plan = planned.value;
  const { dataset } = images[0]!;
  return {
    ...look,
    plan,
    notes: planned.issues,
    oriented: true,
    shape: plan.shape,
    emptySlices: plan.emptySlices,
    images,
    paths: [...new Set(plan.places.map(({ image }) => image.dataset.path))],
    fieldStrengthT: number(dataset, 'MagneticFieldStrength'),
    manufacturer: text(dataset, 'Manufacturer') || null,
    rrIntervalMs: rrIntervalOf(images[0]!),
  };
}

/** NominalInterval, else the heart rate (PS3.3 C.8.3.1); null where neither is a positive number. */
function rrIntervalOf({ dataset }: ImageHeader): number | null {
  const interval = number(dataset, 'NominalInterval') ?? 0;
  const perMinute = number(dataset, 'HeartRate') ?? 0;
  return interval > 0 ? interval : perMinute > 0 ? 60_000 / perMinute : null;
}

/** The issues of the images of a series that is no volume. */
export function issuesOf({ images, why }: UnplannedSeries): readonly Issue[] {
  return images.map((image) => notUsedIssue(why.kind, image, why.message));
}

/** The issues of the images that a plan leaves out. */
export function leftOutOf({ plan }: PlannedSeries): readonly Issue[] {
  return [...plan.leftOut].map(([image, { kind, message }]) => notUsedIssue(kind, image, message));
}

function notUsedIssue(kind: Issue['kind'], { dataset }: ImageHeader, why: string): Issue {
  return issue(kind, dataset.path, `not used, ${why}`);
}

/** What reading the pixels of one series gave. */
export interface LoadedPixels {
  readonly volume: Volume;
  /** The images whose pixels could not be read. */
  readonly failed: ReadonlyMap<ImageHeader, Issue>;
}

/** Takes the pixels of some series from their files as they come, in any order, straight into the volumes. */
export function openLoading(
  series: readonly Pick<PlannedSeries, 'plan'>[],
  pixelsReviewed: boolean,
): {
  /** The files that are still needed. */
  readonly missing: ReadonlySet<string>;
  take(file: InputFile, hashWhenPlanned: string): void;
  close(): readonly LoadedPixels[];
} {
  const loads = series.map(({ plan }) => ({
    failed: new Map<ImageHeader, Issue>(),
    volume: emptyVolume(plan),
  }));
  const wanted = new Map<string, Target[]>();
  for (const [index, { plan }] of series.entries()) {
    const { failed, volume } = loads[index]!;
    for (const { image, start } of plan.places) {
      const { path } = image.dataset;
      const targets = wanted.get(path) ?? [];
      wanted.set(path, targets);
      targets.push({ image, start, failed, data: volume.data });
    }
  }
  const missing = new Set(wanted.keys());
  const failAll = (path: string, why: Issue) => {
    for (const { image, failed } of wanted.get(path)!) failed.set(image, why);
  };
  return {
    missing,
    take(file, hashWhenPlanned) {
      missing.delete(file.path);
      if (file.hash !== hashWhenPlanned) return failAll(file.path, changed(file.path));
      const opened = openDicom(file.bytes, file.path);
      if (!opened.ok) return failAll(file.path, opened.issues[0]!);
      for (const target of wanted.get(file.path)!) {
        const wrong = fill(target, opened.value, pixelsReviewed);
        if (wrong !== null) target.failed.set(target.image, wrong);
      }
    },
    close() {
      for (const path of missing) failAll(path, changed(path));
      return loads;
    },
  };
}

/** Where the pixels of an image go. */
interface Target {
  readonly image: ImageHeader;
  readonly start: number;
  readonly data: Float32Array;
  readonly failed: Map<ImageHeader, Issue>;
}

function fill({ image, start, data }: Target, { read }: PixelFrames, pixelsReviewed: boolean): Issue | null {
  const stored = read(image.frame);
  if (!stored.ok) return stored.issues[0]!;
  const { rows, columns, dataset } = image;
  if (stored.value.length !== rows * columns)
    return issue(
      'bad-value',
      dataset.path,
      `expected ${rows * columns} pixels, found ${stored.value.length}`,
    );
  const writing = pixelsReviewed ? null : writingInPixels(dataset.path, image, stored.value);
  if (writing) return writing;
  placePixels(data, start, { ...image, stored: stored.value });
  return null;
}

function changed(path: string): Issue {
  return issue('not-readable', path, 'expected the file as it was a moment ago, found it changed or gone');
}
