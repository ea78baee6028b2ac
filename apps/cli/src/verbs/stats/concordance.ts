import { concordance, unoConcordance } from '@myocast/survival/performance';
import { format } from '../../text-table.ts';
import { bootstrapped, intervalLines } from './bootstrapped.ts';
import { stopAtColumn } from './study-table.ts';
import {
  type BootstrapOptions,
  finish,
  number,
  readRiskTable,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  withBootstrap,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, BootstrapOptions {
  readonly tau?: number;
}

export const concordanceVerb: StatsVerb = (stats, action) => {
  withBootstrap(
    withRisk(tableVerb(stats, 'concordance', "Harrell's and Uno's concordance of a predicted risk")),
  )
    .option('--at <days>', 'the day that --survival is about; does not change the order of risks', number)
    .option('--tau <days>', "Uno's: leave out events from this day on", number)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { table, risk } = await readRiskTable(file!, options);
        const uno = options.tau === undefined ? {} : { tau: options.tau };
        const harrell = concordance(risk, table.followUp);
        if (harrell.index === null)
          stopAtColumn(
            'too-few-events',
            table,
            options.event,
            'expected a comparable pair of subjects, found none',
          );
        const document = {
          harrell: harrell.index,
          se: harrell.standardError,
          concordant: harrell.concordant,
          discordant: harrell.discordant,
          tiedRisk: harrell.tiedRisk,
          uno: unoConcordance(risk, table.followUp, uno).index,
          tau: options.tau ?? null,
          ...bootstrapped(options, risk, table.followUp, {
            harrell: (r, f) => concordance(r, f).index,
            uno: (r, f) => unoConcordance(r, f, uno).index,
          }),
        };
        finish(terminal, table, document, [
          `Harrell ${format(document.harrell)} (se ${format(document.se)}), Uno ${format(document.uno)}`,
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
};
