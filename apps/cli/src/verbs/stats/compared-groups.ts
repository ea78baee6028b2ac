import { issue } from '@myocast/base';
import { StoppedByIssues } from '../../terminal.ts';
import { readStudyTable, type StudyTable, stopAtColumn } from './study-table.ts';
import { codesOf, jointLabels, type TableOptions } from './table-verb.ts';

export interface ComparisonOptions extends TableOptions {
  readonly group: string;
  readonly strata?: readonly string[];
}

/** The groups that a test compares. */
export interface ComparedGroups {
  readonly table: StudyTable;
  /** [n] place of the name of the group of each row */
  readonly codes: Int32Array;
  readonly names: readonly string[];
  /** [n] where strata were asked for */
  readonly strata: Int32Array | undefined;
}

/** Reads the table of a test between groups; stops where there is one group, no event, or a weight that is no count. */
export async function comparedGroups(path: string, options: ComparisonOptions): Promise<ComparedGroups> {
  const { group, strata = [] } = options;
  const table = await readStudyTable(path, { ...options, labels: [group, ...strata] });
  const { codes, names } = codesOf(table.labels(group));
  if (names.length < 2) stopAtColumn('bad-value', table, group, 'expected at least 2 groups, found 1');
  if (table.followUp.event.every((code) => code !== 1))
    stopAtColumn('too-few-events', table, options.event, 'expected an event, found none');
  stopAtFraction(table, options.weights);
  return {
    table,
    codes,
    names,
    strata: strata.length > 0 ? codesOf(jointLabels(table, strata)).codes : undefined,
  };
}

/** A test takes a row of weight 2 as two rows. */
function stopAtFraction({ file, rowNumbers, followUp }: StudyTable, column: string | undefined): void {
  const wrong = followUp.weights?.findIndex((weight) => !Number.isInteger(weight)) ?? -1;
  if (wrong < 0) return;
  const found = `found ${followUp.weights![wrong]}`;
  throw new StoppedByIssues([
    issue(
      'bad-value',
      `${file} row ${rowNumbers[wrong]} column ${column}`,
      `expected a whole number, because this test takes a weight as so many subjects, ${found}`,
    ),
  ]);
}
