import { type Issue, issue } from '@myocast/base';
import {
  classifySeries,
  emptyVolume,
  groupSeries,
  type ImageHeader,
  number,
  placePixels,
  planVolume,
  readDicom,
  type Series,
  text,
  type Volume,
  type VolumePlan,
} from '@myocast/dicom';
import type { Candidate } from './exam.ts';
import type { InputFile } from './containers/files-in.ts';

/** A series of DICOM images as a plan: known by its headers, its pixels not read yet. */
export interface PlannedSeries extends Candidate {
  readonly images: readonly ImageHeader[];
  readonly plan: VolumePlan<ImageHeader>;
}

/** The series among some images that can become a volume, and an issue for every image of the others. */
export function planSeries(images: readonly ImageHeader[]): {
  readonly planned: readonly PlannedSeries[];
  readonly notUsed: readonly Issue[];
} {
  const planned: PlannedSeries[] = [];
  const notUsed: Issue[] = [];
  for (const series of groupSeries(images)) {
    const plan = planOf(series);
    if (Array.isArray(plan)) notUsed.push(...plan);
    else planned.push(plan as PlannedSeries);
  }
  return { planned, notUsed };
}

function planOf({ description, images }: Series): PlannedSeries | Issue[] {
  const { kind, confidence, reason } = classifySeries({ description, images });
  if (kind !== 'cine-sax' && kind !== 'lge-sax')
    return images.map((image) => notUsedIssue('missing-series', image, `${kind}: ${reason}`));
  const planned = planVolume(images, `series "${description}"`);
  if (!planned.ok) {
    const reasons = planned.issues.map(({ message }) => message).join('; ');
    return images.map((image) => notUsedIssue('bad-geometry', image, reasons));
  }
  const plan = planned.value;
  const { dataset } = images[0]!;
  return {
    kind,
    confidence,
    reason,
    description,
    images,
    plan,
    shape: plan.shape,
    paths: plan.places.map(({ image }) => image.dataset.path),
    fieldStrengthT: number(dataset, 'MagneticFieldStrength'),
    manufacturer: text(dataset, 'Manufacturer') || null,
  };
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
export function openLoading(series: readonly PlannedSeries[]): {
  /** The files that are still needed. */
  readonly missing: ReadonlySet<string>;
  take(file: InputFile, hashWhenPlanned: string): void;
  close(): readonly LoadedPixels[];
} {
  const loads = series.map(({ plan }) => ({
    places: plan.places,
    failed: new Map<ImageHeader, Issue>(),
    volume: emptyVolume(plan),
  }));
  const wanted = new Map(
    loads.flatMap(({ places, failed, volume }) =>
      places.map(
        ({ image, start }) => [image.dataset.path, { image, start, failed, data: volume.data }] as const,
      ),
    ),
  );
  const missing = new Set(wanted.keys());
  return {
    missing,
    take(file, hashWhenPlanned) {
      const { image, start, failed, data } = wanted.get(file.path)!;
      missing.delete(file.path);
      const wrong = file.hash === hashWhenPlanned ? fill(data, start, image, file) : changed(file.path);
      if (wrong !== null) failed.set(image, wrong);
    },
    close() {
      for (const path of missing) {
        const { image, failed } = wanted.get(path)!;
        failed.set(image, changed(path));
      }
      return loads.map(({ volume, failed }) => ({ volume, failed }));
    },
  };
}

function fill(
  data: Float32Array,
  start: number,
  image: ImageHeader,
  { bytes, path }: InputFile,
): Issue | null {
  const read = readDicom(bytes, path);
  if (!read.ok) return read.issues[0]!;
  const pixels = image.rows * image.columns;
  if (read.value.stored.length !== pixels)
    return issue('bad-value', path, `expected ${pixels} pixels, found ${read.value.stored.length}`);
  placePixels(data, start, read.value);
  return null;
}

function changed(path: string): Issue {
  return issue('not-readable', path, 'expected the file as it was a moment ago, found it changed or gone');
}
