import { type Issue, issue } from '@myocast/base';
import {
  classifySeries,
  emptyVolume,
  groupSeries,
  type ImageHeader,
  number,
  placePixels,
  openDicom,
  type PixelFrames,
  planVolume,
  type Series,
  text,
  type Volume,
  type VolumePlan,
} from '@myocast/dicom';
import type { Candidate } from './exam.ts';
import type { InputFile } from './containers/files-in.ts';
import { writingInPixels } from './pixel-writing.ts';

/** A series of DICOM images as a plan: known by its headers, its pixels not read yet. */
export interface PlannedSeries extends Candidate {
  readonly images: readonly ImageHeader[];
  readonly plan: VolumePlan<ImageHeader>;
  /** What is to be said of the images that are used. */
  readonly notes: readonly Issue[];
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
    plan,
    notes: planned.issues,
    shape: plan.shape,
    emptySlices: plan.emptySlices,
    images,
    paths: [...new Set(plan.places.map(({ image }) => image.dataset.path))],
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
export function openLoading(
  series: readonly PlannedSeries[],
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
