import { type Dataset, texts } from '../dataset.ts';
import { attributes, type Keyword } from '../keywords.ts';
import { type ProfileOption, profileRow } from './confidentiality-profile.ts';

/** Attributes that tell who was examined, where, by whom or under which number. */
const identifying: readonly Keyword[] = [
  'PatientName',
  'PatientID',
  'OtherPatientIDs',
  'OtherPatientNames',
  'PatientBirthName',
  'PatientMotherBirthName',
  'PatientBirthDate',
  'PatientAddress',
  'PatientTelephoneNumbers',
  'AccessionNumber',
  'AdmissionID',
  'StudyID',
  'InstitutionName',
  'InstitutionAddress',
  'StationName',
  'DeviceSerialNumber',
  'ReferringPhysicianName',
  'RequestingPhysician',
  'PhysiciansOfRecord',
  'NameOfPhysiciansReadingStudy',
  'PerformingPhysicianName',
  'OperatorsName',
  'StudyDate',
  'SeriesDate',
  'AcquisitionDate',
  'ContentDate',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'FrameOfReferenceUID',
];

/** Shorter pieces ("JO", "5") would strike out half of any text. */
const shortestPiece = 3;

/**
 * The identifying texts of some files in lower case, whole and, for names of
 * people, in their pieces. What an option keeps is not among them.
 */
export function identifiersOf(
  datasets: readonly Dataset[],
  options: ReadonlySet<ProfileOption> = new Set(),
): ReadonlySet<string> {
  const sought = identifying.filter((keyword) => !isKept(keyword, options));
  return textsOf(datasets, sought);
}

/**
 * The names and numbers of the patient alone, and the birth date as people spell it:
 * what a pseudonym must not contain.
 */
export function patientIdentifiersOf(datasets: readonly Dataset[]): ReadonlySet<string> {
  const own = [
    'PatientName',
    'PatientID',
    'OtherPatientIDs',
    'OtherPatientNames',
    'PatientBirthName',
  ] as const;
  const births = datasets.flatMap((dataset) => texts(dataset, 'PatientBirthDate')).flatMap(dateSpellings);
  return new Set([...textsOf(datasets, own), ...births]);
}

/** Years of four digits in any order of the parts, of two digits after or before month and day. */
function dateSpellings(date: string): readonly string[] {
  const [, year, month, day] = /^(\d{4})\D?(\d{2})\D?(\d{2})$/.exec(date.trim()) ?? [];
  if (year === undefined || month === undefined || day === undefined) return [];
  const padded = [month, day] as const;
  const short = [String(Number(month)), String(Number(day))] as const;
  const spell = ([m, d]: readonly [string, string], separator: string) =>
    [
      [year, m, d],
      [d, m, year],
      [m, d, year],
      [year.slice(2), m, d],
      [d, m, year.slice(2)],
    ].map((parts) => parts.join(separator));
  return [
    ...spell(padded, ''),
    ...['-', '.', '_', ' ', '/'].flatMap((one) => [...spell(padded, one), ...spell(short, one)]),
  ];
}

function textsOf(datasets: readonly Dataset[], keywords: readonly Keyword[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const dataset of datasets)
    for (const keyword of keywords)
      for (const value of texts(dataset, keyword)) {
        const pieces = attributes[keyword][1] === 'PN' ? value.split(/[\^=,\s\-\u2010-\u2015'’`]+/) : [];
        for (const piece of [value, ...pieces])
          if (piece.length >= shortestPiece) found.add(piece.toLowerCase());
      }
  return found;
}

function isKept(keyword: Keyword, options: ReadonlySet<ProfileOption>): boolean {
  const row = profileRow(attributes[keyword][0]);
  return [...options].some((option) => row?.options[option] === 'K');
}
