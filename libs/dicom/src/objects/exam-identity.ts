import { type Dataset, text } from '../dataset.ts';
import type { DicomElements } from '../write.ts';

/** Attributes of the patient and the exam that a result shares with the images it comes from. */
const shared = [
  'StudyInstanceUID',
  'StudyDate',
  'StudyTime',
  'StudyID',
  'StudyDescription',
  'AccessionNumber',
  'ReferringPhysicianName',
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
] as const;

/**
 * Who was examined and in which exam: what files a result under its images in an archive. Values
 * are as the images have them, '' where they have none; identifying, unless the images are not.
 */
export type ExamIdentity = { readonly [K in (typeof shared)[number]]: string };

export function examIdentity(dataset: Dataset): ExamIdentity {
  const values = shared.map((keyword) => [keyword, text(dataset, keyword)]);
  return Object.fromEntries(values) as ExamIdentity;
}

/** Who made a result, and when. */
export interface ResultMaker {
  readonly softwareVersion: string;
  /** When the result was made; it goes into the file, not into the UIDs. */
  readonly at: Date;
}

export const manufacturer = 'Myocast';

/** The modules that all results have: patient, exam, equipment, time and character set. */
export function resultElements(identity: ExamIdentity, { softwareVersion, at }: ResultMaker): DicomElements {
  const [date, time] = at.toISOString().split(/[T.]/) as [string, string];
  const day = date.replaceAll('-', '');
  const clock = time.replaceAll(':', '');
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    ...identity,
    InstanceCreationDate: day,
    InstanceCreationTime: clock,
    SeriesDate: day,
    SeriesTime: clock,
    ContentDate: day,
    ContentTime: clock,
    Manufacturer: manufacturer,
    ManufacturerModelName: 'Myocast, research use only',
    DeviceSerialNumber: softwareVersion,
    SoftwareVersions: softwareVersion,
  };
}
