import { accepted, type Checked } from '@myocast/base';
import { readDataset } from '../dataset.ts';
import { studyOptions } from '../deidentify/confidentiality-profile.ts';
import { deidentify } from '../deidentify/deidentify.ts';
import { type DicomElements, writeDicom } from '../write.ts';
import type { FuzzTarget } from './fuzz-target.ts';

const how = {
  key: new Uint8Array(32).fill(7),
  subject: 'subject-1',
  options: studyOptions,
  identifiers: new Set<string>(),
} as const;

const image: DicomElements = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
  SOPInstanceUID: '2.25.1',
  SeriesInstanceUID: '2.25.2',
  StudyDate: '20240131',
  SpecificCharacterSet: 'ISO_IR 192',
  PatientName: 'Müller^Jürgen=王^小東',
  SharedFunctionalGroupsSequence: [
    {
      PixelMeasuresSequence: [{ PixelSpacing: [1.5, 1.5] }],
      ReferencedImageSequence: [{ ReferencedSOPInstanceUID: '2.25.3' }],
    },
  ],
  Rows: 4,
  Columns: 4,
};

/** The way of a file through the confidentiality profile: what comes out must be readable again. */
export const deidentifyTarget = {
  name: 'de-identification',
  seeds: () => [{ name: 'nested', bytes: writeDicom(image, new Uint16Array(16)), from: 132 }],
  read: (bytes: Uint8Array, path: string): Checked<number> => {
    const dataset = readDataset(bytes, path);
    if (!dataset.ok) return dataset;
    const clean = deidentify(dataset.value, how);
    if (!clean.ok) return clean;
    const again = readDataset(clean.value.bytes, path);
    if (!again.ok) throw new Error(again.issues[0]!.message);
    return accepted(clean.value.bytes.length);
  },
} satisfies FuzzTarget;
