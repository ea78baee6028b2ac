import { brierScore } from '@myocast/survival/performance';
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
  readonly at: number;
}

export const brierVerb: StatsVerb = (stats, action) => {
  withBootstrap(
    withRisk(tableVerb(stats, 'brier', 'Brier score and index of prediction accuracy at a horizon')),
  )
    .requiredOption('--at <days>', 'the day that the prediction is about', number)
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { table, risk, riskColumn } = await readRiskTable(file!, options);
        if (risk.some((value) => value < 0 || value > 1))
          stopAtColumn(
            'bad-value',
            table,
            riskColumn,
            'expected probabilities between 0 and 1, found others',
          );
        const score = brierScore(risk, table.followUp, options.at);
        if (score.score === null)
          stopAtColumn(
            'not-estimable',
            table,
            options.time,
            `expected follow-up to day ${options.at}, found none so long`,
          );
        const document = {
          at: options.at,
          brier: score.score,
          reference: score.reference,
          ipa: score.ipa,
          ...bootstrapped(options, risk, table.followUp, {
            brier: (r, f) => brierScore(r, f, options.at).score,
            ipa: (r, f) => brierScore(r, f, options.at).ipa,
          }),
        };
        finish(terminal, table, document, [
          `Brier ${format(score.score)} at day ${options.at}, without a model ${format(score.reference)}, IPA ${format(score.ipa)}`,
          ...intervalLines(document.bootstrap),
        ]);
      }),
    );
};
