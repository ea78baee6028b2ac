import { type Dataset, type Keyword, texts } from '@myocast/dicom';

/** Attributes that tell who was examined, where, by whom or under which number (PS3.15 table E.1-1). */
const identifying: readonly Keyword[] = [
  'PatientName',
  'PatientID',
  'OtherPatientIDs',
  'PatientBirthDate',
  'PatientAddress',
  'AccessionNumber',
  'StudyID',
  'InstitutionName',
  'InstitutionAddress',
  'StationName',
  'DeviceSerialNumber',
  'ReferringPhysicianName',
  'PerformingPhysicianName',
  'OperatorsName',
  'StudyDate',
  'SeriesDate',
  'AcquisitionDate',
  'ContentDate',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SOPInstanceUID',
  'FrameOfReferenceUID',
];

/** Shorter pieces ("JO", "5") would strike out half of any text. */
const shortestPiece = 3;

/** The identifying texts of some files, whole and, for names, in their pieces. */
export function identifiersOf(datasets: readonly Dataset[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const dataset of datasets)
    for (const keyword of identifying)
      for (const value of texts(dataset, keyword)) {
        const pieces = keyword.endsWith('Name') ? value.split(/[\^=,\s]+/) : [];
        for (const piece of [value, ...pieces])
          if (piece.length >= shortestPiece) found.add(piece.toLowerCase());
      }
  return found;
}

/**
 * Free text of a header (a series description) with every identifying text of
 * the same exam struck out: people do type names there.
 */
export function withoutIdentifiers(text: string, identifiers: ReadonlySet<string>): string {
  let clean = text;
  for (const identifier of [...identifiers].sort((a, b) => b.length - a.length)) {
    for (
      let at = clean.toLowerCase().indexOf(identifier);
      at >= 0;
      at = clean.toLowerCase().indexOf(identifier)
    )
      clean = `${clean.slice(0, at)}#${clean.slice(at + identifier.length)}`;
  }
  return clean;
}
