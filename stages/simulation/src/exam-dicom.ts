import { contentHash } from '@myocast/base';
import { type DicomElements, writeDicom } from '@myocast/dicom';
import type { ExamIdentity } from '@myocast/dicom/objects';
import type { Centre } from './centre.ts';
import type { Patient } from './clinical.ts';
import { cineTiming, stirSignals } from './contrast.ts';
import type { Exam, SeriesImages } from './exam.ts';
import { positionOf, shortAxisPlane } from './geometry.ts';
import { longAxisAxes, longAxisPlacement } from './long-axis.ts';
import type { Sequence } from './plan.ts';
import { restingBeat, sliceSpacingMm, sliceThicknessMm } from './scene.ts';
import { mapScale } from './scan-maps.ts';
import { type Vendor, vendorOf } from './vendor.ts';

export const mrImageStorage = '1.2.840.10008.5.1.4.1.1.4';

/** Who and when, for the headers of an exam. */
export interface ExamHeader {
  readonly subject: string;
  /** Seed of the study and subject: UIDs derive from it. */
  readonly uidSeed: string;
  /** ISO date. */
  readonly date: string;
}

/** One DICOM file, by name. */
export interface DicomFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Writes one image; another writer can put private or nested elements in beside these. */
export type ImageWriter = (elements: DicomElements, pixels: Uint16Array) => Uint8Array;

/** A UID under 2.25 (a UUID as an integer, PS3.5 B.2), the same for the same text. */
export function uidOf(text: string): string {
  return `2.25.${BigInt(`0x${contentHash(text).slice(0, 31)}`)}`;
}

/** How the files of a series are numbered and named. */
export interface SeriesNumbers {
  readonly seriesNumber: (slice: number) => number;
  readonly seriesUid: (slice: number) => string;
  /** From 1, through the slices and their phases. */
  readonly instance: (slice: number, phase: number) => number;
  readonly sopInstanceUid: (slice: number, phase: number) => string;
}

/** @param index of the series in its exam */
export function seriesNumbers(
  { phases }: SeriesImages,
  index: number,
  { uidSeed }: ExamHeader,
  { seriesPerSlice }: Vendor,
): SeriesNumbers {
  const number = 100 * (index + 1) + 1;
  const seriesNumber = (slice: number) => (seriesPerSlice && phases > 1 ? number + slice : number);
  const instance = (slice: number, phase: number) => slice * phases + phase + 1;
  return {
    seriesNumber,
    seriesUid: (slice) => uidOf(`${uidSeed} series ${seriesNumber(slice)}`),
    instance,
    sopInstanceUid: (slice, phase) => uidOf(`${uidSeed} ${number} ${instance(slice, phase)}`),
  };
}

/** The classic single-frame files of an exam, in the order of acquisition. */
export function examFiles(
  exam: Exam,
  patient: Patient,
  centre: Centre,
  header: ExamHeader,
  write: ImageWriter = writeDicom,
): DicomFile[] {
  const vendor = vendorOf(centre, exam.scene.plan);
  const common = commonElements(exam, patient, centre, header, vendor);
  return exam.series.flatMap((series, index) => {
    const elements = { ...common, ...seriesElements(series.sequence, exam, centre, vendor) };
    const numbers = seriesNumbers(series, index, header, vendor);
    return [...seriesFiles(series, elements, exam, vendor, numbers, write)];
  });
}

/** Who was examined, and when: the same in the images and in what is made of them. */
export function identityOf({ clinical }: Patient, { subject, uidSeed, date }: ExamHeader): ExamIdentity {
  return {
    StudyInstanceUID: uidOf(`${uidSeed} study`),
    StudyDate: date.replaceAll('-', ''),
    StudyTime: '090000',
    StudyID: '1',
    StudyDescription: 'CARDIAC MR VIRTUAL',
    AccessionNumber: '',
    ReferringPhysicianName: '',
    PatientName: `Virtual^${subject}`,
    PatientID: subject,
    PatientBirthDate: '',
    PatientSex: clinical.sex === 'male' ? 'M' : 'F',
  };
}

