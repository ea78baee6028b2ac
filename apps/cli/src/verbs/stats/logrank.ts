import { type LogRank, logRank, type LogRankWeighting } from '@myocast/survival';
import { readNumber } from '@myocast/study';
import { Option } from 'commander';
import { format, textTable } from '../../text-table.ts';
import { comparedGroups, type ComparisonOptions } from './compared-groups.ts';
import { stopAtColumn } from './study-table.ts';
import {
  entryOption,
  finish,
  number,
  type StatsVerb,
  strataOption,
  tableVerb,
  weightsOption,
} from './table-verb.ts';

interface Options extends ComparisonOptions, LogRankWeighting {
  readonly trend?: boolean;
}

export const logrankVerb: StatsVerb = (stats, action) => {
  tableVerb(stats, 'logrank', 'log-rank test between groups')
    .requiredOption('--group <column>', 'column with the group')
    .addOption(
      new Option('--test <name>', 'weights of the days (default: log-rank)').choices([
        'log-rank',
        'fleming-harrington',
        'gehan',
        'tarone-ware',
        'peto-peto',
      ]),
    )
    .option('--rho <power>', 'Fleming-Harrington weights S^rho (1 - S)^gamma: early differences', number)
    .option('--gamma <power>', 'late differences', number)
    .addOption(strataOption())
    .option('--trend', 'test of trend over the groups: by their numbers, or else in their order')
    .addOption(entryOption())
    .addOption(weightsOption())
    .hook('preAction', (called) => {
      const { test, rho, gamma } = called.opts<Options>();
      if (powersOf({ test, rho, gamma }) === null && (rho ?? gamma) !== undefined)
        called.error(`error: --rho and --gamma are of the fleming-harrington test, found --test ${test}`);
    })
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { test, rho, gamma } = options;
        const { table, codes, names, strata } = await comparedGroups(file!, options);
        const scores = options.trend ? scoresOf(names) : undefined;
        const result = logRank(codes, table.followUp, { test, rho, gamma, strata, scores });
        const { chiSquare, degreesOfFreedom, p, trend } = result;
        if (chiSquare === null)
          stopAtColumn(
            'not-estimable',
            table,
            options.group,
            'expected a day with an event on which two groups have subjects at risk and not all have the event, found none',
          );
        const groups = result.groups.map((row) => ({ ...row, group: names[row.group]! }));
        const powers = powersOf(options);
        const document = {
          chiSquare,
          degreesOfFreedom,
          p,
          groups,
          test: powers === null ? (test ?? 'log-rank') : 'fleming-harrington',
          ...powers,
          strata: options.strata ?? [],
          ...(trend ? { trend } : {}),
        };
        finish(terminal, table, document, [
          `chi-square ${chiSquare.toFixed(4)} on ${degreesOfFreedom}, p = ${p!.toPrecision(4)}`,
          ...trendLine(trend),
          ...textTable(
            ['group', 'subjects', 'events', 'observed', 'expected'],
            groups.map((row) => [row.group, row.subjects, row.events, row.observed, row.expected]),
          ),
        ]);
      }),
    );
};

/** The powers of a Fleming-Harrington test; null for another. */
function powersOf({ test, rho, gamma }: LogRankWeighting): { rho: number; gamma: number } | null {
  const chosen = test ?? (rho === undefined && gamma === undefined ? 'log-rank' : 'fleming-harrington');
  return chosen === 'fleming-harrington' ? { rho: rho ?? 0, gamma: gamma ?? 0 } : null;
}

/** The numbers that the groups are, or else their places. */
function scoresOf(names: readonly string[]): number[] {
  const values = names.map(readNumber).filter((value) => value !== null);
  return values.length === names.length ? values : [...names.keys()];
}

function trendLine(trend: LogRank['trend']): string[] {
  if (trend === undefined) return [];
  return [`trend over ${trend.scores.join(', ')}: z ${format(trend.z)}, p = ${format(trend.p)}`];
}
