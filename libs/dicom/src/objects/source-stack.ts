import { number, numbers, text } from '../dataset.ts';
import { lpsOfVoxel, spacingMm } from '../volume.ts';
import type { VolumePlan } from '../geometry.ts';
import type { ImageHeader } from '../read.ts';

/** One of the images that a volume is made of. */
export interface SourceInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** From 1, of a file with several; null of a file with one. */
  readonly frame: number | null;
}

/** The images behind a volume: which one is where, and how they lie. Names no patient, but its UIDs are those of the images. */
export interface SourceStack {
  /** Of the volume. */
  readonly shape: readonly [t: number, z: number, y: number, x: number];
  readonly frameOfReferenceUid: string;
  /** ImageOrientationPatient. */
  readonly orientation: readonly number[];
  /** PixelSpacing: between rows, between columns. */
  readonly pixelSpacingMm: readonly number[];
  readonly sliceThicknessMm: number;
  readonly sliceSpacingMm: number;
  /** [z] ImagePositionPatient; of a slice that no image fills, where it would be. */
  readonly positions: readonly (readonly number[])[];
  /** [t * slices + z]; null where no image is. */
  readonly instances: readonly (SourceInstance | null)[];
}

/**
 * The images behind a planned volume.
 *
 * @returns null without geometry, or where an image has no SOP instance UID
 */
export function sourceStack({ shape, affine, places }: VolumePlan<ImageHeader>): SourceStack | null {
  const first = places[0]?.image;
  if (affine === null || first === undefined) return null;
  const [phases, slices, rows, columns] = shape;
  const instances: (SourceInstance | null)[] = Array.from({ length: phases * slices }, () => null);
  const positions = Array.from({ length: slices }, (_, z): readonly number[] =>
    lpsOfVoxel(affine, [0, 0, z]).map(rounded),
  );
  for (const { image, start } of places) {
    const at = start / (rows * columns);
    const source = instanceOf(image);
    if (source === null) return null;
    instances[at] = source;
    positions[at % slices] = numbers(image.dataset, 'ImagePositionPatient');
  }
  const [sliceSpacingMm] = spacingMm(affine);
  return {
    shape,
    frameOfReferenceUid: text(first.dataset, 'FrameOfReferenceUID'),
    orientation: numbers(first.dataset, 'ImageOrientationPatient'),
    pixelSpacingMm: numbers(first.dataset, 'PixelSpacing'),
    sliceThicknessMm: number(first.dataset, 'SliceThickness') ?? sliceSpacingMm,
    sliceSpacingMm,
    positions,
    instances,
  };
}

function instanceOf({ dataset, frame }: ImageHeader): SourceInstance | null {
  const sopClassUid = text(dataset, 'SOPClassUID');
  const sopInstanceUid = text(dataset, 'SOPInstanceUID');
  const seriesInstanceUid = text(dataset, 'SeriesInstanceUID');
  if (sopClassUid === '' || sopInstanceUid === '' || seriesInstanceUid === '') return null;
  const several = (number(dataset, 'NumberOfFrames') ?? 1) > 1;
  return { sopClassUid, sopInstanceUid, seriesInstanceUid, frame: several ? frame + 1 : null };
}

/** A micrometre, and inside the 16 characters of a DS. */
function rounded(mm: number): number {
  return Math.round(mm * 1000) / 1000;
}

/** Each instance once, by series, in the order of the volume. */
export function instancesBySeries(
  stacks: readonly SourceStack[],
): ReadonlyMap<string, readonly SourceInstance[]> {
  const series = new Map<string, Map<string, SourceInstance>>();
  for (const { instances } of stacks)
    for (const one of instances) {
      if (one === null) continue;
      const known = series.get(one.seriesInstanceUid) ?? new Map<string, SourceInstance>();
      series.set(one.seriesInstanceUid, known.set(one.sopInstanceUid, one));
    }
  return new Map([...series].map(([uid, known]) => [uid, [...known.values()]]));
}
