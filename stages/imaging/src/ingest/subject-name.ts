import { accepted, type Checked, issue, refused } from '@myocast/base';
import { type Dataset, patientIdentifiersOf, type PseudonymKey, pseudonymOf, text } from '@myocast/dicom';

/** Who is in the images, by their headers. */
export interface Patient {
  /** What tells this patient from others: a number, else name and birth date, else the exam. */
  readonly id: string;
  /** Names and numbers in lower case; none in images that say they are de-identified already. */
  readonly identifiers: ReadonlySet<string>;
}

/** The patient of an exam's images; null where there is none. */
export function patientOf(datasets: readonly Dataset[]): Patient | null {
  const [first] = datasets;
  if (first === undefined) return null;
  const named =
    text(first, 'PatientName') && `${text(first, 'PatientName')} ${text(first, 'PatientBirthDate')}`;
  return {
    id: text(first, 'PatientID') || named || text(first, 'StudyInstanceUID'),
    identifiers: patientIdentifiersOf(
      datasets.filter((dataset) => text(dataset, 'PatientIdentityRemoved') !== 'YES'),
    ),
  };
}

/** Where the name of a subject comes from. */
export type NameOrigin = 'study' | 'given' | 'folder';

/**
 * The name under which an exam goes on. A name of the study is a pseudonym by its
 * making. One that is given, or that of the folder, must not contain a name or
 * number of the patient: the given one is refused, the folder's is replaced by the keyed pseudonym.
 */
export async function subjectName(
  name: string,
  origin: NameOrigin,
  patient: Patient | null,
  key: () => Promise<Checked<PseudonymKey>>,
): Promise<Checked<string>> {
  const low = name.toLowerCase();
  const tells = patient !== null && [...patient.identifiers].some((text) => low.includes(text));
  if (!tells || origin === 'study') return accepted(name);
  if (origin === 'given')
    return refused(
      issue(
        'identifying',
        '--subject',
        'expected a pseudonym, found a name or number of the patient that stands in the images; leave it out to get one',
      ),
    );
  const read = await key();
  if (!read.ok) return read;
  const pseudonym = pseudonymOf(read.value, patient.id);
  const why = 'the name of the folder stands in the images: the exam goes on under this pseudonym';
  return accepted(pseudonym, [...read.issues, issue('identifying', pseudonym, why)]);
}
