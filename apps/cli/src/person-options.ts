import { issue } from '@myocast/base';
import type { Person } from '@myocast/imaging';
import { readNumber } from '@myocast/study';
import { type Command, InvalidArgumentError } from 'commander';
import { StoppedByIssues } from './terminal.ts';

/** What a command line says of the people whose exams are measured. */
export interface PersonOptions {
  readonly persons?: string;
  readonly heightCm?: number;
  readonly weightKg?: number;
  readonly age?: number;
  readonly sex?: 'female' | 'male';
  readonly heartRate?: number;
}

/** The command with the options that describe one person, or name a table of several. */
export function withPersonOptions(command: Command): Command {
  return command
    .option('--persons <path>', 'height, weight, age and sex: a CSV file or a study folder')
    .option('--height-cm <n>', 'of the one person whose exam or mask this is', positive)
    .option('--weight-kg <n>', 'of this person: with the height, volumes per m²', positive)
    .option('--age <years>', 'of this person, for the ranges of healthy people', positive)
    .option('--sex <sex>', 'of this person: female or male', sexOf)
    .option('--heart-rate <n>', 'at the exam, per minute; stands above what the images say', positive);
}

function sexOf(value: string): 'female' | 'male' {
  if (value === 'female' || value === 'male') return value;
  throw new InvalidArgumentError(`expected female or male, found ${value}`);
}

function positive(value: string): number {
  const number = readNumber(value);
  if (number !== null && number > 0) return number;
  throw new InvalidArgumentError(`expected a number above 0, found ${value}`);
}

/** The person that the options themselves describe. */
export function personOf({ heightCm, weightKg, age, sex }: PersonOptions): Person {
  return { heightCm: heightCm ?? null, weightKg: weightKg ?? null, ageYears: age ?? null, sex: sex ?? null };
}

/** The person of the options, who can be that of one exam alone. */
export function personOfExams(options: PersonOptions, exams: readonly string[]): Person {
  const person = personOf(options);
  const said = options.heartRate !== undefined || Object.values(person).some((one) => one !== null);
  if (said && exams.length > 1)
    throw new StoppedByIssues([
      issue(
        'bad-value',
        exams[1]!,
        `expected one exam for the options of one person, found ${exams.length}: --persons takes a table`,
      ),
    ]);
  return person;
}

/** Stops where persons are described that the path has no place for: nothing is passed over in silence. */
export function refusePersons(options: PersonOptions, path: string, given: 'a table' | 'any'): void {
  const one =
    options.heartRate !== undefined || Object.values(personOf(options)).some((said) => said !== null);
  if (options.persons === undefined && !(given === 'any' && one)) return;
  const expected =
    given === 'any' ? 'no persons for a data set' : 'options of one person for a mask, not --persons';
  throw new StoppedByIssues([issue('unsupported', path, `expected ${expected}`)]);
}
