import { accepted, type Checked, type Issue, issue, refused } from '@myocast/base';
import { type Dataset, number, readDataset, text } from '../dataset.ts';
import { frameDatasets } from '../frame-datasets.ts';
import { imagePlane } from '../image-plane.ts';
import { items } from '../items.ts';
import { openPixels, type PixelFrames } from '../pixels.ts';
import { sopClassName } from '../sop-class.ts';
import type { StoredValues } from '../stored-values.ts';
import type { Mask } from '../volume.ts';
import { type Code, codeIn } from './code.ts';
import { type FrameGrid, gridOfFrames, gridOfStack, type PlacedFrame } from './segmentation-grid.ts';
import { segmentationStorage } from './segmentation.ts';
import type { SourceStack } from './source-stack.ts';

const labelMapStorage = '1.2.840.10008.5.1.4.1.1.66.7';

/** A segment as a file describes it. */
export interface ReadSegment {
  readonly number: number;
  readonly name: string;
  readonly category: Code | null;
  readonly type: Code | null;
  /** AUTOMATIC, SEMIAUTOMATIC or MANUAL. */
  readonly algorithmType: string;
  readonly algorithmName: string;
}

export interface ReadSegmentation {
  readonly mask: Mask;
  readonly segments: readonly ReadSegment[];
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

export interface SegmentationOptions {
  /** The images that were segmented: the mask is on their grid. Else it spans what the frames span. */
  readonly stack?: SourceStack;
  /** The label that a segment becomes; null leaves it out. Else its number. */
  readonly labelOf?: (segment: ReadSegment) => number | null;
  /** Segments are meant to lie inside others: overlap is no issue. */
  readonly nested?: boolean;
}

/** A mask of more voxels is refused. */
const mostVoxels = 2 ** 28;

/**
 * Reads a segmentation object of any program as a mask: binary ones and label maps. Frames are
 * placed by their position in the patient, phases by the image they name, else by their temporal
 * position. Where segments overlap the higher label wins, and the voxels are counted ('quality-flag').
 *
 * Refused by name: fractional segmentations ('unsupported'), frames off the grid ('bad-geometry').
 * Never throws, whatever the bytes.
 */
export function readSegmentation(
  bytes: Uint8Array,
  path: string,
  options: SegmentationOptions = {},
): Checked<ReadSegmentation> {
  const read = readDataset(bytes, path);
  if (!read.ok) return read;
  const dataset = read.value;
  const obstacle = obstacleTo(dataset);
  if (obstacle) return refused(obstacle);
  const opened = openPixels(dataset);
  if (!opened.ok) return opened;
  const segments = segmentsOf(dataset);
  const grid = gridOf(dataset, opened.value, options);
  if ('kind' in grid) return refused(grid);
  const labels = labelsOf(segments, options);
  const painted = paint({ dataset, grid, labels }, opened.value);
  if (!painted.ok) return painted;
  const mask = { shape: grid.shape, data: painted.value, affine: grid.affine };
  const uids = {
    seriesInstanceUid: text(dataset, 'SeriesInstanceUID'),
    sopInstanceUid: text(dataset, 'SOPInstanceUID'),
  };
  const isMeant = ({ kind }: Issue) => options.nested === true && kind === 'quality-flag';
  return accepted(
    { mask, segments, ...uids },
    painted.issues.filter((found) => !isMeant(found)),
  );
}

function gridOf(
  dataset: Dataset,
  { layout }: PixelFrames,
  { stack }: SegmentationOptions,
): PlacedGrid | Issue {
  const { path } = dataset;
  const frames = placedFrames(dataset, layout.frames);
  if ('kind' in frames) return frames;
  const size = [layout.rows, layout.columns] as const;
  const grid = stack ? gridOfStack(frames, stack, size, path) : gridOfFrames(frames, size, path);
  if ('kind' in grid) return grid;
  if (grid.shape.reduce((product, length) => product * length, 1) > mostVoxels)
    return issue('unsupported', path, `a mask of ${grid.shape.join('×')} voxels`);
  return { ...grid, segments: frames.map(({ segment }) => segment) };
}

/** A grid, and the segment of each frame. */
interface PlacedGrid extends FrameGrid {
  readonly segments: readonly (number | null)[];
}

function obstacleTo(dataset: Dataset): Issue | null {
  const { path } = dataset;
  const sopClass = text(dataset, 'SOPClassUID');
  if (sopClass !== segmentationStorage && sopClass !== labelMapStorage) {
    const found = sopClassName(sopClass) ?? (sopClass || 'no SOP class');
    return issue('unsupported', path, `expected a segmentation, found ${found}`);
  }
  const type = text(dataset, 'SegmentationType');
  if (type === 'BINARY' || type === 'LABELMAP') return null;
  return issue('unsupported', path, `expected a BINARY segmentation or a LABELMAP, found ${type || 'none'}`);
}

function segmentsOf(dataset: Dataset): readonly ReadSegment[] {
  return items(dataset, 'SegmentSequence').map((item) => ({
    number: number(item, 'SegmentNumber') ?? 0,
    name: text(item, 'SegmentLabel'),
    category: codeIn(item, 'SegmentedPropertyCategoryCodeSequence'),
    type: codeIn(item, 'SegmentedPropertyTypeCodeSequence'),
    algorithmType: text(item, 'SegmentAlgorithmType'),
    algorithmName: text(item, 'SegmentAlgorithmName'),
  }));
}

/** The label of each segment number; one that is not described is not there. */
function labelsOf(
  segments: readonly ReadSegment[],
  { labelOf = ({ number: own }) => own }: SegmentationOptions,
): ReadonlyMap<number, number | null> {
  return new Map(segments.map((segment) => [segment.number, labelOf(segment)]));
}

function placedFrames(dataset: Dataset, frames: number): readonly PlacedFrame[] | Issue {
  const { path } = dataset;
  const each = frameDatasets(dataset, frames);
  const own = items(dataset, 'PerFrameFunctionalGroupsSequence');
  if (each === null)
    return issue(
      'bad-geometry',
      path,
      `expected functional groups for ${frames} frames, found ${own.length}`,
    );
  const shared = items(dataset, 'SharedFunctionalGroupsSequence');
  const placed: PlacedFrame[] = [];
  for (const [index, frame] of each.entries()) {
    const plane = imagePlane(frame);
    if (plane === null)
      return issue(
        'bad-geometry',
        path,
        `expected position, orientation and spacing of frame ${index + 1}, found none`,
      );
    placed.push({ ...frameOf([own[index]!, ...shared]), plane, ...timeOf(frame) });
  }
  return placed;
}

function timeOf(frame: Dataset) {
  return {
    temporalPosition: number(frame, 'TemporalPositionIndex'),
    statedSpacingMm: number(frame, 'SpacingBetweenSlices'),
  };
}

/** From the functional groups of a frame, else the shared ones. */
function frameOf(groups: readonly Dataset[]): Pick<PlacedFrame, 'segment' | 'source'> {
  const identified = groups.flatMap((group) => items(group, 'SegmentIdentificationSequence'))[0];
  const images = groups
    .flatMap((group) => items(group, 'DerivationImageSequence'))
    .flatMap((item) => items(item, 'SourceImageSequence'));
  const [first] = images;
  return {
    segment: (identified && number(identified, 'ReferencedSegmentNumber')) ?? null,
    source:
      first === undefined || images.length > 1
        ? null
        : {
            sopInstanceUid: text(first, 'ReferencedSOPInstanceUID'),
            frame: number(first, 'ReferencedFrameNumber'),
          },
  };
}

interface Painting {
  readonly dataset: Dataset;
  readonly grid: PlacedGrid;
  readonly labels: ReadonlyMap<number, number | null>;
}

/** How many voxels and frames were not as they should be. */
interface Faults {
  overlapping: number;
  readonly unknown: Map<number, number>;
}

function paint({ dataset, grid, labels }: Painting, pixels: PixelFrames): Checked<Uint8Array> {
  const { path } = dataset;
  const wrong = [...labels.values()].find((label) => label !== null && !(label >= 0 && label <= 255));
  if (wrong != null)
    return refused(issue('bad-value', path, `expected segments of 0 to 255, found ${wrong}`));
  const [, , rows, columns] = grid.shape;
  const data = new Uint8Array(grid.shape.reduce((product, length) => product * length, 1));
  const faults: Faults = { overlapping: 0, unknown: new Map() };
  const binary = text(dataset, 'SegmentationType') === 'BINARY';
  for (const [index, segment] of grid.segments.entries()) {
    const values = pixels.read(index);
    if (!values.ok) return values;
    const start = grid.places[index]! * rows * columns;
    const segmentOf = (value: number) => (binary ? (segment ?? 0) : value);
    paintFrame(data.subarray(start, start + rows * columns), values.value, segmentOf, labels, faults);
  }
  return accepted(data, issuesOf(faults, path));
}

function paintFrame(
  own: Uint8Array,
  values: StoredValues,
  segmentOf: (value: number) => number,
  labels: Painting['labels'],
  faults: Faults,
): void {
  for (let pixel = 0; pixel < own.length; pixel++) {
    if (values[pixel] === 0) continue;
    const segment = segmentOf(values[pixel]!);
    const label = labels.get(segment);
    if (label === undefined) faults.unknown.set(segment, (faults.unknown.get(segment) ?? 0) + 1);
    if (label == null) continue;
    if (own[pixel] !== 0 && own[pixel] !== label) faults.overlapping++;
    own[pixel] = Math.max(own[pixel]!, label);
  }
}

function issuesOf({ overlapping, unknown }: Faults, path: string): Issue[] {
  const issues = [...unknown].map(([segment, voxels]) =>
    issue(
      'bad-value',
      path,
      `expected described segments, found ${voxels} voxels of segment ${segment}: left out`,
    ),
  );
  if (overlapping > 0)
    issues.push(
      issue(
        'quality-flag',
        path,
        `expected segments side by side, found ${overlapping} voxels in several: the higher label is taken`,
      ),
    );
  return issues;
}
