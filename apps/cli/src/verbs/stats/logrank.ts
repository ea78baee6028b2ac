import { logRank } from '@myocast/survival';
import { textTable } from '../../text-table.ts';
import { readStudyTable, stopAtColumn } from './study-table.ts';
import { codesOf, finish, type StatsVerb, type TableOptions, tableVerb } from './table-verb.ts';

interface Options extends TableOptions {
  readonly group: string;
}

export const logrankVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'logrank', 'log-rank test between groups')
    .requiredOption('--group <column>', 'column with the group')
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const table = await readStudyTable(file!, { ...options, labels: [options.group] });
        const { codes, names } = codesOf(table.labels(options.group));
        if (names.length < 2)
          stopAtColumn('bad-value', table, options.group, 'expected at least 2 groups, found 1');
        if (table.followUp.event.every((code) => code !== 1))
          stopAtColumn('too-few-events', table, options.event, 'expected an event, found none');
        const test = logRank(Float64Array.from(codes), table.followUp);
        const groups = test.groups.map((row) => ({ ...row, group: names[row.group]! }));
        finish(terminal, table, { ...test, groups }, [
          `chi-square ${test.chiSquare.toFixed(4)} on ${test.degreesOfFreedom}, p = ${test.p.toPrecision(4)}`,
          ...textTable(
            ['group', 'subjects', 'observed', 'expected'],
            groups.map((row) => [row.group, row.subjects, row.observed, row.expected]),
          ),
        ]);
      }),
    );
};
