import {
  type Controls,
  incidentAuc,
  incidentAucAt,
  meanAuc,
  timeDependentAuc,
} from '@myocast/survival/performance';
import { aucFigure } from '@myocast/report/figures';
import { Option } from 'commander';
import { format } from '../../text-table.ts';
import { bootstrapped, intervalLines } from './bootstrapped.ts';
import { type TimePlotOptions, timeAxis, withTimePlot, writePlot } from './plot.ts';
import { stopAtColumn, type StudyTable } from './study-table.ts';
import {
  type BootstrapOptions,
  controlsOption,
  counts,
  entryOption,
  finish,
  number,
  numberList,
  readRiskTable,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  weightsOption,
  withBootstrap,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, BootstrapOptions, TimePlotOptions {
  readonly at: readonly number[];
  readonly type: 'cumulative-dynamic' | 'incident-dynamic';
  readonly controls: Controls;
  readonly tau?: number;
}

export const aucVerb: StatsVerb = (stats, action) => {
  withTimePlot(
    withBootstrap(withRisk(tableVerb(stats, 'auc', 'Time-dependent AUC of a predicted risk'))),
    'the AUC over the days',
  )
    .requiredOption('--at <days>', 'days, separated by commas', numberList)
    .addOption(
      new Option('--type <type>', 'cases: the event by the day, or on the day (--risk is then a log hazard)')
        .choices(['cumulative-dynamic', 'incident-dynamic'])
        .default('cumulative-dynamic'),
    )
    .addOption(controlsOption())
    .option('--tau <days>', 'incident-dynamic: last day of the integrated AUC', number)
    .addOption(entryOption())
    .addOption(weightsOption())
    .hook('preAction', (called) => {
      const { entry, type } = called.opts<Options>();
      if (entry !== undefined && type === 'cumulative-dynamic')
        called.error('error: --entry is for --type incident-dynamic only');
    })
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { table, risk, riskColumn } = await readRiskTable(file!, options);
        const at = [...new Set(options.at)].sort((a, b) => a - b);
        const measured =
          options.type === 'incident-dynamic'
            ? incident(table, risk, at, options)
            : cumulative(table, risk, at, options);
        if (measured.auc.every(({ auc }) => auc === null))
          stopAtColumn(
            'not-estimable',
            table,
            options.time,
            `expected events and subjects beyond them by day ${at.join(', ')}, found none`,
          );
        const document = { ...counts(table), type: options.type, ...measured };
        finish(terminal, table, document, [
          ...document.auc.map(
            ({ at: day, auc, se, low, high }) =>
              `AUC ${format(auc)} at day ${day}${se === null ? '' : ` (se ${format(se)}, ${format(low)} to ${format(high)})`}`,
          ),
          `integrated ${format(document.integrated)}`,
          ...intervalLines(document.bootstrap),
        ]);
        await writePlot(options, terminal, () =>
          aucFigure({
            name: riskColumn,
            points: document.auc.map(({ at: day, auc, low, high }) => ({ day, auc, low, high })),
            ...timeAxis(options, table, options.time),
          }),
        );
      }),
    );
};

function cumulative(table: StudyTable, risk: Float64Array, at: readonly number[], options: Options) {
  const controls = { controls: options.controls };
  const auc = at.map((day) => {
    const { area, standardError, low, high } = timeDependentAuc(risk, table.followUp, day, controls);
    return { at: day, auc: area, se: standardError, low, high };
  });
  const areas = auc.map(({ auc: area }) => area);
  return {
    controls: options.controls,
    auc,
    integrated: meanAuc(areas, at, table.followUp),
    ...bootstrapped(
      options,
      risk,
      table.followUp,
      Object.fromEntries(
        at.map((day) => [`auc ${day}`, (r, f) => timeDependentAuc(r, f, day, controls).area] as const),
      ),
    ),
  };
}

function incident(table: StudyTable, risk: Float64Array, at: readonly number[], options: Options) {
  const { tau } = options;
  return {
    auc: at.map((day) => ({
      at: day,
      auc: incidentAucAt(risk, table.followUp, day),
      se: null,
      low: null,
      high: null,
    })),
    integrated: incidentAuc(risk, table.followUp, tau).integrated,
    tau: tau ?? null,
    ...bootstrapped(options, risk, table.followUp, {
      integrated: (r, f) => incidentAuc(r, f, tau).integrated,
    }),
  };
}
