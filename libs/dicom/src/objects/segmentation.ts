import { tagOfKeyword } from '../dictionary.ts';
import { attributes, type Keyword } from '../keywords.ts';
import { explicitLittleEndian } from '../transfer-syntax.ts';
import type { Mask } from '../volume.ts';
import { type DicomElements, elementsFrom } from '../write.ts';
import { writeElements } from '../write-elements.ts';
import { cielabValue } from './cielab.ts';
import { type Code, code, codeItem, codingSchemes } from './code.ts';
import { derivedUid } from './derived-uid.ts';
import { type ExamIdentity, type ResultMaker, resultElements } from './exam-identity.ts';
import { instancesBySeries, type SourceInstance, type SourceStack } from './source-stack.ts';

export const segmentationStorage = '1.2.840.10008.5.1.4.1.1.66.4';

/** A segment of a mask. Segments may overlap: an infarct and the obstruction inside it. */
export interface Segment {
  readonly name: string;
  /** The labels of the mask that it is made of. */
  readonly labels: readonly number[];
  readonly category: Code;
  readonly type: Code;
  /** Where in the body, when the type does not say it. */
  readonly region: Code | null;
  /** sRGB, 0 to 255. */
  readonly colour: readonly [number, number, number];
}

/**
 * How a segment was drawn (SegmentAlgorithmType, PS3.3 C.8.20.2): by the named program alone, by it and
 * then a person, or by a person alone.
 */
export type SegmentAlgorithm =
  | { readonly type: 'AUTOMATIC' | 'SEMIAUTOMATIC'; readonly name: string }
  | { readonly type: 'MANUAL' };

/** A mask as the archive is to have it. */
export interface SegmentationSource {
  readonly identity: ExamIdentity;
  readonly stack: SourceStack;
  readonly mask: Mask;
  /** Segments 1, 2, …. */
  readonly segments: readonly Segment[];
  /** For each segment. */
  readonly algorithms: readonly SegmentAlgorithm[];
  /** The person who drew or corrected it; null where none is named. */
  readonly creator: string | null;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
}

/** A written segmentation, and how others refer to it. */
export interface WrittenObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly bytes: Uint8Array;
}

/**
 * A DICOM segmentation object (PS3.3 A.51): binary, one frame for each segment, phase and slice
 * in which one of the segment's labels occurs. Every frame lies where its source image
 * lies and names it. UIDs derive from the mask, its source and who corrected it: the same gives the same.
 *
 * @throws RangeError when the mask is not on the grid of its source, holds no label, or one that no segment
 *   describes, and when there is not one algorithm a segment
 */
export function writeSegmentation(source: SegmentationSource, maker: ResultMaker): WrittenObject {
  const { identity, stack, mask, segments, algorithms, creator } = source;
  if (mask.shape.some((length, axis) => length !== stack.shape[axis]))
    throw new RangeError(
      `writeSegmentation: expected a mask [${stack.shape.join(', ')}], got [${mask.shape.join(', ')}]`,
    );
  if (algorithms.length !== segments.length)
    throw new RangeError(
      `writeSegmentation: expected ${segments.length} algorithms, got ${algorithms.length}`,
    );
  const frames = framesOf(mask, segments);
  const [, , rows, columns] = mask.shape;
  const seed = [identity.StudyInstanceUID, JSON.stringify(stack.instances), maker.softwareVersion];
  const byHand = creator === null ? [] : [creator, JSON.stringify(algorithms)];
  const uid = derivedUid('segmentation', ...seed, mask.data, JSON.stringify(segments), ...byHand);
  const seriesInstanceUid = derivedUid('segmentation series', uid);
  const dataset = elementsFrom({
    ...resultElements(identity, maker),
    ...codingSchemes,
    ...imageElements(source, uid),
    SeriesInstanceUID: seriesInstanceUid,
    FrameOfReferenceUID: stack.frameOfReferenceUid || derivedUid('frame of reference', ...seed),
    Rows: rows,
    Columns: columns,
    NumberOfFrames: frames.length,
    ReferencedSeriesSequence: referencedSeries(stack),
    ...dimensions(uid, mask.shape[0] > 1),
    SharedFunctionalGroupsSequence: [sharedGroups(stack)],
    PerFrameFunctionalGroupsSequence: frames.map((frame) => frameGroups(frame, stack)),
  });
  const [tag] = attributes.PixelData;
  const pixels = { tag, vr: 'OB', creator: null, bytes: packedBits(mask, frames, segments) };
  const bytes = writeElements([...dataset, pixels], explicitLittleEndian);
  return { sopClassUid: segmentationStorage, sopInstanceUid: uid, seriesInstanceUid, bytes };
}

