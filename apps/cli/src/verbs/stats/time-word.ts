import type { StudyTable } from './study-table.ts';

/** What a time of a column is called: a day, unless the header of the column has another unit. */
export function timeWord(table: Pick<StudyTable, 'unit'>, column: string): 'day' | 'time' {
  const unit = table.unit(column);
  return unit === null || /^d(ays?)?$/i.test(unit) ? 'day' : 'time';
}
