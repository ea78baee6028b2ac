import { canonicalJson, type Checked, accepted, contentHash, issue, refused } from '@myocast/base';
import * as z from 'zod';
import type { TrainingPatients } from '../records.ts';
import type { PatientMap } from './nearest-patients.ts';

/**
 * Where the training patients of one model lie and what became of them: a file beside its bundle, in the study that
 * developed it. It does not travel with the bundle, whose card names its hash.
 */
export interface PatientFile {
  readonly format: 'myocast-patients 1';
  /** Of the study, and the hash of the frozen data set. */
  readonly study: string;
  readonly dataSet: string;
  /** [n] who each is, as `patientKey` has it */
  readonly keys: readonly string[];
  readonly map: PatientMap;
}

/** A pseudonym that tells a subject again to whoever knows the data set, and no name. */
export function patientKey(dataSet: string, subject: string): string {
  return contentHash({ dataSet, subject }).slice(0, 16);
}

/** The file's bytes, and what the card says of it. */
export function encodePatients(
  { study, dataSet }: Pick<PatientFile, 'study' | 'dataSet'>,
  subjects: readonly string[],
  map: PatientMap,
): { readonly bytes: Uint8Array; readonly patients: TrainingPatients } {
  const file: PatientFile = {
    format: 'myocast-patients 1',
    study,
    dataSet,
    keys: subjects.map((subject) => patientKey(dataSet, subject)),
    map: { ...map, scores: map.scores.map((own) => own.map(sixDigits)), doubt: map.doubt.map(sixDigits) },
  };
  const bytes = new TextEncoder().encode(`${canonicalJson(file)}\n`);
  return { bytes, patients: { subjects: subjects.length, sha256: contentHash(bytes) } };
}

/** Reads the file; refused when it is not the one that the card of the model names. */
export function decodePatients(
  bytes: Uint8Array,
  named: TrainingPatients,
  path: string,
): Checked<PatientFile> {
  const found = contentHash(bytes);
  if (found !== named.sha256)
    return refused(
      issue('bad-value', path, `expected the patients of hash ${named.sha256} of this model, found ${found}`),
    );
  const parsed = fileSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (parsed.success) return accepted(parsed.data);
  const [problem] = parsed.error.issues;
  return refused(issue('bad-value', path, `${problem!.path.join('.') || '$'}: ${problem!.message}`));
}

const numbers = z.array(z.number());

const fileSchema: z.ZodType<PatientFile> = z
  .object({
    format: z.literal('myocast-patients 1'),
    study: z.string(),
    dataSet: z.string(),
    keys: z.array(z.string()),
    map: z.object({
      axes: z.array(numbers),
      scores: z.array(numbers),
      doubt: numbers,
      usual: z.number(),
      days: numbers.nullable(),
      cause: numbers,
      causes: z.array(z.string()),
      compositeCauses: z.array(z.string()),
    }),
  })
  .refine(
    ({ keys, map: { axes, scores, doubt, days, cause } }) =>
      [scores, doubt, cause, ...(days ? [days] : [])].every(({ length }) => length === keys.length) &&
      scores.every(({ length }) => length === axes.length),
    'expected a place and an outcome of every patient',
  );

/** Far below what tells two patients apart. */
const sixDigits = (value: number) => Number(value.toPrecision(6));
