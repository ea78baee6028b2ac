import { kaplanMeier, medianFollowUp, medianSurvival } from '@myocast/survival';
import { stepCurves } from '@myocast/report/figures';
import { Option } from 'commander';
import { curveRows } from './curve-rows.ts';
import { curveOf, type TimePlotOptions, timeAxis, withTimePlot, writePlot } from './plot.ts';
import { readStudyTable } from './study-table.ts';
import { counts, finish, type StatsVerb, type TableOptions, tableVerb } from './table-verb.ts';

interface Options extends TableOptions, TimePlotOptions {
  readonly interval: 'log' | 'log-log';
}

export const kmVerb: StatsVerb = (stats, action) => {
  withTimePlot(tableVerb(stats, 'km', 'Kaplan-Meier survival curve'), 'the curve')
    .addOption(
      new Option('--interval <scale>', 'scale of the 95 % interval')
        .choices(['log', 'log-log'])
        .default('log-log'),
    )
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const table = await readStudyTable(file!, options);
        const curve = kaplanMeier(table.followUp, options.interval);
        const document = {
          ...counts(table),
          median: medianSurvival(curve),
          medianFollowUp: medianFollowUp(table.followUp),
          days: [...curve.days],
          atRisk: [...curve.atRisk],
          events: [...curve.events],
          censored: [...curve.censored],
          survival: [...curve.survival],
          standardError: [...curve.standardError],
          low: [...curve.low],
          high: [...curve.high],
        };
        finish(terminal, table, document, [
          `${document.subjects} subjects, ${document.eventCount} events, median ${document.median ?? 'not reached'}, median follow-up ${document.medianFollowUp ?? 'not reached'}`,
          ...curveRows(curve, curve.survival, 'survival'),
        ]);
        await writePlot(options, terminal, () =>
          stepCurves([curveOf('All', table.followUp, curve, curve.survival, (code) => code !== 1)], {
            quantity: 'survival',
            valueLabel: 'Survival',
            ...timeAxis(options, table, options.time),
          }),
        );
      }),
    );
};
