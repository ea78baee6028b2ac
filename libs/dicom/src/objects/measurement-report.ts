import { accepted, type Checked, issue, refused } from '@myocast/base';
import { readDataset, text } from '../dataset.ts';
import { explicitLittleEndian } from '../transfer-syntax.ts';
import { type DicomElements, elementsFrom } from '../write.ts';
import { writeElements } from '../write-elements.ts';
import { type Code, code, codingSchemes, sameCode } from './code.ts';
import {
  codeValueItem,
  containerItem,
  type ContentItem,
  contentItems,
  imageItem,
  itemNamed,
  numberItem,
  type ObjectReference,
  textItem,
  uidItem,
} from './content-item.ts';
import { derivedUid } from './derived-uid.ts';
import { type ExamIdentity, manufacturer, type ResultMaker, resultElements } from './exam-identity.ts';
import type { WrittenObject } from './segmentation.ts';
import { instancesBySeries, type SourceStack } from './source-stack.ts';

const comprehensiveSr = '1.2.840.10008.5.1.4.1.1.88.33';

/** One number of a report. */
export interface Measurement {
  readonly name: Code;
  readonly value: number;
  /** In the Unified Code for Units of Measure. */
  readonly unit: Code;
  readonly method: Code | null;
}

/** Numbers of one thing that is followed over time. */
export interface MeasurementGroup {
  /** What is followed, in words that stay the same from exam to exam. */
  readonly trackingIdentifier: string;
  readonly finding: Code;
  readonly site: Code | null;
  /** The segment that was measured, of a segmentation of `evidence`. */
  readonly segment: ObjectReference | null;
  /** The series that was measured. */
  readonly sourceSeriesUid: string | null;
  readonly measurements: readonly Measurement[];
}

export interface ReportSource {
  readonly identity: ExamIdentity;
  /** The procedure that gave the images. */
  readonly procedure: Code;
  readonly groups: readonly MeasurementGroup[];
  /** The images that were measured, and the segmentations the groups refer to. */
  readonly stacks: readonly SourceStack[];
  readonly segmentations: readonly WrittenObject[];
  readonly seriesNumber: number;
}

/** Concept names of TID 1500 and the templates under it (PS3.16). */
const concept = {
  report: code('126000', 'DCM', 'Imaging Measurement Report'),
  language: code('121049', 'DCM', 'Language of Content Item and Descendants'),
  observerType: code('121005', 'DCM', 'Observer Type'),
  device: code('121007', 'DCM', 'Device'),
  deviceUid: code('121012', 'DCM', 'Device Observer UID'),
  deviceName: code('121013', 'DCM', 'Device Observer Name'),
  deviceManufacturer: code('121014', 'DCM', 'Device Observer Manufacturer'),
  deviceModel: code('121015', 'DCM', 'Device Observer Model Name'),
  procedure: code('121058', 'DCM', 'Procedure reported'),
  measurements: code('126010', 'DCM', 'Imaging Measurements'),
  group: code('125007', 'DCM', 'Measurement Group'),
  trackingIdentifier: code('112039', 'DCM', 'Tracking Identifier'),
  trackingUid: code('112040', 'DCM', 'Tracking Unique Identifier'),
  finding: code('121071', 'DCM', 'Finding'),
  site: code('363698007', 'SCT', 'Finding Site'),
  method: code('370129005', 'SCT', 'Measurement Method'),
  segment: code('121191', 'DCM', 'Referenced Segment'),
  sourceSeries: code('121232', 'DCM', 'Source series for segmentation'),
} as const;

const english = code('en-US', 'RFC5646', 'English (United States)');

/**
 * A structured report of measurements (PS3.16 TID 1500, Comprehensive SR). Groups that refer to a
 * segment are TID 1411, the others TID 1501. Its UID derives from the numbers and their sources.
 *
 * @throws RangeError without a group, for a group without numbers, or a number that is not finite
 */
export function writeMeasurementReport(source: ReportSource, maker: ResultMaker): WrittenObject {
  const { identity, groups, stacks, segmentations, seriesNumber } = source;
  if (groups.length === 0) throw new RangeError('writeMeasurementReport: expected a group, got none');
  const seen = segmentations.map(({ sopInstanceUid }) => sopInstanceUid);
  const parts = [identity.StudyInstanceUID, JSON.stringify(groups), JSON.stringify(seen)];
  const uid = derivedUid('measurements', ...parts, maker.softwareVersion);
  const seriesInstanceUid = derivedUid('measurements series', uid);
  const root = containerItem(concept.report, '1500', content(source, maker));
  const { RelationshipType: _, ...document } = root;
  const dataset = elementsFrom({
    ...resultElements(identity, maker),
    ...codingSchemes,
    SOPClassUID: comprehensiveSr,
    SOPInstanceUID: uid,
    SeriesInstanceUID: seriesInstanceUid,
    Modality: 'SR',
    SeriesNumber: seriesNumber,
    SeriesDescription: 'Measurements, research use only',
    InstanceNumber: 1,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [evidence(identity, stacks, segmentations)],
    ...document,
  });
  const bytes = writeElements(dataset, explicitLittleEndian);
  return { sopClassUid: comprehensiveSr, sopInstanceUid: uid, seriesInstanceUid, bytes };
}

