import { Random } from '@myocast/base';
import { decisionCurve, type DecisionPoint } from '@myocast/survival/usefulness';
import { decisionFigure } from '@myocast/report/figures';
import { InvalidArgumentError } from 'commander';
import { textTable } from '../../text-table.ts';
import { horizonWords, type PlotOptions, withPlot, writePlot } from './plot.ts';
import { readProbabilities, riskColumns, stopBeyond } from './probabilities.ts';
import {
  type BootstrapOptions,
  counts,
  finish,
  number,
  numberList,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  weightsOption,
  withResamples,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, BootstrapOptions, PlotOptions {
  readonly at: number;
  readonly thresholds: readonly number[];
}

const everyPercent = Array.from({ length: 99 }, (_, k) => (k + 1) / 100);

export const decisionCurveVerb: StatsVerb = (stats, action) => {
  withPlot(
    withResamples(
      withRisk(
        tableVerb(
          stats,
          'decision-curve',
          'Net benefit of treating by predicted risks (columns separated by commas), of treating all and none',
        ),
      ),
    ),
    'the net benefits',
  )
    .requiredOption('--at <days>', 'the day that the predictions are about', number)
    .option(
      '--thresholds <risks>',
      'risks from which on to treat, separated by commas (default: 0.01 to 0.99)',
      thresholds,
      everyPercent,
    )
    .addOption(weightsOption())
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { at, bootstrap: resamples, seed } = options;
        const { table, predictions } = await readProbabilities(file!, options, riskColumns(options));
        const resampling =
          resamples === undefined ? {} : { bootstrap: { resamples, random: new Random(seed) } };
        const found = decisionCurve(predictions, table.followUp, at, options.thresholds, resampling);
        if (found.observed === null) stopBeyond(table, options.time, [at]);
        const document = {
          ...counts(table),
          at,
          ...found,
          treatNone: options.thresholds.map((threshold) => ({ threshold, netBenefit: 0 })),
        };
        finish(terminal, table, document, [
          `net benefit at day ${at}, of treating none 0`,
          ...rows(options.thresholds, [{ name: 'all', points: found.treatAll }, ...found.models]),
        ]);
        await writePlot(options, terminal, () =>
          decisionFigure({
            title: options.plotTitle,
            horizon: horizonWords(table, options.time, at),
            treatAll: found.treatAll,
            models: found.models,
          }),
        );
      }),
    );
};

function rows(
  at: readonly number[],
  curves: readonly { readonly name: string; readonly points: readonly DecisionPoint[] }[],
): string[] {
  return textTable(
    ['threshold', ...curves.map(({ name }) => name)],
    at.map((threshold, k) => [String(threshold), ...curves.map(({ points }) => points[k]!.netBenefit)]),
  );
}

/** Thresholds of 0 or more and below 1, for an option. */
export function thresholds(text: string): number[] {
  const values = numberList(text);
  if (values.some((value) => value >= 1)) throw new InvalidArgumentError('Expected risks below 1.');
  return values;
}
