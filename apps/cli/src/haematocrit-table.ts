import { issue } from '@myocast/base';
import { readNumber, readTable } from '@myocast/study';
import { StoppedByIssues, valueOrStop } from './terminal.ts';

/** From here on a haematocrit is given in %: none of a living person is above 1 as a share. */
const percentFrom = 1;

/** Haematocrit by subject, 0 to 1, from a CSV with the columns `subject` and `haematocrit` (a share or %). */
export async function readHaematocrits(path: string): Promise<ReadonlyMap<string, number>> {
  const table = valueOrStop(await readTable(path));
  const [subject, value] = (['subject', 'haematocrit'] as const).map((name) => {
    const at = table.columns.indexOf(name);
    if (at < 0) throw new StoppedByIssues([issue('missing-column', path, `expected a column "${name}"`)]);
    return at;
  });
  return new Map(
    table.rows.flatMap((row, index) => {
      const cell = row[value!]!;
      if (cell.trim() === '') return [];
      const number = readNumber(cell);
      if (number === null)
        throw new StoppedByIssues([
          issue('bad-value', `${path} row ${index + 2}`, `expected a number in haematocrit, found "${cell}"`),
        ]);
      return [[row[subject!]!, number > percentFrom ? number / 100 : number] as const];
    }),
  );
}
