import { accepted, type Checked, issue, refused } from '@myocast/base';
import { type Dataset, patientIdentifiersOf, type PseudonymKey, pseudonymOf, text } from '@myocast/dicom';

/** Who is in the images, by their headers. */
export interface Patient {
  /** What tells this patient from others: a number, else name and birth date, else the exam. */
  readonly id: string;
  /** Names, numbers and spellings of the birth date in lower case. */
  readonly identifiers: ReadonlySet<string>;
  /** Years of birth: they tell a patient only where they are all of a name. */
  readonly birthYears: ReadonlySet<string>;
  /** The number in images that all say that they are de-identified: a pseudonym, as it stands. */
  readonly pseudonym: string | null;
}

/** The patient of an exam's images; null where there is none. */
export function patientOf(datasets: readonly Dataset[]): Patient | null {
  const [first] = datasets;
  if (first === undefined) return null;
  const named =
    text(first, 'PatientName') && `${text(first, 'PatientName')} ${text(first, 'PatientBirthDate')}`;
  const numbers = new Set(datasets.map((dataset) => text(dataset, 'PatientID')));
  const removed = datasets.every((dataset) => text(dataset, 'PatientIdentityRemoved') === 'YES');
  return {
    id: text(first, 'PatientID') || named || text(first, 'StudyInstanceUID'),
    identifiers: patientIdentifiersOf(datasets),
    birthYears: new Set(datasets.map((dataset) => text(dataset, 'PatientBirthDate').slice(0, 4))),
    pseudonym: removed && numbers.size === 1 ? text(first, 'PatientID') || null : null,
  };
}

/**
 * Whether a name holds a name, a number or the birth date of the patient, in other
 * spellings too: with or without marks (ü, ue, u), case, and what stands between the parts.
 */
function tellsPatient(name: string, { identifiers, birthYears, pseudonym }: Patient): boolean {
  if (name === pseudonym) return false;
  if (birthYears.has(name.trim())) return true;
  const own = spellings(name);
  return [...identifiers].some((one) => {
    const sought = spellings(one);
    return (
      own.plain.includes(sought.plain) ||
      (sought.folded.length >= shortestFolded && own.folded.includes(sought.folded)) ||
      (sought.joined.length >= shortestJoined && own.joined.includes(sought.joined))
    );
  });
}

/** Folding shortens: "Mae" becomes "ma", which stands in many words. */
const shortestFolded = 3;
/** Without what stands between, a short text may come together from two words by chance. */
const shortestJoined = 5;

const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** A text without marks; with ae, oe, ue and ss as a, o, u and s, so that both ways to write ä and ß meet; and letters and digits of that alone. */
function spellings(text: string): {
  readonly plain: string;
  readonly folded: string;
  readonly joined: string;
} {
  const plain = text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => letters[letter]!);
  const folded = plain.replaceAll(/([aou])e/g, '$1').replaceAll('ss', 's');
  return { plain, folded, joined: folded.replaceAll(/[^\p{L}\p{N}]+/gu, '') };
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
  if (patient === null || origin === 'study' || !tellsPatient(name, patient)) return accepted(name);
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
