import { contentHash, type Random } from '@myocast/base';
import { type DicomElements, writeDicom } from '@myocast/dicom';
import type { Centre } from './centre.ts';
import type { Patient } from './clinical.ts';
import { type Exam, matrixSize, type SeriesImages, sliceSpacingMm, sliceThicknessMm } from './exam.ts';
import { cineTiming } from './signal.ts';

const mrImageStorage = '1.2.840.10008.5.1.4.1.1.4';

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

type Vector = readonly [number, number, number];

/** Position and direction of the stack in the patient (LPS mm). */
export interface StackGeometry {
  /** Centre of the first pixel of the slice nearest the base. */
  readonly origin: Vector;
  /** Direction of growing column index (to the lateral wall), and of growing row index (inferior). */
  readonly alongRow: Vector;
  readonly alongColumn: Vector;
  /** From base to apex. */
  readonly towardsApex: Vector;
}

/**
 * An oblique short-axis stack, seen from the apex: the long axis points to the
 * left, forwards and down, by about (0.70, -0.55, -0.45), and varies by patient.
 */
export function stackGeometry(random: Random, spacingMm: number): StackGeometry {
  const towardsApex = unit([
    0.7 + random.normal(0, 0.08),
    -0.55 + random.normal(0, 0.08),
    -0.45 + random.normal(0, 0.08),
  ]);
  const down: Vector = [0, 0, -1];
  const alongDown = dot(down, towardsApex);
  const alongColumn = unit([
    down[0] - alongDown * towardsApex[0],
    down[1] - alongDown * towardsApex[1],
    down[2] - alongDown * towardsApex[2],
  ]);
  const alongRow = cross(towardsApex, alongColumn);
  const half = ((matrixSize - 1) / 2) * spacingMm;
  const centre: Vector = [30 + random.normal(0, 8), -40 + random.normal(0, 8), 10 + random.normal(0, 15)];
  const at = (axis: 0 | 1 | 2) => centre[axis] - half * (alongRow[axis] + alongColumn[axis]);
  return { origin: [at(0), at(1), at(2)], alongRow, alongColumn, towardsApex };
}

/** A UID under 2.25 (a UUID as an integer, PS3.5 B.2), the same for the same text. */
export function uidOf(text: string): string {
  return `2.25.${BigInt(`0x${contentHash(text).slice(0, 31)}`)}`;
}

/** The classic single-frame files of an exam, in the order of acquisition. */
export function examFiles(
  random: Random,
  exam: Exam,
  patient: Patient,
  centre: Centre,
  header: ExamHeader,
): DicomFile[] {
  const geometry = stackGeometry(random, exam.spacingMm);
  const common = commonElements(exam, patient, centre, header, geometry);
  const files: DicomFile[] = [];
  for (const [index, series] of [exam.cine, exam.lge].entries()) {
    if (series === null) continue;
    const number = 100 * (index + 1) + 1;
    const elements = { ...common, ...seriesElements(series, exam, centre, header, number) };
    files.push(...seriesFiles(series, elements, exam, geometry, header, number));
  }
  return files;
}

