import type { Issue } from '@myocast/base';
import { nobodyKnown, type QuantifyOptions } from '@myocast/imaging';
import { readHaematocrits } from './haematocrit-table.ts';
import { personOfExams, type PersonOptions } from './person-options.ts';
import { personOver, readPersons } from './persons.ts';

/** What a command line says of subjects beside their exams. */
export interface BesideOptions extends PersonOptions {
  readonly haematocrit?: string;
}

/** What is known of the subjects beside their exams: persons, heart rate, haematocrit. */
export async function knownBeside(
  options: BesideOptions,
  exams: readonly string[],
  issues: Issue[],
): Promise<QuantifyOptions> {
  const own = personOfExams(options, exams);
  const persons = options.persons === undefined ? null : await readPersons(options.persons, issues);
  const blood = options.haematocrit === undefined ? null : await readHaematocrits(options.haematocrit);
  return {
    personOf: (subject) => personOver(own, persons?.get(subject) ?? nobodyKnown),
    heartRatePerMin: options.heartRate ?? null,
    haematocritOf: (subject) => blood?.get(subject) ?? null,
  };
}