function content(
  { identity, procedure, groups }: ReportSource,
  { softwareVersion }: ResultMaker,
): readonly DicomElements[] {
  const context = 'HAS OBS CONTEXT';
  return [
    codeValueItem('HAS CONCEPT MOD', concept.language, english),
    codeValueItem(context, concept.observerType, concept.device),
    uidItem(context, concept.deviceUid, derivedUid('device', manufacturer, softwareVersion)),
    textItem(context, concept.deviceName, manufacturer),
    textItem(context, concept.deviceManufacturer, manufacturer),
    textItem(context, concept.deviceModel, `Myocast ${softwareVersion}, research use only`),
    codeValueItem('HAS CONCEPT MOD', concept.procedure, procedure),
    containerItem(
      concept.measurements,
      null,
      groups.map((group) => groupItem(group, identity)),
    ),
  ];
}

function groupItem(group: MeasurementGroup, { StudyInstanceUID, PatientID }: ExamIdentity): DicomElements {
  const { trackingIdentifier, finding, site, segment, sourceSeriesUid, measurements } = group;
  if (measurements.length === 0)
    throw new RangeError(`writeMeasurementReport: expected numbers of ${trackingIdentifier}, got none`);
  const tracked = derivedUid('tracked', PatientID || StudyInstanceUID, trackingIdentifier);
  return containerItem(concept.group, segment === null ? '1501' : '1411', [
    textItem('HAS OBS CONTEXT', concept.trackingIdentifier, trackingIdentifier),
    uidItem('HAS OBS CONTEXT', concept.trackingUid, tracked),
    codeValueItem('CONTAINS', concept.finding, finding),
    ...(segment === null ? [] : [imageItem(concept.segment, segment)]),
    ...(segment === null || sourceSeriesUid === null
      ? []
      : [uidItem('CONTAINS', concept.sourceSeries, sourceSeriesUid)]),
    ...(site === null ? [] : [codeValueItem('HAS CONCEPT MOD', concept.site, site)]),
    ...measurements.map(measurementItem),
  ]);
}

function measurementItem({ name, value, unit, method }: Measurement): DicomElements {
  if (!Number.isFinite(value))
    throw new RangeError(`writeMeasurementReport: expected a number of ${name.meaning}, got ${value}`);
  const how = method === null ? [] : [codeValueItem('HAS CONCEPT MOD', concept.method, method)];
  return numberItem(name, value, unit, how);
}

/** Everything of the exam that the report rests on (PS3.3 C.17.2). */
function evidence(
  { StudyInstanceUID }: ExamIdentity,
  stacks: readonly SourceStack[],
  segmentations: readonly WrittenObject[],
): DicomElements {
  const images = [...instancesBySeries(stacks)].map(([uid, instances]) => ({ uid, instances }));
  const drawn = segmentations.map((one) => ({ uid: one.seriesInstanceUid, instances: [one] }));
  return {
    StudyInstanceUID,
    ReferencedSeriesSequence: [...drawn, ...images].map(({ uid, instances }) => ({
      SeriesInstanceUID: uid,
      ReferencedSOPSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
        ReferencedSOPClassUID: sopClassUid,
        ReferencedSOPInstanceUID: sopInstanceUid,
      })),
    })),
  };
}

/** A report as it is read. */
export interface ReadReport {
  readonly sopInstanceUid: string;
  readonly groups: readonly MeasurementGroup[];
}

/**
 * The measurements of a report of TID 1500, of any program. Items that are not numbers with
 * a unit are passed over.
 *
 * @returns refused ('unsupported') where the file is no such report. Never throws, whatever the bytes
 */
export function readMeasurementReport(bytes: Uint8Array, path: string): Checked<ReadReport> {
  const read = readDataset(bytes, path);
  if (!read.ok) return read;
  const heading = itemNamed(contentItems(read.value), concept.measurements);
  if (heading === null)
    return refused(
      issue('unsupported', path, 'expected a report with Imaging Measurements (TID 1500), found none'),
    );
  const groups = heading
    .children()
    .filter(({ name }) => sameCode(name, concept.group))
    .map(groupOf);
  return accepted({ sopInstanceUid: text(read.value, 'SOPInstanceUID'), groups });
}

const nothing = code('', '', '');

function groupOf(item: ContentItem): MeasurementGroup {
  const list = item.children();
  const codeOf = (name: Code) => itemNamed(list, name)?.code ?? null;
  const [segment, series] = [itemNamed(list, concept.segment), itemNamed(list, concept.sourceSeries)];
  return {
    trackingIdentifier: itemNamed(list, concept.trackingIdentifier)?.text ?? '',
    finding: codeOf(concept.finding) ?? nothing,
    site: codeOf(concept.site),
    segment: segment && segment.reference,
    sourceSeriesUid: series && series.uid,
    measurements: list.flatMap(measurementsOf),
  };
}

function measurementsOf({ name, number, unit, children }: ContentItem): readonly Measurement[] {
  if (number === null || name === null || unit === null) return [];
  return [{ name, value: number, unit, method: itemNamed(children(), concept.method)?.code ?? null }];
}
