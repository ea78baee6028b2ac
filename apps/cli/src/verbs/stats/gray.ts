import { grayTest } from '@myocast/survival';
import { textTable } from '../../text-table.ts';
import { comparedGroups, type ComparisonOptions } from './compared-groups.ts';
import { stopAtColumn } from './study-table.ts';
import {
  counts,
  entryOption,
  finish,
  number,
  type StatsVerb,
  strataOption,
  tableVerb,
  weightsOption,
} from './table-verb.ts';

interface Options extends ComparisonOptions {
  readonly rho: number;
}

export const grayVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'gray', "Gray's test of the cumulative incidence of one cause between groups")
    .requiredOption('--group <column>', 'column with the group')
    .option('--rho <power>', 'above 0 for early differences', number, 0)
    .addOption(strataOption())
    .addOption(entryOption())
    .addOption(weightsOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { rho, cause = '1' } = options;
        const { table, codes, names, strata } = await comparedGroups(file!, { ...options, cause });
        const result = grayTest(codes, table.followUp, { rho, strata });
        const { chiSquare, degreesOfFreedom, p } = result;
        if (chiSquare === null)
          stopAtColumn(
            'not-estimable',
            table,
            options.group,
            'expected subjects of every group at risk while events come, found a group without',
          );
        const groups = result.groups.map((row) => ({ ...row, group: names[row.group]! }));
        const document = {
          ...counts(table),
          cause: table.codes.event,
          chiSquare,
          degreesOfFreedom,
          p,
          groups,
          rho,
          strata: options.strata ?? [],
        };
        finish(terminal, table, document, [
          `cause ${document.cause}: chi-square ${chiSquare.toFixed(4)} on ${degreesOfFreedom}, p = ${p!.toPrecision(4)}`,
          ...textTable(
            ['group', 'subjects', 'events', 'competing', 'score'],
            groups.map((row) => [row.group, row.subjects, row.events, row.competing, row.score]),
          ),
        ]);
      }),
    );
};