function commonElements(
  { spacingMm }: Exam,
  { clinical, weightKg }: Patient,
  centre: Centre,
  { subject, uidSeed, date }: ExamHeader,
  { alongRow, alongColumn }: StackGeometry,
): DicomElements {
  const day = date.replaceAll('-', '');
  return {
    SOPClassUID: mrImageStorage,
    StudyInstanceUID: uidOf(`${uidSeed} study`),
    FrameOfReferenceUID: uidOf(`${uidSeed} frame`),
    StudyDate: day,
    SeriesDate: day,
    AcquisitionDate: day,
    ContentDate: day,
    StudyTime: '090000',
    StudyID: '1',
    StudyDescription: 'CARDIAC MR VIRTUAL',
    Modality: 'MR',
    Manufacturer: centre.manufacturer,
    ManufacturerModelName: centre.model,
    InstitutionName: `Virtual centre ${centre.name}`,
    MagneticFieldStrength: centre.fieldT,
    PatientName: `Virtual^${subject}`,
    PatientID: subject,
    PatientIdentityRemoved: 'YES',
    DeidentificationMethod: 'virtual patient',
    PatientSex: clinical.sex === 'male' ? 'M' : 'F',
    PatientAge: `${String(Math.floor(clinical.age)).padStart(3, '0')}Y`,
    PatientWeight: Math.round(10 * weightKg) / 10,
    PatientPosition: 'HFS',
    Rows: matrixSize,
    Columns: matrixSize,
    PixelSpacing: [spacingMm, spacingMm],
    SliceThickness: sliceThicknessMm,
    SpacingBetweenSlices: sliceSpacingMm,
    ImageOrientationPatient: [...alongRow, ...alongColumn].map(rounded),
    HeartRate: clinical.heart_rate,
  };
}

function seriesElements(
  series: SeriesImages,
  exam: Exam,
  { fieldT }: Centre,
  { uidSeed }: ExamHeader,
  number: number,
): DicomElements {
  const cine = series.kind === 'cine-sax';
  const shared = {
    SeriesInstanceUID: uidOf(`${uidSeed} series ${number}`),
    SeriesNumber: number,
    SeriesTime: cine ? '091000' : '093000',
    NominalInterval: Math.round(exam.rrMs),
  };
  if (cine) {
    const timing = cineTiming[fieldT];
    return {
      ...shared,
      SeriesDescription: 'CINE_SAX',
      ProtocolName: 'cine_bssfp_sax',
      ImageType: ['ORIGINAL', 'PRIMARY', 'M'],
      ScanningSequence: 'GR',
      SequenceVariant: 'SS',
      RepetitionTime: timing.trMs,
      EchoTime: timing.teMs,
      FlipAngle: timing.flipDegrees,
      CardiacNumberOfImages: series.phases,
    };
  }
  return {
    ...shared,
    SeriesDescription: 'LGE_PSIR_SAX',
    ProtocolName: 'lge_psir_sax',
    ImageType: ['ORIGINAL', 'PRIMARY', 'PSIR'],
    ScanningSequence: ['GR', 'IR'],
    SequenceVariant: 'SP',
    RepetitionTime: Math.round(2 * exam.rrMs),
    EchoTime: 1.9,
    FlipAngle: 25,
    InversionTime: Math.round(exam.tiMs),
    ContrastBolusAgent: 'gadolinium chelate',
  };
}

function* seriesFiles(
  series: SeriesImages,
  elements: DicomElements,
  exam: Exam,
  { origin, towardsApex }: StackGeometry,
  { uidSeed }: ExamHeader,
  number: number,
): Generator<DicomFile> {
  const pixels = matrixSize * matrixSize;
  for (let slice = 0; slice < series.slices; slice++) {
    const position = origin.map((value, axis) =>
      rounded(value + slice * sliceSpacingMm * towardsApex[axis]!),
    );
    for (let phase = 0; phase < series.phases; phase++) {
      const instance = slice * series.phases + phase + 1;
      const at = (phase * series.slices + slice) * pixels;
      const beat = series.phases > 1 ? phase / series.phases : 0.75;
      const bytes = writeDicom(
        {
          ...elements,
          SOPInstanceUID: uidOf(`${uidSeed} ${number} ${instance}`),
          InstanceNumber: instance,
          AcquisitionNumber: slice + 1,
          ImagePositionPatient: position,
          TriggerTime: Math.round(10 * beat * exam.rrMs) / 10,
        },
        series.image.subarray(at, at + pixels),
      );
      yield { name: `${series.kind}-${String(instance).padStart(3, '0')}.dcm`, bytes };
    }
  }
}

/** Six decimals: a thousandth of a micrometre, and inside the 16 characters of a DS. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