/** One frame: a segment, from 1, in one phase and slice, from 0. */
interface Frame {
  readonly segment: number;
  readonly phase: number;
  readonly slice: number;
}

/** By segment, then phase, then slice. */
function framesOf({ shape, data }: Mask, segments: readonly Segment[]): readonly Frame[] {
  const [phases, slices, rows, columns] = shape;
  const area = rows * columns;
  const known = new Set([0, ...segments.flatMap(({ labels }) => labels)]);
  const frames: Frame[] = [];
  for (let index = 0; index < phases * slices; index++) {
    const labels = new Set(data.subarray(index * area, (index + 1) * area));
    for (const label of labels)
      if (!known.has(label))
        throw new RangeError(`writeSegmentation: expected labels ${[...known].join(', ')}, got ${label}`);
    for (const [at, segment] of segments.entries())
      if (segment.labels.some((label) => labels.has(label)))
        frames.push({ segment: at + 1, phase: Math.floor(index / slices), slice: index % slices });
  }
  if (frames.length === 0) throw new RangeError('writeSegmentation: expected a label in the mask, got none');
  return frames.sort((a, b) => a.segment - b.segment || a.phase - b.phase || a.slice - b.slice);
}

/** The first pixel is the lowest bit; frames follow each other without a gap (PS3.5 8.1.1). */
function packedBits(
  { shape: [, slices, rows, columns], data }: Mask,
  frames: readonly Frame[],
  segments: readonly Segment[],
): Uint8Array {
  const area = rows * columns;
  const bytes = new Uint8Array(Math.ceil((frames.length * area) / 8));
  const isIn = segments.map(({ labels }) =>
    Uint8Array.from({ length: 256 }, (_, label) => Number(labels.includes(label))),
  );
  let bit = 0;
  for (const { segment, phase, slice } of frames) {
    const start = (phase * slices + slice) * area;
    const inside = isIn[segment - 1]!;
    for (let at = start; at < start + area; at++, bit++)
      if (inside[data[at]!] === 1) bytes[bit >> 3]! |= 1 << (bit & 7);
  }
  return bytes;
}

/** Whether a label belongs to several segments. */
function overlap(segments: readonly Segment[]): boolean {
  const labels = segments.flatMap((segment) => segment.labels);
  return new Set(labels).size < labels.length;
}

function imageElements(
  { segments, algorithms, creator, seriesNumber, seriesDescription }: SegmentationSource,
  uid: string,
): DicomElements {
  return {
    SOPClassUID: segmentationStorage,
    SOPInstanceUID: uid,
    Modality: 'SEG',
    SeriesNumber: seriesNumber,
    SeriesDescription: seriesDescription,
    InstanceNumber: 1,
    ImageType: ['DERIVED', 'PRIMARY'],
    PositionReferenceIndicator: null,
    ContentLabel: 'SEGMENTATION',
    ContentDescription: seriesDescription,
    ContentCreatorName: creator,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
    BurnedInAnnotation: 'NO',
    SegmentationType: 'BINARY',
    SegmentsOverlap: overlap(segments) ? 'YES' : 'NO',
    SegmentSequence: segments.map((segment, index) => segmentItem(segment, index + 1, algorithms[index]!)),
  };
}

