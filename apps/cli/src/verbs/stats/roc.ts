import {
  type Auc,
  type Controls,
  rocAuc,
  rocCurve,
  thresholdAccuracy,
  timeDependentAuc,
  timeDependentRoc,
} from '@myocast/survival/performance';
import { type CutPointRule, optimalCutPoint } from '@myocast/survival/usefulness';
import { rocFigure } from '@myocast/report/figures';
import { InvalidArgumentError, Option } from 'commander';
import { format } from '../../text-table.ts';
import { type PlotOptions, withPlot, writePlot } from './plot.ts';
import { stopAtColumn, type StudyTable } from './study-table.ts';
import {
  controlsOption,
  counts,
  finish,
  number,
  readRiskTable,
  type RiskOptions,
  type StatsVerb,
  tableVerb,
  weightsOption,
  withRisk,
} from './table-verb.ts';

interface Options extends RiskOptions, PlotOptions {
  readonly at?: number;
  readonly controls: Controls;
  readonly rule: 'youden' | 'closest-corner';
  readonly sensitivity?: number;
  readonly specificity?: number;
  readonly threshold?: number;
}

export const rocVerb: StatsVerb = (stats, action) => {
  withPlot(
    withRisk(tableVerb(stats, 'roc', 'ROC curve, its area, and the cut-point that serves best')),
    'the curve with the cut-point',
  )
    .option('--at <day>', 'the event by this day; without it the event is a yes/no outcome', number)
    .addOption(controlsOption())
    .addOption(
      new Option('--rule <rule>', 'what the cut-point is chosen for')
        .choices(['youden', 'closest-corner'])
        .default('youden'),
    )
    .addOption(
      new Option('--sensitivity <share>', 'cut-point with at least this sensitivity')
        .argParser(shareOption)
        .conflicts('specificity'),
    )
    .option('--specificity <share>', 'cut-point with at least this specificity', shareOption)
    .option('--threshold <risk>', 'with --at: accuracy of this threshold, not of the cut-point', Number)
    .addOption(weightsOption())
    .hook('preAction', (called) => {
      const { at, weights } = called.opts<Options>();
      if (at === undefined && weights !== undefined) called.error('error: --weights needs --at');
    })
    .action(
      action<Options>(async (options, terminal, [file]) => {
        const { table, risk, riskColumn } = await readRiskTable(file!, options);
        const { area, curve } = measured(table, risk, options);
        if (curve === null)
          stopAtColumn(
            'not-estimable',
            table,
            options.event,
            'expected subjects with and without the event, found only one sort',
          );
        const cutPoint = optimalCutPoint(curve, ruleOf(options));
        const document = {
          ...counts(table),
          at: options.at ?? null,
          auc: area.area,
          se: area.standardError,
          low: area.low,
          high: area.high,
          cutPoint,
          accuracy: accuracyOf(table, risk, options, cutPoint?.threshold),
          thresholds: [...curve.thresholds],
          sensitivity: [...curve.sensitivity],
          specificity: [...curve.specificity],
        };
        finish(terminal, table, document, [
          `AUC ${format(area.area)} (se ${format(area.standardError)}, ${format(area.low)} to ${format(area.high)})`,
          cutPoint
            ? `cut-point: risk of ${format(cutPoint.threshold)} or more, sensitivity ${format(cutPoint.sensitivity)}, specificity ${format(cutPoint.specificity)}; chosen on these subjects, so judge it on others`
            : 'no cut-point reaches the share that was asked for',
        ]);
        await writePlot(options, terminal, () =>
          rocFigure({
            title: options.plotTitle,
            name: riskColumn,
            sensitivity: curve.sensitivity,
            specificity: curve.specificity,
            area: areaWords(area),
            cutPoint: cutPoint && { ...cutPoint, label: `${riskColumn} ${format(cutPoint.threshold)}` },
          }),
        );
      }),
    );
};

/** `AUC 0.75 (0.70 to 0.80)` */
function areaWords({ area, low, high }: Auc): string {
  const interval = low === null || high === null ? '' : ` (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return `AUC ${area!.toFixed(2)}${interval}`;
}

function measured({ followUp }: StudyTable, risk: Float64Array, { at, controls }: Options) {
  const yes = Uint8Array.from(followUp.event, (code) => (code === 1 ? 1 : 0));
  const area: Auc = at === undefined ? rocAuc(risk, yes) : timeDependentAuc(risk, followUp, at, { controls });
  const curve = at === undefined ? rocCurve(risk, yes) : timeDependentRoc(risk, followUp, at, { controls });
  return { area, curve };
}

function ruleOf({ rule, sensitivity, specificity }: Options): CutPointRule {
  if (sensitivity !== undefined) return { sensitivity };
  return specificity === undefined ? rule : { specificity };
}

/** At --threshold, or at the cut-point; null without a day. */
function accuracyOf(
  { followUp }: StudyTable,
  risk: Float64Array,
  { at, controls, threshold }: Options,
  cutPoint: number | undefined,
) {
  const chosen = threshold ?? cutPoint;
  if (at === undefined || chosen === undefined) return null;
  return { threshold: chosen, ...thresholdAccuracy(risk, followUp, at, chosen, { controls }) };
}

function shareOption(text: string): number {
  const value = number(text);
  if (value > 1) throw new InvalidArgumentError('Expected a share between 0 and 1.');
  return value;
}
