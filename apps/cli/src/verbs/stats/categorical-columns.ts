import { type Issue, issue } from '@myocast/base';
import { readNumber } from '@myocast/study';
import { isMissing } from './missing-cells.ts';
import { areUnreadNumbers, notANumber } from './number-cells.ts';
import { parseTerm } from './terms.ts';

interface Source {
  readonly file: string;
  readonly columns: readonly string[];
  readonly text: (column: string) => readonly string[];
  readonly where: (at: number, column: string) => string;
}

/** More categories than so many are said. */
const manyLevels = 12;
/** So few categories are believed even where they are half as many as the rows. */
const fewLevels = 5;

/**
 * Looks at every covariate that becomes categorical because none of its cells is a number and no factor() says
 * so. Cells of digits with commas are numbers that were not understood, and categories in more than half of the
 * rows are no categories: both are issues. More than twelve categories are a note.
 */
export function categoricalColumns(
  terms: readonly string[],
  source: Source,
): { wrong: readonly Issue[]; notes: readonly string[] } {
  const wrong: Issue[] = [];
  const notes: string[] = [];
  for (const text of terms) {
    const { column, apply } = parseTerm(text, source.columns);
    const cells = source.text(column);
    const known = cells.filter((cell) => !isMissing(cell));
    if (apply !== 'plain' || known.length === 0 || known.some((cell) => readNumber(cell) !== null)) continue;
    const problem = doubtIn(column, known);
    const first = cells.findIndex((cell) => !isMissing(cell));
    if (problem !== null) wrong.push(issue('bad-value', source.where(first, column), problem));
    const levels = new Set(known).size;
    if (levels > manyLevels)
      notes.push(`${column} read as ${levels} categories (write factor(${column}) to say so)`);
  }
  return { wrong, notes };
}

/** Why these cells are not taken as categories; null where they are. */
export function doubtIn(column: string, known: readonly string[]): string | null {
  if (areUnreadNumbers(known)) return notANumber('a number', known[0]!);
  const levels = new Set(known).size;
  if (levels <= fewLevels || levels <= known.length / 2) return null;
  return `expected numbers, or categories that recur, found "${known[0]}" and ${levels - 1} more words in ${known.length} rows; factor(${column}) takes them as they are`;
}
