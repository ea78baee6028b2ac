import { issue } from '@myocast/base';
import { StoppedByIssues } from '../../terminal.ts';
import type { StudyTable } from './study-table.ts';

const mostNamed = 5;

/**
 * The table for a model of log time, which has no place for day 0: stops at an event on it, by the row as a
 * spreadsheet counts it. A row that is censored on day 0 says nothing about survival and does not count in the
 * likelihood; a note names it.
 *
 * @param column of the times
 */
export function withLogTimes(table: StudyTable, column: string): StudyTable {
  const { days, event, weights } = table.followUp;
  const onDayZero = [...days.keys()].filter((at) => days[at] === 0 && weights?.[at] !== 0);
  const first = onDayZero.find((at) => event[at] === 1);
  if (first !== undefined)
    throw new StoppedByIssues([
      issue(
        'bad-value',
        `${table.file} column ${column}`,
        `expected events after day 0, found one on day 0 in row ${table.rowNumbers[first]}, which has no logarithm`,
      ),
    ]);
  if (onDayZero.length === 0) return table;
  const named = onDayZero.slice(0, mostNamed).map((at) => table.rowNumbers[at]);
  const rows = `${onDayZero.length === 1 ? 'row' : 'rows'} ${named.join(', ')}${onDayZero.length > mostNamed ? ' …' : ''}`;
  const note = `column ${column}: ${onDayZero.length} without the event on day 0, which has no logarithm (${rows}): no part of the likelihood`;
  return { ...table, notes: [...table.notes, note] };
}