function segmentItem(
  { name, category, type, region, colour }: Segment,
  number: number,
  algorithm: SegmentAlgorithm,
): DicomElements {
  return {
    SegmentNumber: number,
    SegmentLabel: name,
    SegmentAlgorithmType: algorithm.type,
    ...(algorithm.type === 'MANUAL' ? {} : { SegmentAlgorithmName: algorithm.name.slice(0, 64) }),
    SegmentedPropertyCategoryCodeSequence: [codeItem(category)],
    SegmentedPropertyTypeCodeSequence: [codeItem(type)],
    ...(region === null ? {} : { AnatomicRegionSequence: [codeItem(region)] }),
    RecommendedDisplayCIELabValue: cielabValue(...colour),
  };
}

function referencedSeries(stack: SourceStack): readonly DicomElements[] {
  return [...instancesBySeries([stack])].map(([uid, instances]) => ({
    SeriesInstanceUID: uid,
    ReferencedInstanceSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
      ReferencedSOPClassUID: sopClassUid,
      ReferencedSOPInstanceUID: sopInstanceUid,
    })),
  }));
}

/** What tells the frames apart: segment, phase where there are several, place (PS3.3 C.7.6.17). */
function dimensions(uid: string, hasPhases: boolean): DicomElements {
  const organization = derivedUid('dimensions', uid);
  const index = (pointer: Keyword, group: Keyword, label: string): DicomElements => ({
    DimensionOrganizationUID: organization,
    DimensionIndexPointer: tagOfKeyword(pointer)!,
    FunctionalGroupPointer: tagOfKeyword(group)!,
    DimensionDescriptionLabel: label,
  });
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organization }],
    DimensionIndexSequence: [
      index('ReferencedSegmentNumber', 'SegmentIdentificationSequence', 'Segment'),
      ...(hasPhases ? [index('TemporalPositionIndex', 'FrameContentSequence', 'Cardiac phase')] : []),
      index('ImagePositionPatient', 'PlanePositionSequence', 'Slice'),
    ],
  };
}

function sharedGroups({
  orientation,
  pixelSpacingMm,
  sliceThicknessMm,
  sliceSpacingMm,
}: SourceStack): DicomElements {
  return {
    PixelMeasuresSequence: [
      {
        SliceThickness: sliceThicknessMm,
        SpacingBetweenSlices: sliceSpacingMm,
        PixelSpacing: pixelSpacingMm,
      },
    ],
    PlaneOrientationSequence: [{ ImageOrientationPatient: orientation }],
  };
}

function frameGroups({ segment, phase, slice }: Frame, stack: SourceStack): DicomElements {
  const [phases, slices] = stack.shape;
  const source = stack.instances[phase * slices + slice] ?? null;
  const time = phases > 1 ? [phase + 1] : [];
  return {
    FrameContentSequence: [
      {
        DimensionIndexValues: [segment, ...time, slice + 1],
        ...(phases > 1 ? { TemporalPositionIndex: phase + 1 } : {}),
        StackID: '1',
        InStackPositionNumber: slice + 1,
      },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: stack.positions[slice]! }],
    DerivationImageSequence: source === null ? [] : [derivation(source)],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
  };
}

const segmentationDerivation = code('113076', 'DCM', 'Segmentation');
const sourceForProcessing = code('121322', 'DCM', 'Source image for image processing operation');

function derivation({ sopClassUid, sopInstanceUid, frame }: SourceInstance): DicomElements {
  return {
    DerivationCodeSequence: [codeItem(segmentationDerivation)],
    SourceImageSequence: [
      {
        ReferencedSOPClassUID: sopClassUid,
        ReferencedSOPInstanceUID: sopInstanceUid,
        ...(frame === null ? {} : { ReferencedFrameNumber: frame }),
        SpatialLocationsPreserved: 'YES',
        PurposeOfReferenceCodeSequence: [codeItem(sourceForProcessing)],
      },
    ],
  };
}