export const frameOfReferenceUid = ({ uidSeed }: ExamHeader) => uidOf(`${uidSeed} frame`);

function commonElements(
  { rrMs, spacingMm, scene }: Exam,
  patient: Patient,
  centre: Centre,
  header: ExamHeader,
  vendor: Vendor,
): DicomElements {
  const { clinical, weightKg } = patient;
  const day = header.date.replaceAll('-', '');
  return {
    SOPClassUID: mrImageStorage,
    ...identityOf(patient, header),
    FrameOfReferenceUID: frameOfReferenceUid(header),
    PositionReferenceIndicator: null,
    SeriesDate: day,
    AcquisitionDate: day,
    ContentDate: day,
    Modality: 'MR',
    Manufacturer: centre.manufacturer,
    ManufacturerModelName: centre.model,
    SoftwareVersions: vendor.softwareVersions,
    InstitutionName: `Virtual centre ${centre.name}`,
    MagneticFieldStrength: centre.fieldT,
    // 42.577 MHz/T of the proton.
    ImagingFrequency: rounded(42.577 * centre.fieldT),
    PatientIdentityRemoved: 'YES',
    DeidentificationMethod: 'virtual patient',
    PatientAge: `${String(Math.floor(clinical.age)).padStart(3, '0')}Y`,
    PatientWeight: Math.round(10 * weightKg) / 10,
    PatientPosition: 'HFS',
    Rows: scene.plan.matrix,
    Columns: scene.plan.matrix,
    PixelSpacing: [spacingMm, spacingMm],
    SliceThickness: sliceThicknessMm,
    SpacingBetweenSlices: sliceSpacingMm,
    HeartRate: Math.round(60_000 / rrMs),
    MRAcquisitionType: '2D',
    ScanOptions: 'CG',
    EchoTrainLength: 1,
    BodyPartExamined: 'HEART',
  };
}

/** Elements of a kind of sequence. */
type Timing = (exam: Exam, centre: Centre) => DicomElements;

const cine: Timing = ({ scene }, { fieldT }) => ({
  ScanningSequence: 'GR',
  SequenceVariant: 'SS',
  RepetitionTime: cineTiming[fieldT].trMs,
  EchoTime: cineTiming[fieldT].teMs,
  FlipAngle: cineTiming[fieldT].flipDegrees,
  CardiacNumberOfImages: scene.plan.cinePhases,
});
const enhanced: Timing = ({ rrMs, tiMs }) => ({
  ScanningSequence: ['GR', 'IR'],
  SequenceVariant: 'SP',
  RepetitionTime: Math.round(2 * rrMs),
  EchoTime: 1.9,
  FlipAngle: 25,
  InversionTime: Math.round(tiMs),
  ContrastBolusAgent: 'gadolinium chelate',
});
const darkBlood: Timing = ({ rrMs }, { fieldT }) => {
  const { tiMs, trMs, teMs } = stirSignals(fieldT, rrMs, 0);
  return {
    ScanningSequence: ['SE', 'IR'],
    SequenceVariant: 'SK',
    RepetitionTime: Math.round(trMs),
    EchoTime: teMs,
    FlipAngle: 180,
    InversionTime: Math.round(tiMs),
    EchoTrainLength: 21,
  };
};
const map =
  (sequence: keyof typeof mapScale): Timing =>
  ({ rrMs }) => ({
    ScanningSequence: 'GR',
    SequenceVariant: sequence === 't2star-map' ? 'SP' : 'SS',
    RepetitionTime: Math.round(rrMs),
    EchoTime: 1.1,
    FlipAngle: 35,
    RescaleSlope: 1 / mapScale[sequence],
    RescaleIntercept: 0,
  });

