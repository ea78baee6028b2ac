import { stat } from 'node:fs/promises';
import { convert, type Issue, issue } from '@myocast/base';
import { nobodyKnown, type Person } from '@myocast/imaging';
import { readDataSet, readNumber, readTable } from '@myocast/study';
import { valueOrStop } from './terminal.ts';

/** What a table or a study says of its subjects: a cell by subject and column, with the column's unit. */
interface Source {
  readonly path: string;
  readonly subjects: readonly string[];
  readonly unitOf: (column: string) => string | null;
  readonly cell: (subject: number, column: string) => number | string | null;
}

/** The columns that are read, and the unit that each becomes. A column may name its unit: `height [m]`. */
const measures = { age: 'a', height: 'cm', weight: 'kg', bmi: 'kg/m2' } as const;

/**
 * The persons of a table (`subject`, `sex`, `age [a]`, `height [cm]`, `weight [kg]` or
 * `bmi [kg/m2]`, each optional but the first) or of a study folder (the variables of
 * those names in its frozen data set). Weight follows from body mass index and height
 * where it is not given itself. A column without a unit, or a sex that is neither word, is an issue
 * and is not used.
 *
 * @param path a CSV file, or a study folder with its dataset.json
 */
export async function readPersons(path: string, issues: Issue[]): Promise<ReadonlyMap<string, Person>> {
  const info = await stat(path).catch(() => null);
  const source = info?.isDirectory() ? await sourceOfStudy(path) : await sourceOfTable(path);
  const usable = new Set<string>();
  for (const [column, unit] of Object.entries(measures)) {
    const given = source.unitOf(column);
    if (given !== null && convert(1, given, unit) !== null) usable.add(column);
    else if (source.subjects.some((_, at) => source.cell(at, column) !== null))
      issues.push(
        issue(
          'unknown-unit',
          `${source.path} column ${column}`,
          `expected "${column} [${unit}]", found ${given ?? 'no unit'}`,
        ),
      );
  }
  const persons = source.subjects.map(
    (subject, at) => [subject, personAt(source, at, usable, issues)] as const,
  );
  return new Map(persons);
}

function personAt(source: Source, at: number, usable: ReadonlySet<string>, issues: Issue[]): Person {
  const measure = (column: keyof typeof measures): number | null => {
    const cell = usable.has(column) ? source.cell(at, column) : null;
    return typeof cell === 'number' ? convert(cell, source.unitOf(column)!, measures[column]) : null;
  };
  const heightCm = measure('height');
  const bmi = measure('bmi');
  const fromIndex = bmi !== null && heightCm !== null ? bmi * (heightCm / 100) ** 2 : null;
  return {
    ageYears: measure('age'),
    sex: sexOf(source, at, issues),
    heightCm,
    weightKg: measure('weight') ?? fromIndex,
  };
}

const sexWords: Readonly<Record<string, Person['sex']>> = {
  female: 'female',
  f: 'female',
  male: 'male',
  m: 'male',
};

function sexOf(source: Source, at: number, issues: Issue[]): Person['sex'] {
  const cell = source.cell(at, 'sex');
  if (cell === null) return null;
  const sex = sexWords[String(cell).toLowerCase()];
  if (sex) return sex;
  issues.push(
    issue('bad-value', `${source.path} ${source.subjects[at]}`, `expected sex female or male, found ${cell}`),
  );
  return null;
}

async function sourceOfTable(path: string): Promise<Source> {
  const table = valueOrStop(await readTable(path, { anyDelimiter: true }));
  const place = (column: string) => table.columns.indexOf(column);
  if (place('subject') < 0)
    valueOrStop({ ok: false, issues: [issue('missing-column', path, 'expected a column "subject"')] });
  return {
    path,
    subjects: table.rows.map((row) => row[place('subject')]!.trim()),
    unitOf: (column) => table.units[place(column)] ?? null,
    cell: (subject, column) => {
      const text = table.rows[subject]![place(column)]?.trim() ?? '';
      return text === '' ? null : (readNumber(text) ?? text);
    },
  };
}

async function sourceOfStudy(path: string): Promise<Source> {
  const { subjects, variables } = valueOrStop(await readDataSet(path));
  return {
    path,
    subjects: subjects.map(({ subject }) => subject),
    unitOf: (column) => variables.find(({ name }) => name === column)?.unit ?? null,
    cell: (subject, column) => subjects[subject]!.values[column] ?? null,
  };
}

/** One person over another: what the first does not say, the second may. */
export function personOver(first: Person, second: Person = nobodyKnown): Person {
  return {
    ageYears: first.ageYears ?? second.ageYears,
    sex: first.sex ?? second.sex,
    heightCm: first.heightCm ?? second.heightCm,
    weightKg: first.weightKg ?? second.weightKg,
  };
}
