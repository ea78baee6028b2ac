import { join } from 'node:path';
import { type Issue, issue } from '@myocast/base';
import { readJsonFile } from '@myocast/base/files';
import {
  knownBefore,
  nobodyKnown,
  type Person,
  quantifyExam,
  type QuantifyOptions,
  type QuantitiesRecord,
  writeQuantities,
} from '@myocast/imaging';
import { type BesideOptions, knownBeside } from './known-beside.ts';
import { personOver } from './persons.ts';
import { UsageError, valueOrStop } from './terminal.ts';
import { textTable } from './text-table.ts';

/** An exam whose contours change, and where its quantities are kept. */
export interface AgainOptions extends BesideOptions {
  readonly masks: string;
  readonly quantities?: string;
}

/** The quantities before and after, where they are wanted. */
export interface Quantified {
  readonly before?: QuantitiesRecord | null;
  readonly quantities?: QuantitiesRecord;
  readonly milliseconds?: number;
}

/**
 * Reads what is known of the subject, before anything is changed, and gives the function
 * that quantifies the exam again into its file. What the options do not say of the
 * subject, the file of before may: person, heart rate and haematocrit outlive a correction.
 */
export async function quantifierAgain(
  exam: string,
  subject: string,
  options: AgainOptions,
  issues: Issue[],
): Promise<() => Promise<Quantified>> {
  const { quantities: folder, masks } = options;
  if (folder === undefined) {
    refuseWithoutFolder(options);
    return async () => ({});
  }
  const file = join(folder, `${subject}.json`);
  const given = await knownBeside(options, [exam], issues);
  const before = await recordBefore(file, subject, issues);
  const known = before ? withKnownBefore(given, before, issues) : given;
  return async () => {
    const began = performance.now();
    const quantities = valueOrStop(await quantifyExam(exam, masks, { ...known, subject }), issues);
    await writeQuantities(quantities, file);
    return { before, quantities, milliseconds: Math.round(performance.now() - began) };
  };
}

/** Nothing that is said of a person is passed over in silence. */
function refuseWithoutFolder({
  persons,
  haematocrit,
  heightCm,
  weightKg,
  age,
  sex,
  heartRate,
}: AgainOptions): void {
  const said = [persons, haematocrit, heightCm, weightKg, age, sex, heartRate];
  if (said.some((one) => one !== undefined))
    throw new UsageError('expected --quantities with what is said of the person, found none');
}

async function recordBefore(
  file: string,
  subject: string,
  issues: Issue[],
): Promise<QuantitiesRecord | null> {
  const record = await readJsonFile<QuantitiesRecord>(file).catch(() => undefined);
  if (record === null) return null;
  const isOwn = typeof record === 'object' && 'cine' in record && record.subject === subject;
  if (isOwn) return record;
  const message = `expected the quantities of ${subject} as they were, found another content: what it said of the person is not kept`;
  issues.push(issue('not-readable', file, message));
  return null;
}

function withKnownBefore(given: QuantifyOptions, before: QuantitiesRecord, issues: Issue[]): QuantifyOptions {
  const { person, heartRatePerMin, haematocrit } = knownBefore(before);
  const own = personOver(given.personOf?.(before.subject) ?? nobodyKnown, person);
  if (!before.ventricles && isNobody(own))
    issues.push(
      issue(
        'missing-value',
        before.subject,
        'expected a person in the quantities of before, found no ventricles there: --persons says who it is',
      ),
    );
  return {
    personOf: () => own,
    heartRatePerMin: given.heartRatePerMin ?? heartRatePerMin,
    haematocritOf: (name) => given.haematocritOf?.(name) ?? haematocrit,
  };
}

const isNobody = (person: Person) => Object.values(person).every((said) => said === null);

/** Every single number that changed. */
export function quantityLines({ before, quantities, milliseconds }: Quantified): string[] {
  if (!quantities) return [];
  const [was, is] = [numbersOf(before ?? null), numbersOf(quantities)];
  const rows = Object.entries(is).flatMap(([name, value]) =>
    value === was[name] ? [] : [[name, was[name]?.toFixed(2) ?? null, value.toFixed(2)]],
  );
  const said = `quantified again in ${milliseconds} ms`;
  return rows.length > 0 ? [said, ...textTable(['quantity', 'before', 'now'], rows)] : [said];
}

function numbersOf(record: QuantitiesRecord | null): Readonly<Record<string, number>> {
  const all = { ...record?.cine, ...record?.ventricles?.indexed, ...record?.lge };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