const timings: { readonly [Name in Sequence]: Timing } = {
  'cine-sax': cine,
  'cine-2ch': cine,
  'cine-3ch': cine,
  'cine-4ch': cine,
  'lge-sax': enhanced,
  'lge-magnitude': enhanced,
  't2-sax': darkBlood,
  't1-map': map('t1-map'),
  't2-map': map('t2-map'),
  't2star-map': map('t2star-map'),
};

function seriesElements(sequence: Sequence, exam: Exam, centre: Centre, vendor: Vendor): DicomElements {
  const { description, protocol, sequenceName, imageType } = vendor.series[sequence];
  return {
    ...timings[sequence](exam, centre),
    SeriesDescription: description,
    ProtocolName: protocol,
    SequenceName: sequenceName,
    ImageType: imageType,
    ...(vendor.cardiacCounts ? { NominalInterval: Math.round(exam.rrMs) } : {}),
  };
}

function* seriesFiles(
  series: SeriesImages,
  elements: DicomElements,
  exam: Exam,
  vendor: Vendor,
  numbers: SeriesNumbers,
  write: ImageWriter,
): Generator<DicomFile> {
  const pixels = exam.scene.plan.matrix ** 2;
  const perSlice = vendor.seriesPerSlice && series.phases > 1;
  for (let slice = 0; slice < series.slices; slice++) {
    const shared: DicomElements = {
      ...elements,
      ...placeOf(series, slice, exam),
      SeriesInstanceUID: numbers.seriesUid(slice),
      SeriesNumber: numbers.seriesNumber(slice),
      AcquisitionNumber: slice + 1,
      SeriesTime: clock(numbers.seriesNumber(0)),
    };
    for (let phase = 0; phase < series.phases; phase++) {
      const instance = numbers.instance(slice, phase);
      const at = (phase * series.slices + slice) * pixels;
      const bytes = write(
        {
          ...shared,
          SOPInstanceUID: numbers.sopInstanceUid(slice, phase),
          InstanceNumber: perSlice ? phase + 1 : instance,
          TriggerTime: triggerTime(series.phases > 1 ? phase / series.phases : restingBeat, exam, vendor),
        },
        series.image.subarray(at, at + pixels),
      );
      yield { name: `${series.sequence}-${String(instance).padStart(3, '0')}.dcm`, bytes };
    }
  }
}

function triggerTime(beat: number, { rrMs }: Exam, { triggerDelayMs, wholeTriggerTimes }: Vendor): number {
  const time = triggerDelayMs + beat * rrMs;
  return wholeTriggerTimes ? Math.round(time) : Math.round(10 * time) / 10;
}

/** Series follow each other by two minutes or so from nine o'clock. */
function clock(number: number): string {
  const minutes = 10 + Math.floor((number / 100) * 2.4);
  return `09${String(minutes % 60).padStart(2, '0')}00`;
}

/** Position and orientation of a slice. */
export function placeOf(
  series: SeriesImages,
  slice: number,
  exam: Exam,
): { readonly ImagePositionPatient: readonly number[]; readonly ImageOrientationPatient: readonly number[] } {
  const { scene, placement, geometry, spacingMm } = exam;
  const index = series.sliceIndices[slice];
  const longAxis = series.kind === 'cine-lax';
  const axes = longAxis
    ? longAxisAxes(scene, series.sequence as Parameters<typeof longAxisAxes>[1])
    : shortAxisPlane(geometry, scene.firstSliceMm + index! * sliceSpacingMm, scene.lengthMm);
  const { column, row } = longAxis ? longAxisPlacement(scene) : placement;
  return {
    ImagePositionPatient: positionOf(geometry, axes, -column * spacingMm, -row * spacingMm).map(rounded),
    ImageOrientationPatient: [...axes.alongRow, ...axes.alongColumn].map(rounded),
  };
}

/** Six decimals: a thousandth of a micrometre, and inside the 16 characters of a DS. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
